// The table for any machine: what the others are compared with.
#pragma clang diagnostic ignored "-Wpsabi" // vectors wider than registers are never passed on
#include <stdlib.h>

#include "elementwise.h"

// Packed operands are single precision and row-major.

static size_t operand_size(int32_t rows, int32_t columns) {
  return sizeof(float) * (size_t)rows * (size_t)columns;
}

static void pack_left(const fst_half *values, size_t stride, const float *scales, int32_t rows,
                      int32_t depth, void *packed) {
  float *left = packed;
  for (int32_t row = 0; row < rows; row++, values += stride)
    for (int32_t d = 0; d < depth; d++)
      *left++ = fst_from_half(values[d]) * (scales ? scales[row] : 1);
}

static void pack_left_transposed(const fst_half *values, size_t stride, const float *scales,
                                 int32_t rows, int32_t depth, void *packed) {
  float *left = packed;
  for (int32_t row = 0; row < rows; row++)
    for (int32_t d = 0; d < depth; d++)
      *left++ = fst_from_half(values[(size_t)d * stride + row]) * scales[d];
}

static void pack_right(const float *weights, size_t stride, int32_t depth, int32_t columns,
                       void *packed) {
  float *right = packed;
  for (int32_t d = 0; d < depth; d++, right += columns)
    memcpy(right, weights + (size_t)d * stride, sizeof(float) * (size_t)columns);
}

static void pack_right_transposed(const float *weights, size_t stride, int32_t depth,
                                  int32_t columns, void *packed) {
  float *right = packed;
  for (int32_t d = 0; d < depth; d++)
    for (int32_t column = 0; column < columns; column++)
      *right++ = weights[(size_t)column * stride + d];
}

static void pack_right_halves(const fst_half *values, size_t stride, int32_t depth,
                              int32_t columns, void *packed) {
  float *right = packed;
  for (int32_t d = 0; d < depth; d++, values += stride)
    for (int32_t column = 0; column < columns; column++) *right++ = fst_from_half(values[column]);
}

static void multiply(const void *left, const void *right, int32_t rows, int32_t depth,
                     int32_t columns, float *result, size_t stride, bool adds) {
  const float *factors = left;
  for (int32_t row = 0; row < rows; row++, factors += depth, result += stride) {
    if (!adds) memset(result, 0, sizeof(float) * (size_t)columns);
    const float *weights = right;
    for (int32_t d = 0; d < depth; d++, weights += columns)
      for (int32_t column = 0; column < columns; column++)
        result[column] += factors[d] * weights[column];
  }
}

const fst_kernels fst_kernels_portable = {
    .name = "portable",
    .left_size = operand_size,
    .right_size = operand_size,
    .pack_left = pack_left,
    .pack_left_transposed = pack_left_transposed,
    .pack_right = pack_right,
    .pack_right_transposed = pack_right_transposed,
    .pack_right_halves = pack_right_halves,
    .multiply = multiply,
    .cell_forward = cell_forward,
    .cell_backward = cell_backward,
    .cross_entropy = cross_entropy,
    .add_embedding_gradient = add_embedding_gradient,
};
