// Matrix products in bfloat16 (AVX512-BF16), two terms an instruction, added up in single precision:
// the operands of amx.c's tiles, for processors without them.
#include "wide.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(                                                              \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"))),          \
    apply_to = function)

#include "blocks.h"
#include "pairs.h"

#define FST_KEEPS_SCALES 0
enum { FST_TILE_ROWS = 32, FST_PRODUCT_ROWS = 8, FST_PANEL_REGISTERS = 2 };
enum { FST_REGISTER_LANES = 16, FST_WORD_DEPTH = 2 };
/// Two bfloat16 numbers of a column, the earlier one in the low bits.
typedef uint32_t fst_element;
#include "register_product.h"

FST_INLINE __m512bh fst_pairs(const fst_element *elements) {
  return (__m512bh)_mm512_loadu_si512(elements);
}

/// sums[row][column] (+)= the sum over depth of left[row][d] x right[d][column].
FST_INLINE void fst_block_product(const uint32_t *left, const float *scales,
                                  const fst_element *right, int32_t depth, bool adds, float *sums,
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
  for (int32_t word = 0; word < depth / FST_WORD_DEPTH; word++) {
    fst_fetch(ahead, word);
    const __m512bh low = fst_pairs(right + word * FST_PANEL);
    const __m512bh high = fst_pairs(right + word * FST_PANEL + FST_REGISTER_LANES);
#pragma clang loop unroll(full)
    for (int row = 0; row < FST_PRODUCT_ROWS; row++) {
      const __m512bh factor =
          (__m512bh)_mm512_set1_epi32((int)left[row * FST_BLOCK_WORDS + word]);
      products[row][0] = _mm512_dpbf16_ps(products[row][0], factor, low);
      products[row][1] = _mm512_dpbf16_ps(products[row][1], factor, high);
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
    _mm256_storeu_si256((__m256i *)fst_left_words(packed, layout, row + i, d),
                        (__m256i)_mm512_cvtneps_pbh(block.vectors[i]));
}

FST_INLINE void fst_put_right(void *packed, fst_layout layout, int32_t d, int32_t column,
                              fst_block block) {
  for (int i = 0; i < 16; i += 2)
    _mm512_storeu_si512(fst_right_elements(packed, layout, d + i, column),
                        fst_paired(block.vectors[i], block.vectors[i + 1]));
}

#include "packing.h"
#include "register_multiply.h"

const fst_kernels fst_kernels_avx512bf16 = {.name = "avx512bf16", FST_WIDE_TABLE};

#pragma clang attribute pop

#endif
