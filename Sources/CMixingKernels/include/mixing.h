// The inner loops of a mixer of predictions, small enough to be inlined where they are used.
//
// A weight is a 32-bit number in two planes: `high` holds its upper 16 bits, signed, `low` the
// rest. Prediction needs only `high`, which is what makes it fast; training needs both, since steps
// are small. The plain C below is the definition; the vector code equals it on every input.
#ifndef FSCOMP_MIXING_H
#define FSCOMP_MIXING_H

#include <stdint.h>
#include <string.h>

#include "CProcessor.h"
#include "contexts.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The sum of inputs[i] * high[i] modulo 2^32, as a signed number. `count` is a multiple of 8;
/// both arrays are aligned to 16 bytes.
static inline int32_t fsc_mixer_dot(const int16_t *inputs, const int16_t *high, int32_t count) {
#if defined(__SSE2__)
  __m128i sum = _mm_setzero_si128();
  for (int32_t i = 0; i < count; i += 8) {
    const __m128i x = _mm_load_si128((const __m128i *)(inputs + i));
    const __m128i w = _mm_load_si128((const __m128i *)(high + i));
    sum = _mm_add_epi32(sum, _mm_madd_epi16(x, w));
  }
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
  return _mm_cvtsi128_si32(sum);
#else
  uint32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += (uint32_t)((int32_t)inputs[i] * high[i]);
  return (int32_t)sum;
#endif
}

/// Adds inputs[i] * error to every weight; the upper half saturates. `count` is a multiple of 8;
/// the arrays are aligned to 16 bytes.
static inline void fsc_mixer_train(const int16_t *inputs, int16_t error, int16_t *high,
                                   uint16_t *low, int32_t count) {
#if defined(__SSE2__)
  const __m128i e = _mm_set1_epi16(error);
  const __m128i sign = _mm_set1_epi16((int16_t)0x8000);
  for (int32_t i = 0; i < count; i += 8) {
    const __m128i x = _mm_load_si128((const __m128i *)(inputs + i));
    const __m128i l = _mm_load_si128((const __m128i *)(low + i));
    const __m128i h = _mm_load_si128((const __m128i *)(high + i));
    const __m128i sum = _mm_add_epi16(l, _mm_mullo_epi16(x, e));
    // All ones, that is -1, where the lower half wrapped.
    const __m128i carry = _mm_cmpgt_epi16(_mm_xor_si128(l, sign), _mm_xor_si128(sum, sign));
    const __m128i upper = _mm_adds_epi16(h, _mm_mulhi_epi16(x, e));
    _mm_store_si128((__m128i *)(low + i), sum);
    _mm_store_si128((__m128i *)(high + i), _mm_subs_epi16(upper, carry));
  }
#else
  for (int32_t i = 0; i < count; i++) {
    const int32_t step = (int32_t)inputs[i] * error;
    const uint32_t sum = (uint32_t)low[i] + ((uint32_t)step & 0xFFFF);
    int32_t upper = high[i] + (step >> 16);
    upper = upper > 32767 ? 32767 : upper < -32768 ? -32768 : upper;
    upper += (int32_t)(sum >> 16);
    high[i] = (int16_t)(upper > 32767 ? 32767 : upper);
    low[i] = (uint16_t)sum;
  }
#endif
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
  int32_t probabilities[FSC_MOST_MIXERS];
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
  const int32_t position = x + FSC_STRETCH_LIMIT;
  const int32_t low = (int32_t)nodes[position >> 8], high = (int32_t)nodes[(position >> 8) + 1];
  return low + (((high - low) * (position & 255)) >> 8);
}

/// What to multiply inputs with so that the products are the moves of weights.
static inline int16_t fsc_mixer_step(int32_t bit, int32_t probability, int32_t rate) {
  const int64_t error = ((int64_t)bit << 22) - probability;
  const int64_t step = (error * rate + (1 << 17)) >> 18;
  return (int16_t)(step > 32767 ? 32767 : step < -32767 ? -32767 : step);
}

/// The final mixer, by the results of the others.
static inline fsc_mixed fsc_mixers_finish(fsc_mixers *mixers) {
  const int16_t *const weights = mixers->final_weights + FSC_FINAL_STRIDE * mixers->final_set;
  const int32_t sum = fsc_mixer_dot(mixers->results, weights, FSC_MOST_MIXERS);
  const int32_t output = fsc_mixer_output(sum);
  mixers->final_probability = fsc_squash(mixers->squash_nodes, output);
  return (fsc_mixed){output, mixers->final_probability};
}

/// Lets the final mixer learn a bit, and counts it for the chosen sets of all: those that stay
/// chosen have the rate for their next bit.
static inline void fsc_mixers_count(fsc_mixers *mixers, int32_t bit) {
  uint8_t *const count = mixers->final_counts + mixers->final_set;
  const int16_t step =
      fsc_mixer_step(bit, mixers->final_probability, mixers->final_rates[*count]);
  *count += *count < 255;
  int16_t *const weights = mixers->final_weights + FSC_FINAL_STRIDE * mixers->final_set;
  fsc_mixer_train(mixers->results, step, weights, (uint16_t *)(weights + FSC_MOST_MIXERS),
                  FSC_MOST_MIXERS);
  for (int32_t m = 0; m < mixers->mixers; m++) {
    uint8_t *const seen = mixers->counts + mixers->sets[m];
    *seen += *seen < 255;
    mixers->chosen_rates[m] = mixers->rates[*seen];
  }
}

/// One implementation of all this, for one instruction set.
typedef struct {
  const char *name;

  /// `fsc_contexts_find`, `_predict` and `_update`. Each of the four bits of a nibble is predicted
  /// and updated, once and in this order. Slots are up to date after the last of them.
  void (*find)(fsc_contexts *contexts, const uint64_t *places);
  int32_t (*predict)(fsc_contexts *contexts, int32_t nibble);
  void (*update)(fsc_contexts *contexts, int32_t nibble, int32_t bit);

  /// Mixes the head and `predictions`, FSC_MOST_CONTEXTS of them, by the chosen sets.
  fsc_mixed (*mix)(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions);

  /// Lets the chosen sets learn a bit.
  void (*train)(fsc_mixers *mixers, int32_t bit);
} fsc_mixing_kernels;

/// The table that goes with the codec's kernels of this name (CProcessor.h): the fastest that needs
/// no more of the processor. For a null pointer, and for kernels that it cannot run, the fastest that
/// it can.
const fsc_mixing_kernels *fsc_mixing_kernels_for(const char *name);

/// What mixers begin with: the bytes of mixing.bin, and how many there are.
const uint8_t *fsc_mixing_parameters(intptr_t *size);

#endif
