// Cells, loss and embedding with AVX-512.
#include "wide.h"

#if defined(__x86_64__)

#define FST_WIDE 1
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), \
                             apply_to = function)
#include "elementwise.h"

void fst_wide_cell_forward(const fst_cell_forward *step) { cell_forward(step); }

void fst_wide_cell_backward(const fst_cell_backward *step) { cell_backward(step); }

double fst_wide_cross_entropy(const fst_cross_entropy *step) { return cross_entropy(step); }

void fst_wide_add_embedding_gradient(const uint8_t *bytes, const fst_half *values,
                                     const float *scales, int32_t rows, int32_t columns,
                                     size_t stride, float *gradient) {
  add_embedding_gradient(bytes, values, scales, rows, columns, stride, gradient);
}

#pragma clang attribute pop

#endif
