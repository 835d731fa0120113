// The definitions of mixers.h as a table, for any machine.
#include "tables.h"

static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions) {
  fsc_mixers_join(mixers, head, predictions);
  for (int32_t m = 0; m < mixers->mixers; m++)
    fsc_mixers_result(mixers, m,
                      fsc_mixer_dot(mixers->inputs, mixers->planes[m], mixers->count));
  return fsc_mixers_finish(
      mixers, fsc_mixer_dot(mixers->results, fsc_mixers_final(mixers), FSC_MOST_MIXERS));
}

/// Moves the chosen weights of a mixer by its step; `count` is that of the inputs.
FSC_INLINE void train_mixer(fsc_mixers *mixers, int32_t mixer, int16_t step, int32_t count) {
  int16_t *const planes = mixers->planes[mixer];
  fsc_mixer_train(mixers->inputs, step, planes, (uint16_t *)(planes + count), count);
}

static void train(fsc_mixers *mixers, int32_t bit) {
  for (int32_t m = 0; m < mixers->mixers; m++)
    train_mixer(mixers, m,
                fsc_mixer_step(bit, fsc_mixers_probability(mixers, m), mixers->chosen_rates[m]),
                mixers->count);
  const int16_t step = fsc_mixers_count(mixers, bit);
  int16_t *const planes = fsc_mixers_final(mixers);
  fsc_mixer_train(mixers->results, step, planes, (uint16_t *)(planes + FSC_MOST_MIXERS),
                  FSC_MOST_MIXERS);
}

FSC_INLINE void mix_narrow(fsc_mixers *mixers, fsc_narrow_inputs inputs, int32_t *sums,
                      fsc_narrow_shape shape) {
  memcpy(mixers->inputs, inputs.words, 2 * (size_t)shape.inputs);
  for (int32_t m = 0; m < shape.mixers; m++)
    sums[m] = fsc_mixer_dot(mixers->inputs, mixers->planes[m], shape.inputs);
}

FSC_INLINE void train_narrow(fsc_mixers *mixers, const int16_t *steps,
                        fsc_narrow_shape shape) {
  for (int32_t m = 0; m < shape.mixers; m++) train_mixer(mixers, m, steps[m], shape.inputs);
}

FSC_DEFINE_BITS(, mix, train)
FSC_DEFINE_NARROW(, mix_narrow, train_narrow)

const fsc_mixing_kernels fsc_mixing_portable = {
    "portable", predict, update, predict_narrow, update_narrow, mix, train};
