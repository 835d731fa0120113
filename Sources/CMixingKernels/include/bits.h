// All that happens for a bit: it is predicted from what networks, matches and contexts say, and then
// shown to them.
//
// The plain C below is the definition. Kernels of every instruction set are made of it, with mixers of
// their own (FSC_DEFINE_BITS).
#ifndef FSCOMP_BITS_H
#define FSCOMP_BITS_H

#include <stdint.h>

#include "contexts.h"
#include "maps.h"
#include "matches.h"
#include "mixers.h"

/// What the weights of a mixer may be chosen by: see MixerSelector.
enum {
  FSC_SELECT_PARTIAL,
  FSC_SELECT_MATCH,
  FSC_SELECT_LAST_TWO,
  FSC_SELECT_CERTAINTY,
  FSC_SELECT_LAST_BYTE,
  FSC_SELECT_EXPECTED,
  FSC_SELECT_SYMBOL,
  FSC_SELECT_SYMBOL_AND_MATCH,
  FSC_SELECTORS,
};

/// The first inputs of the mixers; those of the contexts follow them: see MixerInputs.
enum {
  FSC_INPUT_NETWORK,
  FSC_INPUT_MATCH,
  FSC_INPUT_MATCH_LINEAR,
  FSC_INPUT_BIAS,
  FSC_INPUT_NETWORK_BY_ORDER1,
  FSC_INPUT_NETWORK_BY_MATCH,
  FSC_INPUT_SECOND_MATCH,
  FSC_INPUT_SECOND_MATCH_LINEAR,
  FSC_FIRST_INPUTS,
};

/// Which mixed probabilities the last two maps refine.
enum {
  FSC_REFINE_NONE,
  /// Those that maps can tell apart: nearer to 1/2 than their points reach. They cannot say of others how
  /// certain they are.
  FSC_REFINE_UNCERTAIN,
  FSC_REFINE_ALL,
};

enum {
  /// The bias, always the same: one.
  FSC_BIAS = 256,
  /// Final probabilities stay so far from 0 and 1, in units of 2^-22.
  FSC_LEAST_PROBABILITY = 32,
};

typedef struct {
  fsc_contexts *contexts;
  fsc_mixers *mixers;
  fsc_match matches[FSC_MOST_MATCHES];
  /// What networks' probability has turned out to mean by the last byte and by the byte that the
  /// match expects; only with a network.
  fsc_map network_by_order1, network_by_match;
  /// What the mixed probability has turned out to mean by the last byte and by the last two.
  fsc_map final_by_order1, final_by_order2;
  int32_t match_count;
  int32_t uses_network;
  int32_t refines;                // FSC_REFINE_...: what the last two maps do
  int32_t least_error;            // smaller errors of the mixers teach nothing; in units of 2^-22
  int32_t mixer_of[FSC_SELECTORS]; // which mixer each chooses the weights of; -1 for none

  // The byte at hand.
  uint32_t lane;
  uint32_t last_two; // the lane's last two bytes, the latest lower
  uint32_t expected; // what the first network expects most, after a leading 1
  uint32_t symbol;   // what the last byte was, 0 ... 63: see SymbolReader

  // The bit at hand.
  uint32_t partial;      // the bits of the byte so far after a leading 1, 1...255
  uint32_t bit_position; // how many they are, 0...7
  uint32_t nibble;       // the bits of the nibble so far after a leading 1, 1...15
  uint32_t certainty;    // how sure the networks are, 0...15; how many bits there are, without one
  uint32_t seen;         // how many contexts have been seen before, at most 15 counted
  int32_t network;       // the mean of what the networks say, stretched in units of 1/256
  int32_t mixed_probability;
  int32_t is_refined; // whether the last two maps took part
  int16_t first_inputs[FSC_FIRST_INPUTS];
} fsc_bits;

