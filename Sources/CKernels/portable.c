// Plain C for any machine, in a shape that compilers turn into vector code. Right shifts of
// negative numbers are arithmetic, as C23 and every compiler we know have them.
#include "CKernels.h"

#include "moments.h"
#include "x86.h"

#include <string.h>

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

// Weights and inputs as int16, in vectors of the compiler's: `multiply_add` is then two
// instructions on any x86-64.
typedef int16_t int16x8 __attribute__((vector_size(16)));
typedef int32_t int32x4 __attribute__((vector_size(16)));
typedef int32_t int32x8 __attribute__((vector_size(32)));

static inline int16x8 load(const int16_t *values) {
  int16x8 v;
  memcpy(&v, values, sizeof v);
  return v;
}

/// sums + the products of a and b, two in each place.
static inline int32x4 multiply_add(int32x4 sums, int16x8 a, int16x8 b) {
  const int32x8 p = __builtin_convertvector(a, int32x8) * __builtin_convertvector(b, int32x8);
  return sums + (__builtin_shufflevector(p, p, 0, 2, 4, 6) +
                 __builtin_shufflevector(p, p, 1, 3, 5, 7));
}

/// Most lanes that share a walk over the weights, and most columns of all.
enum { LANES = 4, MOST_COLUMNS = 8192 };

static size_t packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows * (size_t)columns * sizeof(int16_t);
}

static void pack(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  int16_t *out = packed;
  for (size_t n = 0; n < (size_t)rows * (size_t)columns; n++) out[n] = weights[n];
}

/// The products of one row with `lanes` inputs, a constant wherever this is inlined, of `columns`
/// values each.
static inline __attribute__((always_inline)) void multiply(const int lanes,
                                                           const int16_t *weights,
                                                           const int16_t *inputs,
                                                           int32_t columns, int32_t *results) {
  int32x4 sums[LANES] = {0};
  for (int32_t n = 0; n < columns; n += 8)
    for (int lane = 0; lane < lanes; lane++)
      sums[lane] =
          multiply_add(sums[lane], load(weights + n), load(inputs + lane * columns + n));
  for (int lane = 0; lane < lanes; lane++)
    results[lane] = sums[lane][0] + sums[lane][1] + sums[lane][2] + sums[lane][3];
}

static void project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                    int32_t lanes, const int16_t *const *biases, int16_t *z,
                    size_t z_stride) {
  const int32_t rows = matrix->rows, columns = matrix->columns, shift = matrix->shift;
  int16_t wide[LANES * MOST_COLUMNS];
  for (int32_t first = 0; first < lanes; first += LANES) {
    const int32_t count = lanes - first < LANES ? lanes - first : LANES;
    for (int32_t lane = 0; lane < count; lane++)
      for (int32_t n = 0; n < columns; n++)
        wide[lane * columns + n] = inputs[(size_t)(first + lane) * input_stride + (size_t)n];
    const int16_t *weights = matrix->packed;
    for (int32_t row = 0; row < rows; row++, weights += columns) {
      int32_t sums[LANES];
      if (count == LANES)
        multiply(LANES, weights, wide, columns, sums);
      else
        for (int32_t lane = 0; lane < count; lane++)
          multiply(1, weights, wide + lane * columns, columns, sums + lane);
      for (int32_t lane = 0; lane < count; lane++) {
        const int32_t a = saturate16(rounding_shift(sums[lane], shift));
        z[(size_t)(first + lane) * z_stride + (size_t)row] =
            saturate16(multiply_high(a, matrix->multipliers[row]) + biases[first + lane][row]);
      }
    }
  }
}

// MARK: Layer norm

static fsc_moments measure(const int16_t *z, int32_t count, uint32_t epsilon) {
  // Halves of the squares, so that 32 bits are enough: at most 2^12 x 2^16.
  int32_t sum = 0, low = 0, high = 0;
  for (int32_t n = 0; n < count; n++) {
    const int32_t square = z[n] * z[n];
    sum += z[n];
    low += square & 0xFFFF;
    high += square >> 16;
  }
  return fsc_moments_of(sum, ((int64_t)high << 16) + low, count, epsilon);
}

// Vectors are multiples of 16 long. Loops below work on 16 numbers in local memory, because
// compilers then see that no result is another's input.
enum { CHUNK = 16 };

