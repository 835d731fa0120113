// Adaptive probability maps: what a prediction has turned out to mean in a small context.
//
// For each context, 16 points over the stretched probability from -7.5 to 7.5 hold probabilities that
// learn; the answer is interpolated between two of them. They share half a cache line. (Mahoney's
// "adaptive probability map", as in the PAQ programs.)
#ifndef FSCOMP_MAPS_H
#define FSCOMP_MAPS_H

#include <stdint.h>

#include "CProcessor.h"

enum {
  FSC_MAP_POINTS = 16,
  /// 7.5 in units of 2^-12.
  FSC_MAP_LIMIT = 15 << 11,
  /// A point moves by 2^-6 of its error.
  FSC_MAP_RATE = 6,
};

typedef struct {
  /// [contexts][FSC_MAP_POINTS]: how far each point has moved from where it began, modulo 2^16: so that
  /// nothing needs to be written before it is used.
  uint16_t *moves;
  /// [FSC_MAP_POINTS]: where the points of every context begin, in units of 2^-16.
  const uint16_t *beginnings;
  uint32_t context_mask; // contexts are a power of two
  // The point that was nearer to the last prediction.
  uint32_t chosen, chosen_point;
} fsc_map;

/// The context of a byte and the bits of the next so far. Where there are fewer than 2^16, bytes that
/// differ in their upper bits alone do not share one.
static inline uint32_t fsc_map_order1(uint32_t byte, uint32_t partial) {
  return (byte ^ byte >> 3) << 8 | partial;
}

/// The context of two bytes and the bits of the next so far.
static inline uint32_t fsc_map_order2(uint32_t last_two, uint32_t partial) {
  const uint32_t pair = (uint32_t)(((uint64_t)last_two * 0x9E3779B9u) >> 8);
  return (pair ^ partial * 0x9E35u) & 0xFFFF;
}

/// Asks for the points of a context.
static inline void fsc_map_prefetch(const fsc_map *map, uint32_t context) {
  fsc_prefetch(map->moves + (context & map->context_mask) * FSC_MAP_POINTS);
}

/// What a stretched probability, in units of 2^-12, means in a context: a probability in units of
/// 2^-22, 2^10 ... 2^22 - 2^10.
static inline int32_t fsc_map_refine(fsc_map *map, int32_t stretched, uint32_t context) {
  const int32_t bounded = stretched < -FSC_MAP_LIMIT      ? -FSC_MAP_LIMIT
                          : stretched > FSC_MAP_LIMIT - 1 ? FSC_MAP_LIMIT - 1
                                                          : stretched;
  const uint32_t position = (uint32_t)(bounded + FSC_MAP_LIMIT);
  const uint32_t point = position >> 12, fraction = position & 4095;
  const uint32_t index = (context & map->context_mask) * FSC_MAP_POINTS + point;
  const int64_t low = (uint16_t)(map->beginnings[point] + map->moves[index]);
  const int64_t high = (uint16_t)(map->beginnings[point + 1] + map->moves[index + 1]);
  const uint32_t is_upper = fraction >> 11;
  map->chosen_point = point + is_upper;
  map->chosen = index + is_upper;
  return (int32_t)(((low << 12) + (high - low) * (int64_t)fraction) >> 6);
}

/// Shows a bit to the point that was chosen.
static inline void fsc_map_update(fsc_map *map, int32_t bit) {
  const int32_t point = (uint16_t)(map->beginnings[map->chosen_point] + map->moves[map->chosen]);
  // Rounded, so that points stay clear of 0 and 1 by 2^-11.
  const int32_t step =
      ((bit ? 65535 : 0) - point + (1 << (FSC_MAP_RATE - 1))) >> FSC_MAP_RATE;
  map->moves[map->chosen] = (uint16_t)(map->moves[map->chosen] + step);
}

#endif
