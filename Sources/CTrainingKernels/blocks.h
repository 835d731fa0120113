// Blocks of 16 by 16 numbers in single precision, which packing works in. The file that includes
// this has said before, with a pragma, that its functions may use AVX-512.
#ifndef FSCOMP_BLOCKS_H
#define FSCOMP_BLOCKS_H

#include <immintrin.h>

#include "CTrainingKernels.h"
#include "layout.h"

typedef struct {
  __m512 vectors[16];
} fst_block;

/// The first `count` lanes, none if it is negative.
FST_INLINE __mmask16 fst_first_lanes(int32_t count) {
  return count >= 16 ? 0xFFFF : count <= 0 ? 0 : (__mmask16)((1 << count) - 1);
}

/// Part of a matrix of `height` rows of `width` numbers; zeros where it ends.
FST_INLINE fst_block fst_block_of_halves(const fst_half *values, size_t stride, int32_t height,
                                         int32_t width) {
  fst_block block;
  const __mmask16 lanes = fst_first_lanes(width);
  for (int i = 0; i < 16; i++)
    block.vectors[i] = _mm512_cvtph_ps(
        _mm256_maskz_loadu_epi16(i < height ? lanes : 0, values + (ptrdiff_t)i * stride));
  return block;
}

FST_INLINE fst_block fst_block_of_floats(const float *values, size_t stride, int32_t height,
                                         int32_t width) {
  fst_block block;
  const __mmask16 lanes = fst_first_lanes(width);
  for (int i = 0; i < 16; i++)
    block.vectors[i] =
        _mm512_maskz_loadu_ps(i < height ? lanes : 0, values + (ptrdiff_t)i * stride);
  return block;
}

/// Exchanges rows and columns: within pairs of rows, pairs of pairs, and so on.
FST_INLINE fst_block fst_transposed(fst_block block) {
  __m512 a[16], b[16];
  for (int i = 0; i < 16; i += 2) {
    a[i] = _mm512_unpacklo_ps(block.vectors[i], block.vectors[i + 1]);
    a[i + 1] = _mm512_unpackhi_ps(block.vectors[i], block.vectors[i + 1]);
  }
  // b[4q + j] holds column j of every 4, of rows 4q...4q + 3.
  for (int i = 0; i < 16; i += 4) {
    b[i] = _mm512_shuffle_ps(a[i], a[i + 2], 0x44);
    b[i + 1] = _mm512_shuffle_ps(a[i], a[i + 2], 0xEE);
    b[i + 2] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0x44);
    b[i + 3] = _mm512_shuffle_ps(a[i + 1], a[i + 3], 0xEE);
  }
  for (int j = 0; j < 4; j++) {
    const __m512 even_low = _mm512_shuffle_f32x4(b[j], b[4 + j], 0x88);
    const __m512 odd_low = _mm512_shuffle_f32x4(b[j], b[4 + j], 0xDD);
    const __m512 even_high = _mm512_shuffle_f32x4(b[8 + j], b[12 + j], 0x88);
    const __m512 odd_high = _mm512_shuffle_f32x4(b[8 + j], b[12 + j], 0xDD);
    block.vectors[j] = _mm512_shuffle_f32x4(even_low, even_high, 0x88);
    block.vectors[4 + j] = _mm512_shuffle_f32x4(odd_low, odd_high, 0x88);
    block.vectors[8 + j] = _mm512_shuffle_f32x4(even_low, even_high, 0xDD);
    block.vectors[12 + j] = _mm512_shuffle_f32x4(odd_low, odd_high, 0xDD);
  }
  return block;
}

/// Multiplies each row with a factor of its own.
FST_INLINE void fst_scale_rows(fst_block *block, const float factors[16]) {
  for (int i = 0; i < 16; i++)
    block->vectors[i] = _mm512_mul_ps(block->vectors[i], _mm512_set1_ps(factors[i]));
}

enum { FST_PART = 16 };

/// Copies the first `count` of FST_PART numbers to an aligned place, and zeros for the others.
FST_INLINE void fst_read_part(float *part, const float *numbers, int32_t count) {
  _mm512_store_ps(part, _mm512_maskz_loadu_ps(fst_first_lanes(count), numbers));
}

/// Copies the first `count` of FST_PART numbers back.
FST_INLINE void fst_write_part(const float *part, float *numbers, int32_t count) {
  _mm512_mask_storeu_ps(numbers, fst_first_lanes(count), _mm512_load_ps(part));
}

#endif
