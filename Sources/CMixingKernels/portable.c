// The definitions of contexts.h and mixers.h as a table, for any machine.
#include "tables.h"

void fsc_portable_find(fsc_contexts *contexts, const uint64_t *places) {
  fsc_contexts_find(contexts, places);
}

int32_t fsc_portable_predict(fsc_contexts *contexts, int32_t nibble) {
  return fsc_contexts_predict(contexts, nibble);
}

void fsc_portable_update(fsc_contexts *contexts, int32_t nibble, int32_t bit) {
  fsc_contexts_update(contexts, nibble, bit);
}

static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions) {
  fsc_mixers_join(mixers, head, predictions);
  for (int32_t m = 0; m < mixers->mixers; m++)
    fsc_mixers_result(mixers, m,
                      fsc_mixer_dot(mixers->inputs, mixers->planes[m], mixers->count));
  return fsc_mixers_finish(
      mixers, fsc_mixer_dot(mixers->results, fsc_mixers_final(mixers), FSC_MOST_MIXERS));
}

static void train(fsc_mixers *mixers, int32_t bit) {
  for (int32_t m = 0; m < mixers->mixers; m++) {
    const int16_t step =
        fsc_mixer_step(bit, mixers->probabilities[m], mixers->chosen_rates[m]);
    int16_t *const planes = mixers->planes[m];
    fsc_mixer_train(mixers->inputs, step, planes, (uint16_t *)(planes + mixers->count),
                    mixers->count);
  }
  const int16_t step = fsc_mixers_count(mixers, bit);
  int16_t *const planes = fsc_mixers_final(mixers);
  fsc_mixer_train(mixers->results, step, planes, (uint16_t *)(planes + FSC_MOST_MIXERS),
                  FSC_MOST_MIXERS);
}

const fsc_mixing_kernels fsc_mixing_portable = {
    "portable", fsc_portable_find, fsc_portable_predict, fsc_portable_update, mix, train};