static void normalize(const int16_t *z, int32_t count, fsc_moments m, const int16_t *gains,
                      const int16_t *biases, int16_t *out) {
  const int32_t half = 1 << (m.shift - 1);
  for (int32_t n = 0; n < count; n += CHUNK) {
    int16_t y[CHUNK];
    for (int32_t k = 0; k < CHUNK; k++) {
      const int16_t deviation = saturate16(z[n + k] - m.mean);
      const int16_t u = saturate16((deviation * m.factor + half) >> m.shift);
      y[k] = saturate16((u * gains[n + k] + biases[n + k] * 512 + 256) >> 9);
    }
    memcpy(out + n, y, sizeof y);
  }
}

// MARK: Activations

/// tanh(v / 2) of 16 numbers.
static inline void tanh_half(const int16_t v[CHUNK], int16_t result[CHUNK]) {
  int16_t magnitudes[CHUNK], c0[CHUNK], c1[CHUNK], c2[CHUNK];
  for (int32_t k = 0; k < CHUNK; k++) {
    const int32_t magnitude = v[k] < 0 ? -v[k] : v[k];
    magnitudes[k] = (int16_t)(magnitude > INT16_MAX ? INT16_MAX : magnitude);
  }
  for (int32_t k = 0; k < CHUNK; k++) {
    const int32_t segment = magnitudes[k] >> 10;
    c0[k] = fsc_tanh_half_segments[0][segment];
    c1[k] = fsc_tanh_half_segments[1][segment];
    c2[k] = fsc_tanh_half_segments[2][segment];
  }
  for (int32_t k = 0; k < CHUNK; k++) {
    const int16_t t = (int16_t)((magnitudes[k] & 1023) << 5);
    const int16_t slope = (int16_t)(c1[k] + multiply_high(c2[k], t));
    const int16_t value = (int16_t)(c0[k] + multiply_high(slope, t));
    result[k] = (int16_t)(v[k] < 0 ? -value : value);
  }
}

static void apply_sigmoid(int16_t *y, int32_t count) {
  for (int32_t n = 0; n < count; n += CHUNK) {
    int16_t f[CHUNK];
    tanh_half(y + n, f);
    for (int32_t k = 0; k < CHUNK; k++) y[n + k] = (int16_t)((f[k] >> 1) + (1 << 14));
  }
}

static void apply_tanh(int16_t *y, int32_t count) {
  for (int32_t n = 0; n < count; n += CHUNK) {
    int16_t twice[CHUNK], f[CHUNK];
    for (int32_t k = 0; k < CHUNK; k++) twice[k] = saturate16(2 * y[n + k]);
    tanh_half(twice, f);
    memcpy(y + n, f, sizeof f);
  }
}

// MARK: Cell

static void step_lane(const fsc_cell *cell, int16_t *z, int16_t *cell_state,
                      int8_t *hidden_state) {
  const int32_t units = cell->units;
  for (int32_t gate = 0; gate < 4; gate++) {
    int16_t *values = z + gate * units;
    normalize(values, units, measure(values, units, cell->gate_epsilons[gate]),
              cell->gate_gains + gate * units, cell->gate_biases + gate * units, values);
  }
  int16_t *const i = z, *const j = i + units, *const f = j + units, *const o = f + units;
  apply_sigmoid(i, units);
  apply_tanh(j, units);
  apply_sigmoid(f, units);
  apply_sigmoid(o, units);
  for (int32_t n = 0; n < units; n += CHUNK) {
    int16_t c[CHUNK];
    for (int32_t k = n; k < n + CHUNK; k++) {
      const int16_t update = multiply_high(i[k], j[k]);
      c[k - n] = saturate16((cell_state[k] * f[k] + update * 256 + (1 << 14)) >> 15);
    }
    memcpy(cell_state + n, c, sizeof c);
  }
  int16_t *const y = z; // the input gate is spent
  normalize(cell_state, units, measure(cell_state, units, cell->cell_epsilon), cell->cell_gains,
            cell->cell_biases, y);
  apply_tanh(y, units);
  for (int32_t n = 0; n < units; n++)
    hidden_state[n] = (int8_t)multiply_high(multiply_high(y[n], o[n]), 127);
}

static void step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes))
    step_lane(cell, lanes.z, lanes.cell_states, lanes.hidden_states);
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

#define FSC_PORTABLE_FUNCTIONS                                                                 \
  .packed_size = packed_size, .pack = pack, .project = project, .step_cells = step_cells,      \
  .make_tree = make_tree

const fsc_kernels fsc_kernels_portable = {.name = "portable", FSC_PORTABLE_FUNCTIONS};

#if defined(__x86_64__)
const fsc_kernels fsc_kernels_sse2 = {.name = "sse2", FSC_PORTABLE_FUNCTIONS};
#endif
