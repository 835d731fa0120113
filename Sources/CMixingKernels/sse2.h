// Eight weights of a mixer at a time: what the SSE2 mixers are made of, and the final mixer of all
// x86-64 tables, which has eight inputs.
#ifndef FSCOMP_MIXING_SSE2_H
#define FSCOMP_MIXING_SSE2_H

#include "tables.h"

#if defined(__x86_64__)

#include <emmintrin.h>

/// The sum of four numbers.
FSC_SSE2_INLINE int32_t fsc_sse2_sum(__m128i v) {
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4E));
  v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0xB1));
  return _mm_cvtsi128_si32(v);
}

/// `fsc_mixer_train` of eight.
FSC_SSE2_INLINE void fsc_sse2_train8(__m128i inputs, __m128i error, int16_t *high, int16_t *low) {
  const __m128i sign = _mm_set1_epi16((int16_t)0x8000);
  const __m128i l = _mm_load_si128((const __m128i *)low);
  const __m128i h = _mm_load_si128((const __m128i *)high);
  const __m128i sum = _mm_add_epi16(l, _mm_mullo_epi16(inputs, error));
  // All ones, that is -1, where the lower half wrapped.
  const __m128i carry = _mm_cmpgt_epi16(_mm_xor_si128(l, sign), _mm_xor_si128(sum, sign));
  const __m128i upper = _mm_adds_epi16(h, _mm_mulhi_epi16(inputs, error));
  _mm_store_si128((__m128i *)low, sum);
  _mm_store_si128((__m128i *)high, _mm_subs_epi16(upper, carry));
}

/// The final mixer, by the results of the others.
FSC_SSE2_INLINE fsc_mixed fsc_sse2_finish(fsc_mixers *mixers, __m128i results) {
  const __m128i weights = _mm_load_si128((const __m128i *)fsc_mixers_final(mixers));
  return fsc_mixers_finish(mixers, fsc_sse2_sum(_mm_madd_epi16(results, weights)));
}

/// Lets the final mixer learn a bit, and counts it for all.
FSC_SSE2_INLINE void fsc_sse2_train_final(fsc_mixers *mixers, int32_t bit) {
  const __m128i step = _mm_set1_epi16(fsc_mixers_count(mixers, bit));
  int16_t *const weights = fsc_mixers_final(mixers);
  fsc_sse2_train8(_mm_load_si128((const __m128i *)mixers->results), step, weights,
                  weights + FSC_MOST_MIXERS);
}

#endif
#endif
