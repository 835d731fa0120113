// The AVX-512 pieces that the AVX-512 and the AMX kernels share.
#ifndef FSCOMP_AVX512_H
#define FSCOMP_AVX512_H

#include "x86.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// Lanes that a project call takes at a time.
enum { FSC_CHUNK_LANES = 256 };

/// What each lane's accumulators start with: the rounding term of the shift, less 128 x the sum
/// of its inputs (x86.h says why).
FSC_AVX512_INLINE void fsc_avx512_starts(const fsc_matrix *matrix, const int8_t *inputs,
                                         size_t input_stride, int32_t lanes, int32_t *starts) {
  const int32_t columns = matrix->columns, half = (1 << matrix->shift) >> 1;
  const __m512i offset = _mm512_set1_epi8((char)128);
  const __mmask64 rest = (UINT64_C(1) << (columns % 64)) - 1;
  for (int32_t lane = 0; lane < lanes; lane++, inputs += input_stride) {
    __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), offset,
                                      _mm512_maskz_loadu_epi8(rest, inputs + columns / 64 * 64));
    for (int32_t column = 0; column + 64 <= columns; column += 64)
      sum = _mm512_dpbusd_epi32(sum, offset, _mm512_loadu_si512(inputs + column));
    starts[lane] = half - _mm512_reduce_add_epi32(sum);
  }
}

/// Scales 16 accumulators that hold their rounding term, and adds biases.
FSC_AVX512_INLINE void fsc_avx512_finish16(__m512i sums, __m128i shift,
                                           const int16_t *multipliers, const int16_t *biases,
                                           int16_t *z) {
  const __m256i a = _mm512_cvtsepi32_epi16(_mm512_sra_epi32(sums, shift));
  const __m256i scaled =
      _mm256_mulhrs_epi16(a, _mm256_loadu_si256((const __m256i *)multipliers));
  _mm256_storeu_si256((__m256i *)z,
                      _mm256_adds_epi16(scaled, _mm256_loadu_si256((const __m256i *)biases)));
}

#endif
#endif
