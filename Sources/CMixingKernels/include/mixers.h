// A mixer of predictions, small enough to be inlined where it is used.
//
// A weight is a 32-bit number in two planes: `high` holds its upper 16 bits, signed, `low` the
// rest. Prediction needs only `high`, which is what makes it fast; training needs both, since steps
// are small.
//
// The plain C below is the definition; vector code equals it on every input.
#ifndef FSCOMP_MIXERS_H
#define FSCOMP_MIXERS_H

#include <stdint.h>
#include <string.h>

#include "CProcessor.h"
#include "contexts.h"

/// The sum of inputs[i] * high[i] modulo 2^32, as a signed number. `count` is a multiple of 8;
/// both arrays are aligned to 16 bytes.
static inline int32_t fsc_mixer_dot(const int16_t *inputs, const int16_t *high, int32_t count) {
  FSC_EXPECTS(count >= 0 && count % 8 == 0);
  uint32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += (uint32_t)((int32_t)inputs[i] * high[i]);
  return (int32_t)sum;
}

/// Adds inputs[i] * error to every weight; the upper half saturates.
FSC_INLINE void fsc_mixer_train_some(const int16_t *inputs, int16_t error, int16_t *high,
                                     uint16_t *low, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const int32_t step = (int32_t)inputs[i] * error;
    const uint32_t sum = (uint32_t)low[i] + ((uint32_t)step & 0xFFFF);
    int32_t upper = high[i] + (step >> 16);
    upper = upper > 32767 ? 32767 : upper < -32768 ? -32768 : upper;
    upper += (int32_t)(sum >> 16);
    high[i] = (int16_t)(upper > 32767 ? 32767 : upper);
    low[i] = (uint16_t)sum;
  }
}

/// The same where `count` is a multiple of 8, and the arrays are aligned to 16 bytes.
static inline void fsc_mixer_train(const int16_t *inputs, int16_t error, int16_t *high,
                                   uint16_t *low, int32_t count) {
  FSC_EXPECTS(count >= 0 && count % 8 == 0);
  fsc_mixer_train_some(inputs, error, high, low, count);
}

enum { FSC_MOST_MIXERS = 8, FSC_MOST_INPUTS = 8 + FSC_MOST_CONTEXTS + 8 };

/// Several mixers that share their inputs, and a final one that weighs their results. Aligned to 64
/// bytes.
typedef struct {
  // Of the bit at hand.
  int16_t inputs[FSC_MOST_INPUTS];
  int16_t results[FSC_MOST_MIXERS]; // 0 beyond `mixers`
  int32_t final_set;
  int32_t final_probability;
  int32_t outputs[FSC_MOST_MIXERS]; // of each, in units of 2^-12
  int32_t chosen_rates[FSC_MOST_MIXERS];
  int32_t sets[FSC_MOST_MIXERS];
  int16_t *planes[FSC_MOST_MIXERS];

  int32_t mixers; // at most FSC_MOST_MIXERS
  int32_t count;  // of inputs: a multiple of 16, at most FSC_MOST_INPUTS
  /// [sets][2][count]: the upper plane, then the lower one, zeros until a set is first chosen.
  /// Aligned to 64 bytes.
  int16_t *weights;
  uint8_t *counts;        // [sets]: how many bits each has learned from, at most 255
  const int16_t *initial; // [classes][count]: upper planes to begin with
  const int32_t *rates;   // [256], by counts
  int32_t bases[FSC_MOST_MIXERS];   // the first set of each mixer
  int32_t classes[FSC_MOST_MIXERS]; // the first class of each
  int16_t *final_weights;    // [sets][2][FSC_MOST_MIXERS], aligned to 64 bytes
  uint8_t *final_counts;     // [sets]
  const int32_t *final_rates;
  const uint32_t *squash_nodes; // [386]
} fsc_mixers;

/// The first eight inputs, lowest first.
typedef struct {
  uint64_t words[2];
} fsc_mixer_head;

/// A probability of a 1 in units of 2^-22, and its stretch in units of 2^-12.
typedef struct {
  int32_t stretched, probability;
} fsc_mixed;

/// Says where the sets and the classes of a mixer are. All FSC_MOST_MIXERS have to have a place:
/// those beyond `mixers` a set of zeros.
static inline void fsc_mixers_place(fsc_mixers *mixers, int32_t mixer, int32_t base,
                                    int32_t first_class) {
  FSC_EXPECTS(mixer >= 0 && mixer < FSC_MOST_MIXERS);
  FSC_EXPECTS(base >= 0 && first_class >= 0);
  FSC_EXPECTS(mixers->count % 16 == 0 && mixers->count <= FSC_MOST_INPUTS);
  mixers->bases[mixer] = base;
  mixers->classes[mixer] = first_class;
  mixers->planes[mixer] = mixers->weights + (intptr_t)base * 2 * mixers->count;
}

/// Asks for the weights of a set, which is about to be chosen.
static inline void fsc_mixers_prefetch(const fsc_mixers *mixers, int32_t mixer, int32_t set) {
  const intptr_t index = mixers->bases[mixer] + set;
  const int16_t *const planes = mixers->weights + index * 2 * mixers->count;
  fsc_prefetch(planes);
  fsc_prefetch(planes + mixers->count);
  fsc_prefetch(mixers->counts + index);
}

