// All that happens for a bit in a narrow mix: one or two mixers of sixteen inputs, the first of them
// chosen by symbol and match, and no network.
//
// What is computed is what bits.h says. Here it goes through registers from one part to the next, and
// the numbers of contexts and mixers that are usual are constants.
#ifndef FSCOMP_NARROW_H
#define FSCOMP_NARROW_H

#include "bits.h"

enum { FSC_NARROW_INPUTS = 16, FSC_NARROW_MIXERS = 2 };

/// The inputs of the mixers, lowest first.
typedef struct {
  uint64_t words[FSC_NARROW_INPUTS / 4];
} fsc_narrow_inputs;

/// Whether the functions of this file can take a mix.
static inline int32_t fsc_bits_are_narrow(const fsc_bits *bits) {
  const int32_t mixers = bits->mixers->mixers;
  return bits->mixers->count == FSC_NARROW_INPUTS && !bits->uses_network &&
         bits->match_count == 1 && bits->mixer_of[FSC_SELECT_SYMBOL_AND_MATCH] == 0 &&
         (mixers == 1 || (mixers == 2 && bits->mixer_of[FSC_SELECT_LAST_TWO] == 1));
}

/// Up to four predictions in one word: of the contexts from `first` on.
FSC_INLINE uint64_t fsc_narrow_predictions(const fsc_contexts *contexts, const uint8_t *states,
                                           int32_t first, int32_t count) {
  uint64_t word = 0;
  for (int32_t i = 0; i < 4 && first + i < count; i++) {
    const uint32_t state = states[contexts->slots[first + i]];
    const int16_t said = contexts->stretched[256 * (uint32_t)(first + i) + state];
    word |= (uint64_t)(uint16_t)said << 16 * i;
  }
  return word;
}

/// `fsc_bits_begin`.
FSC_INLINE fsc_narrow_inputs fsc_narrow_begin(fsc_bits *bits, int32_t contexts) {
  const fsc_contexts *const all = bits->contexts;
  const uint8_t *const states = all->lines + bits->nibble;
  fsc_match *const match = &bits->matches[0];
  const fsc_match_prediction expected =
      fsc_match_predict(match, bits->partial, bits->bit_position, all->stretches);
  fsc_bits_choose_by_symbol_and_match(bits, 0);
  bits->mixers->final_set = (int32_t)bits->partial;
  return (fsc_narrow_inputs){{
      (uint64_t)(uint16_t)expected.stretched << 16 * FSC_INPUT_MATCH |
          (uint64_t)(uint16_t)expected.linear << 16 * FSC_INPUT_MATCH_LINEAR |
          (uint64_t)FSC_BIAS << 16 * FSC_INPUT_BIAS,
      0,
      fsc_narrow_predictions(all, states, 0, contexts),
      fsc_narrow_predictions(all, states, 4, contexts),
  }};
}

/// What mixers say in the end, by their sums of products.
FSC_INLINE fsc_mixed fsc_narrow_finish(fsc_mixers *mixers, const int32_t *sums, int32_t count) {
  const int16_t *const weights = fsc_mixers_final(mixers);
  int32_t sum = 0;
  for (int32_t m = 0; m < count; m++) {
    fsc_mixers_result(mixers, m, sums[m]);
    sum += mixers->results[m] * weights[m];
  }
  return fsc_mixers_finish(mixers, sum);
}

/// The steps of the mixers. Trains the final one, and counts the bit.
FSC_INLINE void fsc_narrow_steps(fsc_mixers *mixers, int32_t bit, int16_t *steps, int32_t count) {
  if (count == 1) {
    steps[0] = fsc_mixer_step(bit, mixers->final_probability, mixers->chosen_rates[0]);
    fsc_mixers_count_set(mixers, 0);
    return;
  }
  for (int32_t m = 0; m < count; m++)
    steps[m] = fsc_mixer_step(bit, fsc_mixers_probability(mixers, m), mixers->chosen_rates[m]);
  const int16_t step = fsc_mixers_count(mixers, bit);
  int16_t *const weights = fsc_mixers_final(mixers);
  // The results of others are zeros, which teach nothing.
  fsc_mixer_train_some(mixers->results, step, weights, (uint16_t *)(weights + FSC_MOST_MIXERS),
                       count);
}

/// `predict_narrow` and `update_narrow` of a table, from what an instruction set does with the inputs of
/// one or two mixers: `mix` keeps them and makes a sum of products for each, `train` moves the weights of
/// each by its step.
#define FSC_DEFINE_NARROW(TARGET, mix, train)                                                    \
  TARGET FSC_INLINE uint32_t predict_counted(fsc_bits *bits, int32_t contexts, int32_t count) {  \
    const fsc_narrow_inputs inputs = fsc_narrow_begin(bits, contexts);                           \
    int32_t sums[FSC_NARROW_MIXERS];                                                             \
    mix(bits->mixers, inputs, sums, count);                                                      \
    return fsc_bits_finish(bits, fsc_narrow_finish(bits->mixers, sums, count));                  \
  }                                                                                              \
  TARGET FSC_INLINE void teach_counted(fsc_bits *bits, int32_t bit, int32_t contexts,            \
                                       int32_t count) {                                          \
    int16_t steps[FSC_NARROW_MIXERS];                                                            \
    fsc_narrow_steps(bits->mixers, bit, steps, count);                                           \
    train(bits->mixers, steps, count);                                                           \
    fsc_bits_teach_maps(bits, bit);                                                              \
    fsc_contexts_update_counted(bits->contexts, (int32_t)bits->nibble, bit, contexts);           \
  }                                                                                              \
  TARGET static uint32_t predict_narrow(fsc_bits *bits) {                                        \
    const int32_t contexts = bits->contexts->count, count = bits->mixers->mixers;                \
    if (contexts == 6 && count == 1) return predict_counted(bits, 6, 1);                         \
    if (contexts == 8 && count == 2) return predict_counted(bits, 8, 2);                         \
    return predict_counted(bits, contexts, count);                                               \
  }                                                                                              \
  TARGET static void update_narrow(fsc_bits *bits, int32_t bit) {                                \
    const int32_t contexts = bits->contexts->count, count = bits->mixers->mixers;                \
    fsc_match_update(&bits->matches[0], (uint32_t)bit, bits->contexts->reciprocals);             \
    if (fsc_bits_teaches(bits, bit)) {                                                           \
      if (contexts == 6 && count == 1) teach_counted(bits, bit, 6, 1);                           \
      else if (contexts == 8 && count == 2) teach_counted(bits, bit, 8, 2);                      \
      else teach_counted(bits, bit, contexts, count);                                            \
    }                                                                                            \
    fsc_bits_advance(bits, bit);                                                                 \
  }

#endif
