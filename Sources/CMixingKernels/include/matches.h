// What a match says of each bit of the byte that it expects.
#ifndef FSCOMP_MATCHES_H
#define FSCOMP_MATCHES_H

#include <stdint.h>

#include "contexts.h"

enum {
  FSC_MOST_MATCHES = 2,
  /// Classes of matches by their length.
  FSC_MATCH_BUCKETS = 44,
  /// `strength` is below this.
  FSC_MATCH_STRENGTHS = 16,
  /// Classes of strengths: nothing is expected, matches below 8, 16 bytes, and longer ones.
  FSC_MATCH_CLASSES = 4,
  /// From this many bits on, old ones fade.
  FSC_MATCH_LIMIT = 400,
};

typedef struct {
  /// [FSC_MATCH_BUCKETS][8]: that the expected bit comes, as probabilities that learn.
  uint32_t *confidences;
  // Of the byte at hand.
  uint32_t expected; // the byte with a leading 1, 256...511; 0 for none
  uint32_t bucket;
  // Of the bit at hand.
  uint32_t is_expecting, expected_bit, confidence;
  /// 0 when nothing is expected, else 1 ... FSC_MATCH_STRENGTHS - 1, more for longer matches.
  uint32_t strength;
} fsc_match;

/// A stretched confidence in units of 1/256, and the confidence itself less a half in units of 2^-11:
/// towards 1 if positive, nothing if 0.
typedef struct {
  int16_t stretched, linear;
} fsc_match_prediction;

/// The expected byte as long as it can still come, 0...255; 0 when nothing is expected.
static inline uint32_t fsc_match_byte(const fsc_match *match, uint32_t partial,
                                      uint32_t bit_position) {
  return match->expected >> (8 - bit_position) == partial ? match->expected & 255 : 0;
}

/// `partial` holds the bits of the byte so far after a leading 1, and `bit_position` how many they are.
static inline fsc_match_prediction fsc_match_predict(fsc_match *match, uint32_t partial,
                                                     uint32_t bit_position,
                                                     const int16_t *stretches) {
  const uint32_t rest = 8 - bit_position;
  match->is_expecting = match->expected >> rest == partial;
  if (!match->is_expecting) {
    match->strength = 0;
    return (fsc_match_prediction){0, 0};
  }
  match->expected_bit = match->expected >> (rest - 1) & 1;
  match->confidence = match->bucket * 8 + bit_position;
  const uint32_t half = match->bucket >> 1;
  match->strength = (half < FSC_MATCH_STRENGTHS - 2 ? half : FSC_MATCH_STRENGTHS - 2) + 1;
  const uint32_t probability = match->confidences[match->confidence];
  const int32_t sign = match->expected_bit ? 1 : -1;
  return (fsc_match_prediction){
      (int16_t)(sign * stretches[probability >> 20]),
      (int16_t)(sign * (((int32_t)(probability >> 16) - 32768) >> 5))};
}

/// The class of a strength.
static inline int32_t fsc_match_class(uint32_t strength) {
  const uint32_t fourth = (strength + 3) / 4;
  return (int32_t)(fourth < FSC_MATCH_CLASSES ? fourth : FSC_MATCH_CLASSES - 1);
}

static inline void fsc_match_update(fsc_match *match, uint32_t bit, const int32_t *reciprocals) {
  if (!match->is_expecting) return;
  uint32_t *const confidence = match->confidences + match->confidence;
  const int64_t target = bit == match->expected_bit ? (1 << 22) - 1 : 0;
  *confidence = fsc_probability_step(*confidence, target, reciprocals, FSC_MATCH_LIMIT);
}

#endif
