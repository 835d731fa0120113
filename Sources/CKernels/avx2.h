// The AVX2 pieces that the AVX2 and the AVX-VNNI kernels share.
#ifndef FSCOMP_AVX2_H
#define FSCOMP_AVX2_H

#include "x86.h"

#if defined(__x86_64__)

#include <immintrin.h>

FSC_AVX2_INLINE __m256i fsc_avx2_load(const void *p) {
  return _mm256_loadu_si256((const __m256i *)p);
}

FSC_AVX2_INLINE void fsc_avx2_store(void *p, __m256i v) {
  _mm256_storeu_si256((__m256i *)p, v);
}

/// Scales eight accumulators that hold their rounding term, and adds biases.
FSC_AVX2_INLINE void fsc_avx2_finish8(__m256i sums, __m128i shift, const int16_t *multipliers,
                                      const int16_t *biases, int16_t *z) {
  const __m256i shifted = _mm256_sra_epi32(sums, shift);
  const __m128i a =
      _mm_packs_epi32(_mm256_castsi256_si128(shifted), _mm256_extracti128_si256(shifted, 1));
  const __m128i scaled = _mm_mulhrs_epi16(a, _mm_loadu_si128((const __m128i *)multipliers));
  _mm_storeu_si128((__m128i *)z,
                   _mm_adds_epi16(scaled, _mm_loadu_si128((const __m128i *)biases)));
}

#endif
#endif
