// Plain C for any machine, in a shape that compilers turn into vector code. Right shifts of
// negative numbers are arithmetic, as C23 and every compiler we know have them.
#include "portable.h"
#include "arguments.h"
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
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  FSC_EXPECTS(matrix->columns <= MOST_COLUMNS);
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
  .packed_size = packed_size, .pack = pack, .project = project,                                \
  .step_cells = fsc_portable_step_cells, .make_tree = make_tree

const fsc_kernels fsc_kernels_portable = {.name = "portable", FSC_PORTABLE_FUNCTIONS};

#if defined(__x86_64__)
const fsc_kernels fsc_kernels_sse2 = {.name = "sse2", FSC_PORTABLE_FUNCTIONS};
#endif
