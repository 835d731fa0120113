// The prior: what contexts know before the first byte of a block, in a table that nobody writes to.
//
// The format of the table is that of a model's section PRIO (docs/format.md).
#ifndef FSCOMP_PRIOR_H
#define FSCOMP_PRIOR_H

#include <stdint.h>

#include "CProcessor.h"

enum {
  FSC_PRIOR_LINE_BYTES = 64,
  FSC_PRIOR_ENTRIES = 21,
  FSC_PRIOR_ENTRY_BYTES = 3,
  FSC_PRIOR_MOST_COUNT = 15,
  /// Successors of a context that count: the first ones in its line.
  FSC_PRIOR_SUCCESSORS = 3,
};

/// A table in memory.
typedef struct {
  const uint8_t *lines; // [line_count][FSC_PRIOR_LINE_BYTES], and one more byte
  uint32_t line_count;
  /// [16][16]: the bit history of a node that this many zeros and that many ones came through.
  const uint8_t *histories;
} fsc_prior;

/// The bytes that followed a context, with how often they did, 1 ... FSC_PRIOR_MOST_COUNT.
typedef struct {
  uint32_t count;
  uint8_t bytes[FSC_PRIOR_SUCCESSORS];
  uint8_t counts[FSC_PRIOR_SUCCESSORS];
} fsc_successors;

static inline const uint8_t *fsc_prior_line(const fsc_prior *prior, uint64_t hash) {
  return prior->lines + FSC_PRIOR_LINE_BYTES * (((hash >> 32) * prior->line_count) >> 32);
}

/// Looks a context up by its hash.
static inline fsc_successors fsc_prior_find(const fsc_prior *prior, uint64_t hash) {
  const uint8_t *const line = fsc_prior_line(prior, hash);
  const uint32_t check = hash & 0xFFF;
  fsc_successors found = {0};
  for (int32_t i = 0; i < FSC_PRIOR_ENTRIES; i++) {
    const uint8_t *const entry = line + FSC_PRIOR_ENTRY_BYTES * i;
    const uint32_t lower = (uint32_t)entry[0] | (uint32_t)entry[1] << 8;
    if ((lower & 0xFFF) != check) continue;
    const uint32_t count = entry[2] >> 4;
    if (count == 0) continue;
    found.bytes[found.count] = (uint8_t)(lower >> 12 | (uint32_t)(entry[2] & 15) << 4);
    found.counts[found.count] = (uint8_t)count;
    if (++found.count == FSC_PRIOR_SUCCESSORS) break;
  }
  return found;
}

/// Writes the histories that successors leave in the nodes of a nibble, [1 ... 15] of `states`; the
/// others stay.
///
/// `first` is the first nibble after a leading 1 where these nodes are of the second, and else 0.
static inline void fsc_prior_seed(const fsc_prior *prior, const fsc_successors *successors,
                                  uint32_t first, uint8_t *states) {
  uint8_t passed[16][2] = {{0}};
  for (uint32_t i = 0; i < successors->count; i++) {
    const uint32_t byte = successors->bytes[i];
    if (first != 0 && byte >> 4 != (first & 15)) continue;
    const uint32_t nibble = first != 0 ? byte & 15 : byte >> 4;
    uint32_t node = 1;
    for (int32_t shift = 3; shift >= 0; shift--) {
      const uint32_t bit = nibble >> shift & 1;
      passed[node][bit] += successors->counts[i];
      node = 2 * node + bit;
    }
  }
  for (uint32_t node = 1; node < 16; node++) {
    uint32_t zeros = passed[node][0], ones = passed[node][1];
    if ((zeros | ones) == 0) continue;
    while (zeros > FSC_PRIOR_MOST_COUNT || ones > FSC_PRIOR_MOST_COUNT) {
      zeros = (zeros + 1) / 2;
      ones = (ones + 1) / 2;
    }
    states[node] = prior->histories[16 * zeros + ones];
  }
}

#endif
