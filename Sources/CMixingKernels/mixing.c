// Mixing in plain C, and the choice of its kernels.
#include "mixing_tables.h"

static void find(fsc_contexts *contexts, const uint64_t *places) {
  fsc_contexts_find(contexts, places);
}

static int32_t predict(fsc_contexts *contexts, int32_t nibble) {
  return fsc_contexts_predict(contexts, nibble);
}

static void update(fsc_contexts *contexts, int32_t nibble, int32_t bit) {
  fsc_contexts_update(contexts, nibble, bit);
}

static fsc_mixed mix(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions) {
  memcpy(mixers->inputs, head.words, 16);
  memcpy(mixers->inputs + 8, predictions, 2 * FSC_MOST_CONTEXTS);
  for (int32_t m = 0; m < mixers->mixers; m++) {
    const int32_t sum = fsc_mixer_dot(mixers->inputs, mixers->planes[m], mixers->count);
    const int32_t output = fsc_mixer_output(sum);
    mixers->results[m] = (int16_t)(output >> 4);
    mixers->probabilities[m] = fsc_squash(mixers->squash_nodes, output);
  }
  return fsc_mixers_finish(mixers);
}

static void train(fsc_mixers *mixers, int32_t bit) {
  for (int32_t m = 0; m < mixers->mixers; m++) {
    const int16_t step =
        fsc_mixer_step(bit, mixers->probabilities[m], mixers->chosen_rates[m]);
    int16_t *const planes = mixers->planes[m];
    fsc_mixer_train(mixers->inputs, step, planes, (uint16_t *)(planes + mixers->count),
                    mixers->count);
  }
  fsc_mixers_count(mixers, bit);
}

const fsc_mixing_kernels fsc_mixing_portable = {"portable", find, predict, update, mix, train};

static const fsc_mixing_kernels *const all[] = {
    &fsc_mixing_portable,
#if defined(__x86_64__)
    &fsc_mixing_avx2,
    &fsc_mixing_avx512,
#endif
};

const fsc_mixing_kernels *fsc_mixing_kernels_for(const char *name) {
  const uint32_t features =
      name && fsc_can_run(name) ? fsc_kernel_features(name) : fsc_processor_features();
  const fsc_mixing_kernels *fastest = &fsc_mixing_portable;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if ((fsc_kernel_features(all[i]->name) & ~features) == 0) fastest = all[i];
  return fastest;
}
