// Matrix products in single precision with AVX-512.
#include "wide.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), \
                             apply_to = function)

#include "blocks.h"

#define FST_KEEPS_SCALES 0
enum { FST_TILE_ROWS = 32, FST_PRODUCT_ROWS = 8, FST_PANEL_REGISTERS = 2 };
enum { FST_REGISTER_LANES = 16, FST_WORD_DEPTH = 1 };
typedef float fst_element;
#include "register_product.h"

/// sums[row][column] (+)= the sum over depth of left[row][d] x right[d][column].
FST_INLINE void fst_block_product(const uint32_t *left, const float *scales, const float *right,
                                  int32_t depth, bool adds, float *sums,
                                  fst_ahead ahead) {
  (void)scales;
  __m512 products[FST_PRODUCT_ROWS][2];
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
    for (int half = 0; half < 2; half++) {
      const float *sum = sums + row * FST_PANEL + half * FST_REGISTER_LANES;
      products[row][half] = adds ? _mm512_load_ps(sum) : _mm512_setzero_ps();
    }
  }
  for (int32_t d = 0; d < depth; d++) {
    fst_fetch(ahead, d);
    const __m512 low = _mm512_loadu_ps(right + d * FST_PANEL);
    const __m512 high = _mm512_loadu_ps(right + d * FST_PANEL + FST_REGISTER_LANES);
#pragma clang loop unroll(full)
    for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
      const __m512 factor =
          _mm512_castsi512_ps(_mm512_set1_epi32((int)left[row * FST_BLOCK_WORDS + d]));
      products[row][0] = _mm512_fmadd_ps(factor, low, products[row][0]);
      products[row][1] = _mm512_fmadd_ps(factor, high, products[row][1]);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
    _mm512_store_ps(sums + row * FST_PANEL, products[row][0]);
    _mm512_store_ps(sums + row * FST_PANEL + FST_REGISTER_LANES, products[row][1]);
  }
}

FST_INLINE void fst_put_left(void *packed, fst_layout layout, int32_t row, int32_t d,
                             fst_block block) {
  for (int i = 0; i < 16; i++)
    _mm512_storeu_ps(fst_left_words(packed, layout, row + i, d), block.vectors[i]);
}

FST_INLINE void fst_put_right(void *packed, fst_layout layout, int32_t d, int32_t column,
                              fst_block block) {
  for (int i = 0; i < 16; i++)
    _mm512_storeu_ps(fst_right_elements(packed, layout, d + i, column), block.vectors[i]);
}

#include "packing.h"
#include "register_multiply.h"

const fst_kernels fst_kernels_avx512 = {.name = "avx512", FST_WIDE_TABLE};

#pragma clang attribute pop

#endif