/// One of the match models, 0 ... FSC_MOST_MATCHES - 1.
static inline fsc_match *fsc_bits_match(fsc_bits *bits, int32_t number) {
  return bits->matches + number;
}

/// The places of the mixers by their selectors, [FSC_SELECTORS].
static inline int32_t *fsc_bits_mixers(fsc_bits *bits) { return bits->mixer_of; }

/// The first inputs, [FSC_FIRST_INPUTS].
static inline int16_t *fsc_bits_inputs(fsc_bits *bits) { return bits->first_inputs; }

/// The set that the last two bytes choose.
static inline int32_t fsc_bits_last_two_set(uint32_t last_two) {
  return (int32_t)(((uint64_t)last_two * 0x9E3779B9u) >> 12 & 4095);
}

/// Asks for the weights that a byte after these two will begin with.
static inline void fsc_bits_prefetch_sets(const fsc_bits *bits, uint32_t last_two) {
  const int32_t by_two = bits->mixer_of[FSC_SELECT_LAST_TWO];
  const int32_t by_one = bits->mixer_of[FSC_SELECT_LAST_BYTE];
  if (by_two >= 0) fsc_mixers_prefetch(bits->mixers, by_two, fsc_bits_last_two_set(last_two));
  if (by_one >= 0) fsc_mixers_prefetch(bits->mixers, by_one, (int32_t)(last_two & 0xFF));
}

/// Chooses the weights that stay for all bits of a byte.
static inline void fsc_bits_choose_for_byte(fsc_bits *bits) {
  const int32_t last_two = bits->mixer_of[FSC_SELECT_LAST_TWO];
  const int32_t last_byte = bits->mixer_of[FSC_SELECT_LAST_BYTE];
  if (last_two >= 0)
    fsc_mixers_choose(bits->mixers, last_two, fsc_bits_last_two_set(bits->last_two), 0);
  if (last_byte >= 0)
    fsc_mixers_choose(bits->mixers, last_byte, (int32_t)(bits->last_two & 0xFF), 0);
}

/// Chooses the weights of a mixer by what the last byte was and how long the match is.
static inline void fsc_bits_choose_by_symbol_and_match(fsc_bits *bits, int32_t mixer) {
  const int32_t match = fsc_match_class(bits->matches[0].strength);
  const int32_t position = (int32_t)bits->bit_position;
  fsc_mixers_choose(bits->mixers, mixer, match << 9 | (int32_t)bits->symbol << 3 | position,
                    match << 3 | position);
}

/// Chooses the weights that a bit may change.
static inline void fsc_bits_choose(fsc_bits *bits) {
  const int32_t *const mixer_of = bits->mixer_of;
  const int32_t position = (int32_t)bits->bit_position;
  if (mixer_of[FSC_SELECT_PARTIAL] >= 0)
    fsc_mixers_choose(bits->mixers, mixer_of[FSC_SELECT_PARTIAL], (int32_t)bits->partial,
                      position);
  if (mixer_of[FSC_SELECT_MATCH] >= 0) {
    const uint32_t strength = bits->matches[0].strength;
    fsc_mixers_choose(bits->mixers, mixer_of[FSC_SELECT_MATCH],
                      (int32_t)(bits->lane * FSC_MATCH_STRENGTHS + strength),
                      (int32_t)strength);
  }
  if (mixer_of[FSC_SELECT_CERTAINTY] >= 0)
    fsc_mixers_choose(bits->mixers, mixer_of[FSC_SELECT_CERTAINTY],
                      (int32_t)(bits->certainty << 4 | bits->seen), (int32_t)bits->certainty);
  if (mixer_of[FSC_SELECT_EXPECTED] >= 0) {
    const int can_come = bits->expected >> (8 - bits->bit_position) == bits->partial;
    fsc_mixers_choose(bits->mixers, mixer_of[FSC_SELECT_EXPECTED],
                      can_come ? (int32_t)bits->expected : position, 0);
  }
  if (mixer_of[FSC_SELECT_SYMBOL] >= 0)
    fsc_mixers_choose(bits->mixers, mixer_of[FSC_SELECT_SYMBOL],
                      (int32_t)(bits->symbol << 3) | position, position);
  if (mixer_of[FSC_SELECT_SYMBOL_AND_MATCH] >= 0)
    fsc_bits_choose_by_symbol_and_match(bits, mixer_of[FSC_SELECT_SYMBOL_AND_MATCH]);
}

