// Blocks of 16 by 16 numbers in single precision, which packing works in, with AVX2. The file that
// includes this has said before, with a pragma, that its functions may use AVX2, FMA and F16C.
#ifndef FSCOMP_AVX2_BLOCKS_H
#define FSCOMP_AVX2_BLOCKS_H

#include <immintrin.h>
#include <string.h>

#include "CTrainingKernels.h"
#include "layout.h"

/// Two registers a row.
typedef struct {
  __m256 vectors[16][2];
} fst_block;

/// The first `count` of 8 numbers, and zeros; 0 and less: none.
FST_INLINE __m256 fst_first_floats(const float *values, int32_t count) {
  if (count >= 8) return _mm256_loadu_ps(values);
  float part[8] = {0};
  if (count > 0) memcpy(part, values, sizeof(float) * (size_t)count);
  return _mm256_loadu_ps(part);
}

FST_INLINE __m256 fst_first_halves(const fst_half *values, int32_t count) {
  if (count >= 8) return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)values));
  fst_half part[8] = {0};
  if (count > 0) memcpy(part, values, sizeof(fst_half) * (size_t)count);
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)part));
}

/// Part of a matrix of `height` rows of `width` numbers; zeros where it ends.
FST_INLINE fst_block fst_block_of_halves(const fst_half *values, size_t stride, int32_t height,
                                         int32_t width) {
  fst_block block;
  for (int i = 0; i < 16; i++)
    for (int half = 0; half < 2; half++)
      block.vectors[i][half] = fst_first_halves(values + (ptrdiff_t)i * stride + 8 * half,
                                                i < height ? width - 8 * half : 0);
  return block;
}

FST_INLINE fst_block fst_block_of_floats(const float *values, size_t stride, int32_t height,
                                         int32_t width) {
  fst_block block;
  for (int i = 0; i < 16; i++)
    for (int half = 0; half < 2; half++)
      block.vectors[i][half] = fst_first_floats(values + (ptrdiff_t)i * stride + 8 * half,
                                                i < height ? width - 8 * half : 0);
  return block;
}

/// Exchanges rows and columns of 8 by 8 numbers: within pairs of rows, then of pairs, then of halves.
FST_INLINE void fst_transpose_quarter(const __m256 from[8], __m256 to[8]) {
  __m256 a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm256_unpacklo_ps(from[i], from[i + 1]);
    a[i + 1] = _mm256_unpackhi_ps(from[i], from[i + 1]);
  }
  // b[4q + j] holds column j of every 4, of rows 4q...4q + 3.
  for (int i = 0; i < 8; i += 4) {
    b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
    b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xEE);
    b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
    b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xEE);
  }
  for (int j = 0; j < 4; j++) {
    to[j] = _mm256_permute2f128_ps(b[j], b[4 + j], 0x20);
    to[4 + j] = _mm256_permute2f128_ps(b[j], b[4 + j], 0x31);
  }
}

FST_INLINE fst_block fst_transposed(fst_block block) {
  fst_block result;
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) {
      __m256 from[8], to[8];
      for (int k = 0; k < 8; k++) from[k] = block.vectors[8 * i + k][j];
      fst_transpose_quarter(from, to);
      for (int k = 0; k < 8; k++) result.vectors[8 * j + k][i] = to[k];
    }
  return result;
}

/// Multiplies each row with a factor of its own.
FST_INLINE void fst_scale_rows(fst_block *block, const float factors[16]) {
  for (int i = 0; i < 16; i++)
    for (int half = 0; half < 2; half++)
      block->vectors[i][half] =
          _mm256_mul_ps(block->vectors[i][half], _mm256_set1_ps(factors[i]));
}

enum { FST_PART = 8 };

/// Copies the first `count` of FST_PART numbers to an aligned place, and zeros for the others.
FST_INLINE void fst_read_part(float *part, const float *numbers, int32_t count) {
  _mm256_store_ps(part, fst_first_floats(numbers, count));
}

/// Copies the first `count` of FST_PART numbers back.
FST_INLINE void fst_write_part(const float *part, float *numbers, int32_t count) {
  if (count >= FST_PART)
    _mm256_storeu_ps(numbers, _mm256_load_ps(part));
  else if (count > 0)
    memcpy(numbers, part, sizeof(float) * (size_t)count);
}

#endif
