// Everything in single precision with AVX2.
#pragma clang diagnostic ignored "-Wpsabi" // vectors wider than registers are never passed on
#include "wide.h"

#if defined(__x86_64__)

#define FST_F16C 1
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "avx2_blocks.h"

#define FST_KEEPS_SCALES 0
// 12 registers of sums, two of the right operand and one of the left: one more, and the compiler
// runs out of registers.
enum { FST_TILE_ROWS = 48, FST_PRODUCT_ROWS = 6, FST_PANEL_REGISTERS = 2 };
enum { FST_REGISTER_LANES = 8, FST_WORD_DEPTH = 1 };
typedef float fst_element;
#include "register_product.h"

/// sums[row][column] (+)= the sum over depth of left[row][d] x right[d][column].
FST_INLINE void fst_block_product(const uint32_t *left, const float *scales, const float *right,
                                  int32_t depth, bool adds, float *sums,
                                  fst_ahead ahead) {
  (void)scales;
  __m256 products[FST_PRODUCT_ROWS][FST_PANEL_REGISTERS];
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++)
    for (int i = 0; i < FST_PANEL_REGISTERS; i++)
      products[row][i] = adds ? _mm256_load_ps(sums + row * FST_PANEL + i * FST_REGISTER_LANES)
                              : _mm256_setzero_ps();
  for (int32_t d = 0; d < depth; d++) {
    fst_fetch(ahead, d);
    __m256 columns[FST_PANEL_REGISTERS];
#pragma clang loop unroll(full)
    for (int i = 0; i < FST_PANEL_REGISTERS; i++)
      columns[i] = _mm256_loadu_ps(right + d * FST_PANEL + i * FST_REGISTER_LANES);
#pragma clang loop unroll(full)
    for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
      const __m256 factor =
          _mm256_castsi256_ps(_mm256_set1_epi32((int)left[row * FST_BLOCK_WORDS + d]));
#pragma clang loop unroll(full)
      for (int i = 0; i < FST_PANEL_REGISTERS; i++)
        products[row][i] = _mm256_fmadd_ps(factor, columns[i], products[row][i]);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++)
    for (int i = 0; i < FST_PANEL_REGISTERS; i++)
      _mm256_store_ps(sums + row * FST_PANEL + i * FST_REGISTER_LANES, products[row][i]);
}

FST_INLINE void fst_put_left(void *packed, fst_layout layout, int32_t row, int32_t d,
                             fst_block block) {
  for (int i = 0; i < 16; i++) {
    float *words = (float *)fst_left_words(packed, layout, row + i, d);
    _mm256_storeu_ps(words, block.vectors[i][0]);
    _mm256_storeu_ps(words + 8, block.vectors[i][1]);
  }
}

FST_INLINE void fst_put_right(void *packed, fst_layout layout, int32_t d, int32_t column,
                              fst_block block) {
  for (int i = 0; i < 16; i++) {
    float *elements = fst_right_elements(packed, layout, d + i, column);
    _mm256_storeu_ps(elements, block.vectors[i][0]);
    _mm256_storeu_ps(elements + 8, block.vectors[i][1]);
  }
}

#include "packing.h"
#include "register_multiply.h"

#include "elementwise.h"

const fst_kernels fst_kernels_avx2 = {
    .name = "avx2",
    .left_size = left_size,
    .right_size = right_size,
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

#pragma clang attribute pop

#endif
