// Mixers side by side, in the widest vectors that the processor has.
#include "CKernels.h"
#include "mixing.h"

static void dot_portable(const int16_t *inputs, int16_t *const *planes, int32_t mixers,
                         int32_t count, int32_t *sums) {
  for (int32_t m = 0; m < mixers; m++) sums[m] = fsc_mixer_dot(inputs, planes[m], count);
}

static void train_portable(const int16_t *inputs, const int16_t *steps, int16_t *const *planes,
                           int32_t mixers, int32_t count) {
  for (int32_t m = 0; m < mixers; m++) {
    fsc_mixer_train(inputs, steps[m], planes[m], (uint16_t *)(planes[m] + count), count);
  }
}

const fsc_mixer_kernels fsc_mixer_portable = {dot_portable, train_portable};

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx2"))) static void dot_avx2(const int16_t *inputs,
                                                     int16_t *const *planes, int32_t mixers,
                                                     int32_t count, int32_t *sums) {
  for (int32_t m = 0; m < mixers; m++) {
    __m256i sum = _mm256_setzero_si256();
    for (int32_t i = 0; i < count; i += 16) {
      const __m256i x = _mm256_load_si256((const __m256i *)(inputs + i));
      const __m256i w = _mm256_load_si256((const __m256i *)(planes[m] + i));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
    }
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    sums[m] = _mm_cvtsi128_si32(half);
  }
}

__attribute__((target("avx2"))) static void train_avx2(const int16_t *inputs, const int16_t *steps,
                                                       int16_t *const *planes, int32_t mixers,
                                                       int32_t count) {
  const __m256i sign = _mm256_set1_epi16((int16_t)0x8000);
  for (int32_t m = 0; m < mixers; m++) {
    const __m256i e = _mm256_set1_epi16(steps[m]);
    int16_t *high = planes[m], *low = high + count;
    for (int32_t i = 0; i < count; i += 16) {
      const __m256i x = _mm256_load_si256((const __m256i *)(inputs + i));
      const __m256i l = _mm256_load_si256((const __m256i *)(low + i));
      const __m256i h = _mm256_load_si256((const __m256i *)(high + i));
      const __m256i sum = _mm256_add_epi16(l, _mm256_mullo_epi16(x, e));
      // All ones, that is -1, where the lower half wrapped.
      const __m256i carry =
          _mm256_cmpgt_epi16(_mm256_xor_si256(l, sign), _mm256_xor_si256(sum, sign));
      const __m256i upper = _mm256_adds_epi16(h, _mm256_mulhi_epi16(x, e));
      _mm256_store_si256((__m256i *)(low + i), sum);
      _mm256_store_si256((__m256i *)(high + i), _mm256_subs_epi16(upper, carry));
    }
  }
}

static const fsc_mixer_kernels avx2 = {dot_avx2, train_avx2};

const fsc_mixer_kernels *fsc_mixer_best_kernels(void) {
  return __builtin_cpu_supports("avx2") ? &avx2 : &fsc_mixer_portable;
}

#else

const fsc_mixer_kernels *fsc_mixer_best_kernels(void) { return &fsc_mixer_portable; }

#endif
