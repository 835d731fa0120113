// Mixers side by side in AVX-512: the sums of all in one reduction, their results in one register.
#include "avx2.h"

#if defined(__x86_64__)

/// The sums of eight registers' numbers, in order.
FSC_AVX512_INLINE __m256i reduce8(const __m512i s[8]) {
  __m512i pairs[4], fours[2];
  for (int i = 0; i < 4; i++) {
    pairs[i] = _mm512_add_epi32(_mm512_unpacklo_epi32(s[2 * i], s[2 * i + 1]),
                                _mm512_unpackhi_epi32(s[2 * i], s[2 * i + 1]));
  }
  for (int i = 0; i < 2; i++) {
    fours[i] = _mm512_add_epi32(_mm512_unpacklo_epi64(pairs[2 * i], pairs[2 * i + 1]),
                                _mm512_unpackhi_epi64(pairs[2 * i], pairs[2 * i + 1]));
  }
  // Four lanes of sums 0 ... 3, and four of 4 ... 7.
  const __m512i halves = _mm512_add_epi32(_mm512_shuffle_i32x4(fours[0], fours[1], 0x44),
                                          _mm512_shuffle_i32x4(fours[0], fours[1], 0xEE));
  const __m512i sorted = _mm512_shuffle_i32x4(halves, halves, 0xD8);
  return _mm256_add_epi32(_mm512_castsi512_si256(sorted), _mm512_extracti64x4_epi64(sorted, 1));
}

/// `fsc_squash` of eight.
FSC_AVX512_INLINE __m256i squash8(const uint32_t *nodes, __m256i x) {
  const __m256i position = _mm256_add_epi32(x, _mm256_set1_epi32(FSC_STRETCH_LIMIT));
  // A node and the one after it.
  const __m512i pair = _mm512_i32gather_epi64(_mm256_srli_epi32(position, 8), nodes, 4);
  const __m512i high = _mm512_srli_epi64(pair, 32);
  const __m512i fraction =
      _mm512_cvtepu32_epi64(_mm256_and_si256(position, _mm256_set1_epi32(255)));
  const __m512i product = _mm512_mul_epi32(_mm512_sub_epi32(high, pair), fraction);
  const __m512i sum = _mm512_add_epi64(pair, _mm512_srai_epi64(product, 8));
  return _mm512_cvtepi64_epi32(sum);
}

FSC_AVX512_INLINE fsc_mixed mix_inputs(fsc_mixers *mixers, fsc_mixer_head head,
                                const int16_t *predictions, int32_t count) {
  // The head goes in front of the predictions.
  const __m512i first = _mm512_zextsi128_si512(
      _mm_set_epi64x((long long)head.words[1], (long long)head.words[0]));
  const __m512i rest = _mm512_load_si512(predictions);
  const __m512i x = _mm512_mask_expand_epi64(first, 0xFC, rest);
  const __m512i y = _mm512_maskz_compress_epi64(0xC0, rest);
  _mm512_store_si512(mixers->inputs, x);
  if (count > 32) _mm256_store_si256((__m256i *)(mixers->inputs + 32), _mm512_castsi512_si256(y));
  const __mmask32 inputs = count < 32 ? 0xFFFF : 0xFFFFFFFF;
  __m512i sums[FSC_MOST_MIXERS];
  for (int32_t m = 0; m < FSC_MOST_MIXERS; m++) {
    const int16_t *const plane = mixers->planes[m];
    // Loads of no more than 32 numbers stay within a line.
    sums[m] = _mm512_madd_epi16(x, count < 32 ? _mm512_maskz_loadu_epi16(inputs, plane)
                                              : _mm512_loadu_si512(plane));
    if (count > 32) {
      const __m512i more = _mm512_zextsi256_si512(_mm256_load_si256((const __m256i *)(plane + 32)));
      sums[m] = _mm512_dpwssd_epi32(sums[m], y, more);
    }
  }
  const __m256i limit = _mm256_set1_epi32(FSC_STRETCH_LIMIT);
  __m256i outputs = _mm256_srai_epi32(reduce8(sums), 8);
  outputs = _mm256_min_epi32(outputs, limit);
  outputs = _mm256_max_epi32(outputs, _mm256_sub_epi32(_mm256_setzero_si256(), limit));
  // Those beyond the last mixer have no weights.
  const __m128i results = _mm256_cvtepi32_epi16(_mm256_srai_epi32(outputs, 4));
  _mm_store_si128((__m128i *)mixers->results, results);
  _mm256_storeu_si256((__m256i *)mixers->outputs, outputs);
  return fsc_sse2_finish(mixers, results);
}