/// Collects the inputs of the mixers and chooses their weights.
static inline fsc_mixer_head fsc_bits_begin(fsc_bits *bits) {
  const uint32_t partial = bits->partial, position = bits->bit_position;
  const int16_t *const stretches = bits->contexts->stretches;
  int16_t *const inputs = bits->first_inputs;
  const uint32_t seen = (uint32_t)fsc_contexts_predict(bits->contexts, (int32_t)bits->nibble);
  bits->seen = seen < 15 ? seen : 15;
  if (!bits->uses_network) bits->certainty = position;

  const fsc_match_prediction first =
      fsc_match_predict(&bits->matches[0], partial, position, stretches);
  inputs[FSC_INPUT_MATCH] = first.stretched;
  inputs[FSC_INPUT_MATCH_LINEAR] = first.linear;
  if (bits->match_count > 1) {
    const fsc_match_prediction second =
        fsc_match_predict(&bits->matches[1], partial, position, stretches);
    inputs[FSC_INPUT_SECOND_MATCH] = second.stretched;
    inputs[FSC_INPUT_SECOND_MATCH_LINEAR] = second.linear;
  }
  if (bits->uses_network) {
    const int32_t network = bits->network * 16;
    const uint32_t expected = fsc_match_byte(&bits->matches[0], partial, position);
    const int32_t by_order1 = fsc_map_refine(&bits->network_by_order1, network,
                                             fsc_map_order1(bits->last_two & 0xFF, partial));
    const int32_t by_match =
        fsc_map_refine(&bits->network_by_match, network, fsc_map_order1(expected, partial));
    inputs[FSC_INPUT_NETWORK_BY_ORDER1] = stretches[by_order1 >> 10];
    inputs[FSC_INPUT_NETWORK_BY_MATCH] = stretches[by_match >> 10];
  }
  fsc_bits_choose(bits);
  bits->mixers->final_set = (int32_t)partial;
  fsc_mixer_head head;
  memcpy(head.words, inputs, sizeof head.words);
  return head;
}

/// A probability as far from 0 and 1 as the coder's has to be.
static inline uint32_t fsc_bits_bounded(int32_t probability) {
  const int32_t most = (1 << 22) - FSC_LEAST_PROBABILITY;
  return (uint32_t)(probability < FSC_LEAST_PROBABILITY ? FSC_LEAST_PROBABILITY
                    : probability > most                ? most
                                                        : probability);
}

/// Whether the last two maps refine a mixed probability.
static inline int fsc_bits_refine(const fsc_bits *bits, fsc_mixed mixed) {
  return bits->refines == FSC_REFINE_ALL ||
         (bits->refines == FSC_REFINE_UNCERTAIN && mixed.stretched > -FSC_MAP_LIMIT &&
          mixed.stretched < FSC_MAP_LIMIT);
}

/// The probability of a 1 for the coder, in units of 2^-22: the mixed one, averaged with what two maps
/// make of it where these take part.
static inline uint32_t fsc_bits_finish(fsc_bits *bits, fsc_mixed mixed) {
  bits->mixed_probability = mixed.probability;
  bits->is_refined = fsc_bits_refine(bits, mixed);
  if (!bits->is_refined) return fsc_bits_bounded(mixed.probability);
  const int32_t second = fsc_map_refine(&bits->final_by_order2, mixed.stretched,
                                        fsc_map_order2(bits->last_two, bits->partial));
  const int32_t first =
      fsc_map_refine(&bits->final_by_order1, mixed.stretched,
                     fsc_map_order1(bits->last_two & 0xFF, bits->partial));
  return fsc_bits_bounded((2 * mixed.probability + second + first) >> 2);
}

