// Mixers side by side in AVX2.
#include "avx2.h"

#if defined(__x86_64__)

/// The sums of eight registers' numbers, in order.
FSC_AVX2_INLINE __m256i reduce8(const __m256i s[8]) {
  __m256i fours[2];
  for (int i = 0; i < 2; i++) {
    fours[i] = _mm256_hadd_epi32(_mm256_hadd_epi32(s[4 * i], s[4 * i + 1]),
                                 _mm256_hadd_epi32(s[4 * i + 2], s[4 * i + 3]));
  }
  return _mm256_add_epi32(_mm256_permute2x128_si256(fours[0], fours[1], 0x20),
                          _mm256_permute2x128_si256(fours[0], fours[1], 0x31));
}

FSC_AVX2_INLINE fsc_mixed mix_registers(fsc_mixers *mixers, fsc_mixer_head head,
                                        const int16_t *predictions, int32_t registers) {
  // Moved in pieces as wide as those in which they were written and will be read.
  const __m128i first = _mm_set_epi64x((long long)head.words[1], (long long)head.words[0]);
  __m256i x[FSC_MOST_INPUTS / 16], sums[FSC_MOST_MIXERS];
  for (int32_t i = 0; i < registers; i++) {
    const __m128i lower = i == 0 ? first : _mm_load_si128((const __m128i *)predictions + 2 * i - 1);
    // Beyond the predictions are zeros.
    const __m128i upper = 16 * i < FSC_MOST_CONTEXTS
                              ? _mm_load_si128((const __m128i *)predictions + 2 * i)
                              : _mm_setzero_si128();
    x[i] = _mm256_inserti128_si256(_mm256_castsi128_si256(lower), upper, 1);
    _mm256_store_si256((__m256i *)mixers->inputs + i, x[i]);
  }
  for (int32_t m = 0; m < FSC_MOST_MIXERS; m++) {
    const __m256i *const plane = (const __m256i *)mixers->planes[m];
    sums[m] = _mm256_madd_epi16(x[0], _mm256_load_si256(plane));
    for (int32_t i = 1; i < registers; i++) {
      sums[m] =
          _mm256_add_epi32(sums[m], _mm256_madd_epi16(x[i], _mm256_load_si256(plane + i)));
    }
  }
  const __m256i limit = _mm256_set1_epi32(FSC_STRETCH_LIMIT);
  __m256i outputs = _mm256_srai_epi32(reduce8(sums), 8);
  outputs = _mm256_min_epi32(outputs, limit);
  outputs = _mm256_max_epi32(outputs, _mm256_sub_epi32(_mm256_setzero_si256(), limit));
  const __m256i narrow = _mm256_packs_epi32(_mm256_srai_epi32(outputs, 4), outputs);
  const __m128i results =
      _mm_unpacklo_epi64(_mm256_castsi256_si128(narrow), _mm256_extracti128_si256(narrow, 1));
  _mm_store_si128((__m128i *)mixers->results, results);
  _mm256_storeu_si256((__m256i *)mixers->outputs, outputs);
  return fsc_sse2_finish(mixers, results);
}

FSC_AVX2 static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head,
                              const int16_t *predictions) {
  if (mixers->count == 32) return mix_registers(mixers, head, predictions, 2);
  return mixers->count < 32 ? mix_registers(mixers, head, predictions, 1)
                            : mix_registers(mixers, head, predictions, 3);
}

FSC_AVX2 static void train(fsc_mixers *mixers, int32_t bit) {
  const int32_t count = mixers->count;
  for (int32_t m = 0; m < mixers->mixers; m++) {
    const __m256i step = _mm256_set1_epi16(
        fsc_mixer_step(bit, fsc_mixers_probability(mixers, m), mixers->chosen_rates[m]));
    int16_t *const high = mixers->planes[m], *const low = high + count;
    for (int32_t i = 0; i < count; i += 16)
      fsc_avx2_train16(_mm256_load_si256((const __m256i *)(mixers->inputs + i)), step, high + i,
                       low + i);
  }
  fsc_sse2_train_final(mixers, bit);
}

FSC_DEFINE_BITS(FSC_AVX2, mix, train)
FSC_DEFINE_NARROW(FSC_AVX2, fsc_avx2_mix_narrow, fsc_avx2_train_narrow)

const fsc_mixing_kernels fsc_mixing_avx2 = {
    "avx2", predict, update, predict_narrow, update_narrow, mix, train};

#endif