/// Chooses the set of a mixer for the next bits, and the class of weights it begins with.
static inline void fsc_mixers_choose(fsc_mixers *mixers, int32_t mixer, int32_t set,
                                     int32_t start_class) {
  FSC_EXPECTS(mixer >= 0 && mixer < mixers->mixers);
  FSC_EXPECTS(set >= 0 && start_class >= 0);
  const int32_t index = mixers->bases[mixer] + set;
  const uint8_t count = mixers->counts[index];
  int16_t *const planes = mixers->weights + (intptr_t)index * 2 * mixers->count;
  mixers->sets[mixer] = index;
  mixers->planes[mixer] = planes;
  // Only training asks for the lower plane.
  fsc_prefetch(planes + mixers->count);
  mixers->chosen_rates[mixer] = mixers->rates[count];
  if (count == 0) {
    const int32_t first = mixers->classes[mixer] + start_class;
    memcpy(planes, mixers->initial + (intptr_t)first * mixers->count,
           2 * (size_t)mixers->count);
  }
}

enum { FSC_STRETCH_LIMIT = 12 << 12, FSC_FINAL_STRIDE = 2 * FSC_MOST_MIXERS };

/// What a sum of products means, in units of 2^-12.
static inline int32_t fsc_mixer_output(int32_t sum) {
  const int32_t output = sum >> 8;
  return output > FSC_STRETCH_LIMIT    ? FSC_STRETCH_LIMIT
         : output < -FSC_STRETCH_LIMIT ? -FSC_STRETCH_LIMIT
                                       : output;
}

/// The probability whose stretch is `x`, within the limit: interpolated between nodes that are 2^8
/// apart and differ by less than 2^23.
static inline int32_t fsc_squash(const uint32_t *nodes, int32_t x) {
  FSC_EXPECTS(x >= -FSC_STRETCH_LIMIT && x <= FSC_STRETCH_LIMIT);
  const int32_t position = x + FSC_STRETCH_LIMIT;
  const int32_t low = (int32_t)nodes[position >> 8], high = (int32_t)nodes[(position >> 8) + 1];
  return low + (((high - low) * (position & 255)) >> 8);
}

/// The probability of a 1 that a mixer has found, in units of 2^-22. Only training asks for it.
static inline int32_t fsc_mixers_probability(const fsc_mixers *mixers, int32_t mixer) {
  return fsc_squash(mixers->squash_nodes, mixers->outputs[mixer]);
}

/// What to multiply inputs with so that the products are the moves of weights.
static inline int16_t fsc_mixer_step(int32_t bit, int32_t probability, int32_t rate) {
  FSC_EXPECTS(bit == 0 || bit == 1);
  const int64_t error = ((int64_t)bit << 22) - probability;
  const int64_t step = (error * rate + (1 << 17)) >> 18;
  return (int16_t)(step > 32767 ? 32767 : step < -32767 ? -32767 : step);
}

/// Joins the head and the predictions to the inputs of all.
static inline void fsc_mixers_join(fsc_mixers *mixers, fsc_mixer_head head,
                                   const int16_t *predictions) {
  memcpy(mixers->inputs, head.words, 16);
  memcpy(mixers->inputs + 8, predictions, 2 * FSC_MOST_CONTEXTS);
}

/// What a mixer says, by its sum of products.
static inline void fsc_mixers_result(fsc_mixers *mixers, int32_t mixer, int32_t sum) {
  const int32_t output = fsc_mixer_output(sum);
  mixers->results[mixer] = (int16_t)(output >> 4);
  mixers->outputs[mixer] = output;
}

/// The weights of the final mixer's chosen set: its upper plane, then the lower one.
static inline int16_t *fsc_mixers_final(const fsc_mixers *mixers) {
  return mixers->final_weights + FSC_FINAL_STRIDE * mixers->final_set;
}

/// What all say in the end, by the final mixer's sum of products; one alone has the last word.
static inline fsc_mixed fsc_mixers_finish(fsc_mixers *mixers, int32_t sum) {
  const int32_t output = mixers->mixers == 1 ? mixers->outputs[0] : fsc_mixer_output(sum);
  mixers->final_probability = fsc_squash(mixers->squash_nodes, output);
  return (fsc_mixed){output, mixers->final_probability};
}

/// Counts a bit for the chosen set of a mixer, which has the rate for its next bit if it stays chosen.
static inline void fsc_mixers_count_set(fsc_mixers *mixers, int32_t mixer) {
  uint8_t *const seen = mixers->counts + mixers->sets[mixer];
  *seen += *seen < 255;
  mixers->chosen_rates[mixer] = mixers->rates[*seen];
}

/// Counts a bit for the chosen sets of all. Returns what the final mixer has to be trained with.
static inline int16_t fsc_mixers_count(fsc_mixers *mixers, int32_t bit) {
  uint8_t *const count = mixers->final_counts + mixers->final_set;
  const int16_t step =
      fsc_mixer_step(bit, mixers->final_probability, mixers->final_rates[*count]);
  *count += *count < 255;
  for (int32_t m = 0; m < mixers->mixers; m++) fsc_mixers_count_set(mixers, m);
  return step;
}

#endif