FSC_AVX512 static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head,
                                    const int16_t *predictions) {
  if (mixers->count == 32) return mix_inputs(mixers, head, predictions, 32);
  return mixers->count < 32 ? mix_inputs(mixers, head, predictions, 16)
                            : mix_inputs(mixers, head, predictions, 48);
}

/// `fsc_mixer_train` of 32 inputs, or of 16 in the lower halves.
FSC_AVX512_INLINE void train32(__m512i x, __m512i step, __m512i *high, __m512i *low) {
  const __m512i sum = _mm512_add_epi16(*low, _mm512_mullo_epi16(x, step));
  const __mmask32 carry = _mm512_cmplt_epu16_mask(sum, *low);
  const __m512i upper = _mm512_adds_epi16(*high, _mm512_mulhi_epi16(x, step));
  *high = _mm512_mask_adds_epi16(upper, carry, upper, _mm512_set1_epi16(1));
  *low = sum;
}

FSC_AVX512_INLINE __m512i load16(const int16_t *numbers) {
  return _mm512_zextsi256_si512(_mm256_load_si256((const __m256i *)numbers));
}

FSC_AVX512_INLINE void store16(int16_t *numbers, __m512i x) {
  _mm256_store_si256((__m256i *)numbers, _mm512_castsi512_si256(x));
}

FSC_AVX512_INLINE void train_inputs(fsc_mixers *mixers, int32_t bit, int32_t count) {
  const __m512i probabilities = _mm512_cvtepi32_epi64(squash8(
      mixers->squash_nodes, _mm256_loadu_si256((const __m256i *)mixers->outputs)));
  const __m512i rates = _mm512_cvtepi32_epi64(
      _mm256_loadu_si256((const __m256i *)mixers->chosen_rates));
  const __m512i errors = _mm512_sub_epi64(_mm512_set1_epi64((int64_t)bit << 22), probabilities);
  const __m512i moves = _mm512_srai_epi64(
      _mm512_add_epi64(_mm512_mul_epi32(errors, rates), _mm512_set1_epi64(1 << 17)), 18);
  int16_t steps[FSC_MOST_MIXERS];
  _mm_storeu_si128((__m128i *)steps, _mm_max_epi16(_mm512_cvtsepi64_epi16(moves),
                                                  _mm_set1_epi16(-32767)));
  const int32_t mixer_count = mixers->mixers;
  const __m512i x = count < 32 ? load16(mixers->inputs) : _mm512_load_si512(mixers->inputs);
  for (int32_t m = 0; m < mixer_count; m++) {
    int16_t *const high = mixers->planes[m], *const low = high + count;
    const __m512i step = _mm512_set1_epi16(steps[m]);
    if (count < 32) {
      __m512i h = load16(high), l = load16(low);
      train32(x, step, &h, &l);
      store16(high, h);
      store16(low, l);
      continue;
    }
    __m512i h = _mm512_loadu_si512(high), l = _mm512_loadu_si512(low);
    train32(x, step, &h, &l);
    _mm512_storeu_si512(high, h);
    _mm512_storeu_si512(low, l);
    if (count > 32) {
      __m512i h2 = load16(high + 32), l2 = load16(low + 32);
      train32(load16(mixers->inputs + 32), step, &h2, &l2);
      store16(high + 32, h2);
      store16(low + 32, l2);
    }
  }
  fsc_sse2_train_final(mixers, bit);
}

FSC_AVX512 static void train(fsc_mixers *mixers, int32_t bit) {
  if (mixers->count == 32) return train_inputs(mixers, bit, 32);
  if (mixers->count < 32) return train_inputs(mixers, bit, 16);
  train_inputs(mixers, bit, 48);
}

FSC_DEFINE_BITS(FSC_AVX512, mix, train)
// Sixteen inputs fill no register of AVX-512, whose masks would take longer.
FSC_DEFINE_NARROW(FSC_AVX2, fsc_avx2_mix_narrow, fsc_avx2_train_narrow)

const fsc_mixing_kernels fsc_mixing_avx512 = {
    "avx512", predict, update, predict_narrow, update_narrow, mix, train};

#endif
