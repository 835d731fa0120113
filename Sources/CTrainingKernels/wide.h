// The tables for x86-64, and what those for processors with AVX-512 share.
#ifndef FSCOMP_WIDE_H
#define FSCOMP_WIDE_H

#include "CTrainingKernels.h"

#if defined(__x86_64__)

extern const fst_kernels fst_kernels_avx2;
extern const fst_kernels fst_kernels_avx512;
extern const fst_kernels fst_kernels_avx512bf16;
extern const fst_kernels fst_kernels_avx512fp16;
extern const fst_kernels fst_kernels_amx;

// Cells, loss and embedding, which all of them do alike (wide_elementwise.c).
void fst_wide_cell_forward(const fst_cell_forward *step);
void fst_wide_cell_backward(const fst_cell_backward *step);
double fst_wide_cross_entropy(const fst_cross_entropy *step);
void fst_wide_add_embedding_gradient(const uint8_t *bytes, const fst_half *values,
                                     const float *scales, int32_t rows, int32_t columns,
                                     size_t stride, float *gradient);

/// A table's functions: these, and those that the file itself defines.
#define FST_WIDE_TABLE                                                                          \
  .left_size = left_size, .right_size = right_size, .pack_left = pack_left,                     \
  .pack_left_transposed = pack_left_transposed, .pack_right = pack_right,                       \
  .pack_right_transposed = pack_right_transposed, .pack_right_halves = pack_right_halves,       \
  .multiply = multiply, .cell_forward = fst_wide_cell_forward,                                  \
  .cell_backward = fst_wide_cell_backward, .cross_entropy = fst_wide_cross_entropy,             \
  .add_embedding_gradient = fst_wide_add_embedding_gradient

#endif
#endif
