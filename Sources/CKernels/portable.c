// Plain C for any machine, in a shape that compilers turn into vector code. Right shifts of
// negative numbers are arithmetic, as C23 and every compiler we know have them.
#include "CKernels.h"

#include "moments.h"

static inline int16_t saturate16(int32_t x) {
  return (int16_t)(x < INT16_MIN ? INT16_MIN : x > INT16_MAX ? INT16_MAX : x);
}

static inline int32_t rounding_shift(int32_t x, int32_t shift) {
  return (x + ((1 << shift) >> 1)) >> shift;
}

static inline int16_t multiply_high(int32_t a, int32_t b) {
  return (int16_t)((a * b + (1 << 14)) >> 15);
}

// MARK: Matrix product

// Weights as int16 in blocks of 8 rows: [rows / 8][columns / 2][8][2], so that the inner loop
// multiplies a pair of inputs with 8 rows at once.
enum { BLOCK = 8 };

static size_t packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows * (size_t)columns * sizeof(int16_t);
}

static void pack(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  int16_t *out = packed;
  for (int32_t block = 0; block < rows; block += BLOCK)
    for (int32_t column = 0; column < columns; column += 2)
      for (int32_t row = block; row < block + BLOCK; row++) {
        *out++ = weights[(size_t)row * (size_t)columns + (size_t)column];
        *out++ = weights[(size_t)row * (size_t)columns + (size_t)column + 1];
      }
}

static void project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                    int32_t lanes, const int16_t *const *biases, int16_t *z,
                    size_t z_stride) {
  const int32_t rows = matrix->rows, columns = matrix->columns, shift = matrix->shift;
  for (int32_t block = 0; block < rows; block += BLOCK) {
    const int16_t *weights = (const int16_t *)matrix->packed + (size_t)block * (size_t)columns;
    for (int32_t lane = 0; lane < lanes; lane++) {
      const int8_t *input = inputs + (size_t)lane * input_stride;
      int32_t sums[BLOCK] = {0};
      const int16_t *w = weights;
      for (int32_t column = 0; column < columns; column += 2, w += 2 * BLOCK) {
        const int16_t x0 = input[column], x1 = input[column + 1];
        for (int32_t row = 0; row < BLOCK; row++)
          sums[row] += w[2 * row] * x0 + w[2 * row + 1] * x1;
      }
      const int16_t *bias = biases[lane] + block;
      int16_t *out = z + (size_t)lane * z_stride + block;
      for (int32_t row = 0; row < BLOCK; row++) {
        const int16_t a = saturate16(rounding_shift(sums[row], shift));
        out[row] = saturate16(multiply_high(a, matrix->multipliers[block + row]) + bias[row]);
      }
    }
  }
}

// MARK: Layer norm

static fsc_moments measure(const int16_t *z, int32_t count, uint32_t epsilon) {
  int32_t sum = 0;
  int64_t squares = 0;
  for (int32_t n = 0; n < count; n++) {
    sum += z[n];
    squares += z[n] * z[n];
  }
  return fsc_moments_of(sum, squares, count, epsilon);
}

static void normalize(const int16_t *z, int32_t count, uint32_t epsilon, const int16_t *gains,
                      const int16_t *biases, int16_t *out) {
  const fsc_moments m = measure(z, count, epsilon);
  const int32_t half = 1 << (m.shift - 1);
  for (int32_t n = 0; n < count; n++) {
    const int32_t u = saturate16((saturate16(z[n] - m.mean) * m.factor + half) >> m.shift);
    out[n] = saturate16((u * gains[n] + biases[n] * 512 + 256) >> 9);
  }
}

// MARK: Activations

static inline int16_t tanh_half(int32_t v) {
  const int32_t magnitude = v < 0 ? (v == INT16_MIN ? INT16_MAX : -v) : v;
  const int32_t segment = magnitude >> 10, t = (magnitude & 1023) << 5;
  const int32_t slope = fsc_tanh_half_segments[1][segment] +
                        multiply_high(fsc_tanh_half_segments[2][segment], t);
  const int32_t value = fsc_tanh_half_segments[0][segment] + multiply_high(slope, t);
  return (int16_t)(v < 0 ? -value : value);
}

static inline int32_t sigmoid(int32_t y) { return (tanh_half(y) >> 1) + (1 << 14); }

static inline int32_t hyperbolic_tangent(int32_t y) { return tanh_half(saturate16(2 * y)); }

// MARK: Cell

static void step_cell(const fsc_cell *cell, int16_t *z, int16_t *cell_state,
                      int8_t *hidden_state) {
  const int32_t units = cell->units;
  for (int32_t gate = 0; gate < 4; gate++) {
    int16_t *values = z + gate * units;
    normalize(values, units, cell->gate_epsilons[gate], cell->gate_gains + gate * units,
              cell->gate_biases + gate * units, values);
  }
  const int16_t *i = z, *j = z + units, *f = z + 2 * units, *o = z + 3 * units;
  for (int32_t n = 0; n < units; n++) {
    const int32_t update = multiply_high(sigmoid(i[n]), hyperbolic_tangent(j[n]));
    cell_state[n] =
        saturate16((cell_state[n] * sigmoid(f[n]) + update * 256 + (1 << 14)) >> 15);
  }
  int16_t *y = z; // i and j are spent
  normalize(cell_state, units, cell->cell_epsilon, cell->cell_gains, cell->cell_biases, y);
  for (int32_t n = 0; n < units; n++) {
    const int32_t h = multiply_high(hyperbolic_tangent(y[n]), sigmoid(o[n]));
    hidden_state[n] = (int8_t)multiply_high(h, 127);
  }
}

// MARK: Frequencies

static void make_tree(const int16_t *logits, uint32_t *tree) {
  int32_t top = INT16_MIN;
  for (int32_t b = 0; b < 256; b++) top = logits[b] > top ? logits[b] : top;
  for (int32_t b = 0; b < 256; b++) {
    const int32_t below = top - logits[b], octaves = below >> 7, t = (below & 127) << 8;
    const int32_t mantissa =
        32767 - multiply_high(t, 22663 - multiply_high(t, 7582 - multiply_high(t, 1306)));
    tree[256 + b] = (octaves < 32 ? ((uint32_t)mantissa << 8) >> octaves : 0) + 1;
  }
  tree[0] = 0;
  for (int32_t node = 255; node >= 1; node--) tree[node] = tree[2 * node] + tree[2 * node + 1];
}

const fsc_kernels fsc_kernels_portable = {
    .name = "portable",
    .packed_size = packed_size,
    .pack = pack,
    .project = project,
    .step_cell = step_cell,
    .make_tree = make_tree,
};
