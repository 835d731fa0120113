// Matrix products in half precision (AVX512-FP16), twice as fast as in single precision. Only
// FST_DEPTH_BLOCK products at a time are added up in half precision, and those sums in single
// precision, which loses no more than rounding the operands to bfloat16 does.
#include "wide.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(                                                              \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512fp16,fma"))),          \
    apply_to = function)

#include "blocks.h"

#define FST_KEEPS_SCALES 1
enum { FST_TILE_ROWS = 32, FST_PRODUCT_ROWS = 8, FST_PANEL_REGISTERS = 2 };
enum { FST_REGISTER_LANES = 32, FST_WORD_DEPTH = 1 };
typedef fst_half fst_element;
#include "register_product.h"

/// sums[row][column] (+)= scales[row] x the sum over depth of left[row][d] x right[d][column].
FST_INLINE void fst_block_product(const uint32_t *left, const float *scales,
                                  const fst_half *right, int32_t depth, bool adds, float *sums,
                                  fst_ahead ahead) {
  __m512h products[FST_PRODUCT_ROWS][2];
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++)
    products[row][0] = products[row][1] = _mm512_setzero_ph();
  for (int32_t d = 0; d < depth; d++) {
    fst_fetch(ahead, d);
    const __m512h low = _mm512_loadu_ph(right + d * FST_PANEL);
    const __m512h high = _mm512_loadu_ph(right + d * FST_PANEL + FST_REGISTER_LANES);
#pragma clang loop unroll(full)
    for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
      const __m512h factor =
          _mm512_castsi512_ph(_mm512_set1_epi32((int)left[row * FST_BLOCK_WORDS + d]));
      products[row][0] = _mm512_fmadd_ph(factor, low, products[row][0]);
      products[row][1] = _mm512_fmadd_ph(factor, high, products[row][1]);
    }
  }
#pragma clang loop unroll(full)
  for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
    const __m512 scale = _mm512_set1_ps(scales[row]);
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; half++) {
      const __m512i bits = _mm512_castph_si512(products[row][half]);
      float *sum = sums + row * FST_PANEL + half * FST_REGISTER_LANES;
      const __m512 low = _mm512_cvtph_ps(_mm512_castsi512_si256(bits));
      const __m512 high = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(bits, 1));
      const __m512 old_low = adds ? _mm512_load_ps(sum) : _mm512_setzero_ps();
      const __m512 old_high = adds ? _mm512_load_ps(sum + 16) : _mm512_setzero_ps();
      _mm512_store_ps(sum, _mm512_fmadd_ps(low, scale, old_low));
      _mm512_store_ps(sum + 16, _mm512_fmadd_ps(high, scale, old_high));
    }
  }
}

FST_INLINE void fst_put_left(void *packed, fst_layout layout, int32_t row, int32_t d,
                             fst_block block) {
  for (int i = 0; i < 16; i++) {
    const __m512i half = _mm512_cvtepu16_epi32(
        _mm512_cvtps_ph(block.vectors[i], _MM_FROUND_TO_NEAREST_INT));
    _mm512_storeu_si512(fst_left_words(packed, layout, row + i, d),
                        _mm512_or_si512(half, _mm512_slli_epi32(half, 16)));
  }
}

FST_INLINE void fst_put_right(void *packed, fst_layout layout, int32_t d, int32_t column,
                              fst_block block) {
  for (int i = 0; i < 16; i++)
    _mm256_storeu_si256((__m256i *)fst_right_elements(packed, layout, d + i, column),
                        _mm512_cvtps_ph(block.vectors[i], _MM_FROUND_TO_NEAREST_INT));
}

#include "packing.h"
#include "register_multiply.h"

const fst_kernels fst_kernels_avx512fp16 = {.name = "avx512fp16", FST_WIDE_TABLE};

#pragma clang attribute pop

#endif