/// Asks for the points that the next bit will look at. (With a network, all maps take part.)
static inline void fsc_bits_prefetch_maps(const fsc_bits *bits) {
  if (bits->refines == FSC_REFINE_NONE) return;
  const uint32_t order1 = fsc_map_order1(bits->last_two & 0xFF, bits->partial);
  fsc_map_prefetch(&bits->final_by_order1, order1);
  fsc_map_prefetch(&bits->final_by_order2, fsc_map_order2(bits->last_two, bits->partial));
  if (bits->uses_network) fsc_map_prefetch(&bits->network_by_order1, order1);
}

/// Begins a byte of a lane: `lane`, `last_two`, `expected` and `symbol` are those of it, matches know
/// what they expect, and contexts have found the slots of its first nibble.
static inline void fsc_bits_begin_byte(fsc_bits *bits) {
  bits->partial = 1;
  bits->bit_position = 0;
  bits->nibble = 1;
  fsc_bits_choose_for_byte(bits);
  fsc_bits_prefetch_maps(bits);
}

/// Whether the bit teaches mixers, maps and contexts something. What was certain does not: it would not
/// be worth its time, and push out what is known of other things.
static inline int fsc_bits_teaches(const fsc_bits *bits, int32_t bit) {
  const int32_t error = bit ? (1 << 22) - bits->mixed_probability : bits->mixed_probability;
  return error >= bits->least_error;
}

/// Shows the bit to the maps of the mixed probability.
static inline void fsc_bits_teach_maps(fsc_bits *bits, int32_t bit) {
  if (!bits->is_refined) return;
  fsc_map_update(&bits->final_by_order1, bit);
  fsc_map_update(&bits->final_by_order2, bit);
}

/// Shows the bit to matches, and to maps and contexts if it teaches something.
static inline void fsc_bits_learn(fsc_bits *bits, int32_t bit, int teaches) {
  const int32_t *const reciprocals = bits->contexts->reciprocals;
  for (int32_t i = 0; i < bits->match_count; i++)
    fsc_match_update(&bits->matches[i], (uint32_t)bit, reciprocals);
  if (!teaches) return;
  if (bits->uses_network) {
    fsc_map_update(&bits->network_by_order1, bit);
    fsc_map_update(&bits->network_by_match, bit);
  }
  fsc_bits_teach_maps(bits, bit);
  fsc_contexts_update(bits->contexts, (int32_t)bits->nibble, bit);
}

/// Goes on to the next bit. After the fourth, contexts have to find the slots of the second nibble.
static inline void fsc_bits_advance(fsc_bits *bits, int32_t bit) {
  bits->partial = bits->partial << 1 | (uint32_t)bit;
  bits->bit_position++;
  bits->nibble = bits->bit_position == 4 ? 1 : bits->nibble << 1 | (uint32_t)bit;
  if (bits->bit_position < 8) fsc_bits_prefetch_maps(bits);
}

/// The two functions of a table, `predict` and `update`, from mixers of an instruction set.
#define FSC_DEFINE_BITS(TARGET, mix, train)                                      \
  TARGET static uint32_t predict(fsc_bits *bits) {                               \
    const fsc_mixer_head head = fsc_bits_begin(bits);                            \
    return fsc_bits_finish(bits, mix(bits->mixers, head, bits->contexts->predictions)); \
  }                                                                              \
  TARGET static void update(fsc_bits *bits, int32_t bit) {                       \
    const int teaches = fsc_bits_teaches(bits, bit);                             \
    if (teaches) train(bits->mixers, bit);                                       \
    fsc_bits_learn(bits, bit, teaches);                                          \
    fsc_bits_advance(bits, bit);                                                 \
  }

#endif
