// Sixteen weights of a mixer at a time: what the AVX2 mixers are made of, and the narrow ones of AVX-512,
// too.
#ifndef FSCOMP_MIXING_AVX2_H
#define FSCOMP_MIXING_AVX2_H

#include "sse2.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// `fsc_mixer_train` of 16.
FSC_AVX2_INLINE void fsc_avx2_train16(__m256i inputs, __m256i error, int16_t *high, int16_t *low) {
  const __m256i sign = _mm256_set1_epi16((int16_t)0x8000);
  const __m256i l = _mm256_load_si256((const __m256i *)low);
  const __m256i h = _mm256_load_si256((const __m256i *)high);
  const __m256i sum = _mm256_add_epi16(l, _mm256_mullo_epi16(inputs, error));
  // All ones, that is -1, where the lower half wrapped.
  const __m256i carry =
      _mm256_cmpgt_epi16(_mm256_xor_si256(l, sign), _mm256_xor_si256(sum, sign));
  const __m256i upper = _mm256_adds_epi16(h, _mm256_mulhi_epi16(inputs, error));
  _mm256_store_si256((__m256i *)low, sum);
  _mm256_store_si256((__m256i *)high, _mm256_subs_epi16(upper, carry));
}

FSC_AVX2_INLINE void fsc_avx2_mix_narrow(fsc_mixers *mixers, fsc_narrow_inputs inputs,
                                         int32_t *sums, fsc_narrow_shape shape) {
  __m256i x[FSC_NARROW_INPUTS / 16];
  for (int32_t i = 0; i < shape.inputs / 16; i++) {
    const uint64_t *const words = inputs.words + 4 * i;
    x[i] = _mm256_set_epi64x((long long)words[3], (long long)words[2], (long long)words[1],
                             (long long)words[0]);
    _mm256_store_si256((__m256i *)mixers->inputs + i, x[i]);
  }
  for (int32_t m = 0; m < shape.mixers; m++) {
    const __m256i *const plane = (const __m256i *)mixers->planes[m];
    __m256i sum = _mm256_madd_epi16(x[0], _mm256_load_si256(plane));
    for (int32_t i = 1; i < shape.inputs / 16; i++)
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x[i], _mm256_load_si256(plane + i)));
    sums[m] = fsc_sse2_sum(
        _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1)));
  }
}

FSC_AVX2_INLINE void fsc_avx2_train_narrow(fsc_mixers *mixers, const int16_t *steps,
                                           fsc_narrow_shape shape) {
  for (int32_t m = 0; m < shape.mixers; m++) {
    int16_t *const high = mixers->planes[m], *const low = high + shape.inputs;
    const __m256i step = _mm256_set1_epi16(steps[m]);
    for (int32_t i = 0; i < shape.inputs; i += 16)
      fsc_avx2_train16(_mm256_load_si256((const __m256i *)(mixers->inputs + i)), step, high + i,
                       low + i);
  }
}

#endif
#endif
