// Mixers one after the other in SSE2, which every x86-64 has.
#include "sse2.h"

#if defined(__x86_64__)

FSC_SSE2_INLINE int32_t dot(const int16_t *inputs, const int16_t *high, int32_t count) {
  __m128i sum = _mm_setzero_si128();
  for (int32_t i = 0; i < count; i += 8) {
    const __m128i x = _mm_load_si128((const __m128i *)(inputs + i));
    const __m128i w = _mm_load_si128((const __m128i *)(high + i));
    sum = _mm_add_epi32(sum, _mm_madd_epi16(x, w));
  }
  return fsc_sse2_sum(sum);
}

FSC_SSE2 static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head,
                              const int16_t *predictions) {
  fsc_mixers_join(mixers, head, predictions);
  for (int32_t m = 0; m < mixers->mixers; m++)
    fsc_mixers_result(mixers, m, dot(mixers->inputs, mixers->planes[m], mixers->count));
  return fsc_sse2_finish(mixers, _mm_load_si128((const __m128i *)mixers->results));
}

/// Moves the chosen weights of a mixer by its step; `count` is that of the inputs.
FSC_SSE2_INLINE void train_mixer(fsc_mixers *mixers, int32_t mixer, int16_t step, int32_t count) {
  int16_t *const high = mixers->planes[mixer], *const low = high + count;
  for (int32_t i = 0; i < count; i += 8)
    fsc_sse2_train8(_mm_load_si128((const __m128i *)(mixers->inputs + i)), _mm_set1_epi16(step),
                    high + i, low + i);
}

FSC_SSE2 static void train(fsc_mixers *mixers, int32_t bit) {
  for (int32_t m = 0; m < mixers->mixers; m++)
    train_mixer(mixers, m,
                fsc_mixer_step(bit, fsc_mixers_probability(mixers, m), mixers->chosen_rates[m]),
                mixers->count);
  fsc_sse2_train_final(mixers, bit);
}

FSC_SSE2_INLINE void mix_narrow(fsc_mixers *mixers, fsc_narrow_inputs inputs, int32_t *sums,
                           fsc_narrow_shape shape) {
  memcpy(mixers->inputs, inputs.words, 2 * (size_t)shape.inputs);
  for (int32_t m = 0; m < shape.mixers; m++)
    sums[m] = dot(mixers->inputs, mixers->planes[m], shape.inputs);
}

FSC_SSE2_INLINE void train_narrow(fsc_mixers *mixers, const int16_t *steps,
                             fsc_narrow_shape shape) {
  for (int32_t m = 0; m < shape.mixers; m++) train_mixer(mixers, m, steps[m], shape.inputs);
}

FSC_DEFINE_BITS(FSC_SSE2, mix, train)
FSC_DEFINE_NARROW(FSC_SSE2, mix_narrow, train_narrow)

const fsc_mixing_kernels fsc_mixing_sse2 = {
    "sse2", predict, update, predict_narrow, update_narrow, mix, train};

#endif
