// All that happens for a bit in a narrow mix: at most three mixers of sixteen or thirty-two inputs, the first
// of them chosen by symbol and match, and no network.
//
// What is computed is what bits.h says. Here it goes through registers from one part to the next, and
// the shapes that are usual are constants.
#ifndef FSCOMP_NARROW_H
#define FSCOMP_NARROW_H

#include "bits.h"

enum { FSC_NARROW_MIXERS = 3, FSC_NARROW_INPUTS = 32 };

/// How many there are of each.
typedef struct {
  int32_t contexts, matches, mixers;
  int32_t inputs; // of a mixer: 16 or 32
} fsc_narrow_shape;

/// The inputs of the mixers, lowest first.
typedef struct {
  uint64_t words[FSC_NARROW_INPUTS / 4];
} fsc_narrow_inputs;

/// Whether the functions of this file can take a mix.
static inline int32_t fsc_bits_are_narrow(const fsc_bits *bits) {
  const int32_t mixers = bits->mixers->mixers;
  return bits->mixers->count <= FSC_NARROW_INPUTS && !bits->uses_network &&
         bits->mixer_of[FSC_SELECT_SYMBOL_AND_MATCH] == 0 &&
         (mixers < 2 || bits->mixer_of[FSC_SELECT_LAST_TWO] == 1) &&
         (mixers < 3 || bits->mixer_of[FSC_SELECT_PARTIAL] == 2) && mixers <= FSC_NARROW_MIXERS;
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

/// What a match says, in the upper half of a word.
FSC_INLINE uint64_t fsc_narrow_match(fsc_bits *bits, int32_t number) {
  const fsc_match_prediction said = fsc_match_predict(
      &bits->matches[number], bits->partial, bits->bit_position, bits->contexts->stretches);
  return (uint64_t)(uint16_t)said.stretched << 32 | (uint64_t)(uint16_t)said.linear << 48;
}

/// `fsc_bits_begin`.
FSC_INLINE fsc_narrow_inputs fsc_narrow_begin(fsc_bits *bits, fsc_narrow_shape shape) {
  const fsc_contexts *const all = bits->contexts;
  const uint8_t *const states = all->lines + bits->nibble;
  const uint64_t match = fsc_narrow_match(bits, 0);
  fsc_narrow_inputs inputs;
  inputs.words[0] = match >> 32 << 16 * FSC_INPUT_MATCH | (uint64_t)FSC_BIAS << 16 * FSC_INPUT_BIAS;
  inputs.words[1] = shape.matches > 1 ? fsc_narrow_match(bits, 1) : 0;
  for (int32_t i = 0; i < shape.inputs / 4 - 2; i++)
    inputs.words[2 + i] = fsc_narrow_predictions(all, states, 4 * i, shape.contexts);
  fsc_bits_choose_by_symbol_and_match(bits, 0);
  if (shape.mixers > 2)
    fsc_mixers_choose(bits->mixers, 2, (int32_t)bits->partial, (int32_t)bits->bit_position);
  bits->mixers->final_set = (int32_t)bits->partial;
  return inputs;
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

/// The shape of a mix.
FSC_INLINE fsc_narrow_shape fsc_narrow_shape_of(const fsc_bits *bits) {
  return (fsc_narrow_shape){bits->contexts->count, bits->match_count, bits->mixers->mixers,
                            bits->mixers->count};
}

FSC_INLINE int fsc_narrow_is(fsc_narrow_shape a, fsc_narrow_shape b) {
  return a.contexts == b.contexts && a.matches == b.matches && a.mixers == b.mixers &&
         a.inputs == b.inputs;
}

/// Calls a function with the shape of a mix: a constant for each that is usual.
#define FSC_NARROW_CALL(function, ...)                                                   \
  do {                                                                                   \
    const fsc_narrow_shape quick = {6, 1, 1, 16}, moderate = {8, 1, 2, 16};              \
    const fsc_narrow_shape broad = {16, 2, 3, 32};                                       \
    const fsc_narrow_shape shape = fsc_narrow_shape_of(bits);                            \
    if (fsc_narrow_is(shape, quick)) return function(__VA_ARGS__, quick);                \
    if (fsc_narrow_is(shape, moderate)) return function(__VA_ARGS__, moderate);          \
    if (fsc_narrow_is(shape, broad)) return function(__VA_ARGS__, broad);                \
    return function(__VA_ARGS__, shape);                                                 \
  } while (0)

/// `predict_narrow` and `update_narrow` of a table, from what an instruction set does with the inputs of
/// mixers: `mix` keeps them and makes a sum of products for each mixer, `train` moves the weights of each
/// by its step.
#define FSC_DEFINE_NARROW(TARGET, mix, train)                                                    \
  TARGET FSC_INLINE uint32_t predict_shaped(fsc_bits *bits, fsc_narrow_shape shape) {            \
    const fsc_narrow_inputs inputs = fsc_narrow_begin(bits, shape);                              \
    int32_t sums[FSC_NARROW_MIXERS];                                                             \
    mix(bits->mixers, inputs, sums, shape);                                                      \
    return fsc_bits_finish(bits, fsc_narrow_finish(bits->mixers, sums, shape.mixers));           \
  }                                                                                              \
  TARGET FSC_INLINE void update_shaped(fsc_bits *bits, int32_t bit, fsc_narrow_shape shape) {    \
    for (int32_t i = 0; i < shape.matches; i++)                                                  \
      fsc_match_update(&bits->matches[i], (uint32_t)bit, bits->contexts->reciprocals);           \
    if (fsc_bits_teaches(bits, bit)) {                                                           \
      int16_t steps[FSC_NARROW_MIXERS];                                                          \
      fsc_narrow_steps(bits->mixers, bit, steps, shape.mixers);                                  \
      train(bits->mixers, steps, shape);                                                         \
      fsc_bits_teach_maps(bits, bit);                                                            \
      fsc_contexts_update_counted(bits->contexts, (int32_t)bits->nibble, bit, shape.contexts);   \
    }                                                                                            \
    fsc_bits_advance(bits, bit);                                                                 \
  }                                                                                              \
  TARGET static uint32_t predict_narrow(fsc_bits *bits) { FSC_NARROW_CALL(predict_shaped, bits); } \
  TARGET static void update_narrow(fsc_bits *bits, int32_t bit) {                                \
    FSC_NARROW_CALL(update_shaped, bits, bit);                                                   \
  }

#endif
