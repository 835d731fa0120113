// Contexts: each remembers bits in a slot of states, one for each beginning of a nibble; what a
// state means is a probability that learns, 22 bits of it above 10 bits of count.
//
// The plain C below is the definition; the vector code equals it on every input.
#ifndef FSCOMP_CONTEXTS_H
#define FSCOMP_CONTEXTS_H

#include <stdint.h>
#include <string.h>

#include "CProcessor.h"

enum {
  FSC_MOST_CONTEXTS = 32,
  FSC_LINE_BYTES = 64,
  /// A line has so many slots: their checks in its first bytes, then their states.
  FSC_WAYS = 4,
  FSC_SLOT_STATES = 15,
};

/// The contexts of a block, with the slots of the nibble at hand. Aligned to 64 bytes, as are
/// `lines`.
typedef struct {
  /// Stretched predictions, 0 beyond `count`.
  int16_t predictions[FSC_MOST_CONTEXTS];
  // What vector code keeps from one call to the next.
  uint8_t rows[FSC_MOST_CONTEXTS / 16][16][16];
  uint32_t states[FSC_MOST_CONTEXTS];
  uint32_t current[FSC_MOST_CONTEXTS];
  /// Where in `lines` the slots of the nibble are, less one: their states are bytes 1 ... 15 from
  /// there.
  uint32_t slots[FSC_MOST_CONTEXTS];
  uint32_t is_plain;

  int32_t count;              // 1 ... FSC_MOST_CONTEXTS
  uint32_t limit;             // of the counts of meanings, below 1024
  uint8_t *lines;             // [][FSC_LINE_BYTES], at most 2^31 bytes
  uint32_t *meanings;         // [count][256]
  const int16_t *stretches;   // [4096], and one more that is read but does not count
  const uint8_t *next;        // [256][2]: the state after a bit; and two more bytes
  const uint8_t *totals;      // [256]: how many bits a state stands for
  const int32_t *reciprocals; // [1024]
} fsc_contexts;

/// The line of a place, as an offset. A place is a hash whose upper half is the number of a line.
static inline uint32_t fsc_contexts_line(uint64_t place) {
  return (uint32_t)(place >> 32) * FSC_LINE_BYTES;
}

/// Asks for the line of a place, which is about to be read and written.
static inline void fsc_contexts_prefetch(const fsc_contexts *contexts, uint64_t place) {
  fsc_prefetch(contexts->lines + fsc_contexts_line(place));
}

/// Gives the slot of a line that has seen least to a context with this check, and clears it.
static inline uint32_t fsc_contexts_replace(const fsc_contexts *contexts, uint32_t line,
                                            uint8_t check) {
  uint8_t *const bytes = contexts->lines + line;
  const uint8_t *const first = bytes + FSC_WAYS;
  uint32_t victim = 0, least = contexts->totals[first[0]];
  for (uint32_t way = 1; way < FSC_WAYS; way++) {
    const uint32_t total = contexts->totals[first[FSC_SLOT_STATES * way]];
    victim = total < least ? way : victim;
    least = total < least ? total : least;
  }
  bytes[victim] = check;
  const uint32_t slot = FSC_WAYS - 1 + FSC_SLOT_STATES * victim;
  memset(bytes + slot + 1, 0, FSC_SLOT_STATES);
  return line + slot;
}

/// The slot of a context: the first in its line whose check is the lowest byte of its place, or else
/// one made free for it. Contexts with equal checks share slots, which costs a little compression.
static inline uint32_t fsc_contexts_slot(const fsc_contexts *contexts, uint64_t place) {
  const uint32_t line = fsc_contexts_line(place);
  const uint8_t *const bytes = contexts->lines + line;
  const uint32_t check = place & 0xFF;
  const uint32_t checks = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                          (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  // A zero byte for each check that fits; of their marks, the lowest is always true.
  const uint32_t differences = checks ^ check * 0x01010101u;
  const uint32_t marks = (differences - 0x01010101u) & ~differences & 0x80808080u;
  if (marks == 0) return fsc_contexts_replace(contexts, line, (uint8_t)check);
  return line + FSC_WAYS - 1 + FSC_SLOT_STATES * (uint32_t)(__builtin_ctz(marks) >> 3);
}

/// Finds the slots of a nibble: one context after the other.
static inline void fsc_contexts_find(fsc_contexts *contexts, const uint64_t *places) {
  for (int32_t i = 0; i < contexts->count; i++) {
    contexts->slots[i] = fsc_contexts_slot(contexts, places[i]);
  }
}

/// Makes a stretched prediction for each context, 0 where nothing has been seen (state 0).
/// `nibble` holds the bits of the nibble so far after a leading 1. Returns how many contexts have
/// been seen.
static inline int32_t fsc_contexts_predict(fsc_contexts *contexts, int32_t nibble) {
  int32_t seen = 0;
  for (int32_t i = 0; i < contexts->count; i++) {
    const uint32_t state = contexts->lines[contexts->slots[i] + (uint32_t)nibble];
    const uint32_t meaning = contexts->meanings[256 * (uint32_t)i + state];
    const int16_t stretched = contexts->stretches[meaning >> 20];
    seen += state != 0;
    contexts->predictions[i] = state != 0 ? stretched : 0;
  }
  return seen;
}

/// One step of a probability that learns: by `reciprocals[n]` / 2^16 of the error towards `target`,
/// which is 0 or 2^22 - 1, when n bits have been seen; n grows up to `limit` < 1024.
static inline uint32_t fsc_probability_step(uint32_t probability, int64_t target,
                                            const int32_t *reciprocals, uint32_t limit) {
  const uint32_t seen = probability & 1023;
  const int64_t value = probability >> 10;
  const int64_t moved = value + (((target - value) * reciprocals[seen]) >> 16);
  return (uint32_t)moved << 10 | (seen + (seen < limit));
}

/// Shows a bit to the contexts, one after the other: to the meaning of each one's state, and to the
/// state.
static inline void fsc_contexts_update(fsc_contexts *contexts, int32_t nibble, int32_t bit) {
  const int64_t target = bit ? (1 << 22) - 1 : 0;
  // Copies, since a compiler has to expect that storing a byte changes what `contexts` holds.
  uint8_t *const states = contexts->lines + nibble;
  uint32_t *const meanings = contexts->meanings;
  const uint8_t *const next = contexts->next + bit;
  const int32_t *const reciprocals = contexts->reciprocals;
  const uint32_t limit = contexts->limit;
  const int32_t count = contexts->count;
  for (int32_t i = 0; i < count; i++) {
    uint8_t *const place = states + contexts->slots[i];
    const uint32_t state = *place;
    uint32_t *const meaning = meanings + 256 * i + state;
    *meaning = fsc_probability_step(*meaning, target, reciprocals, limit);
    *place = next[2 * state];
  }
}

#endif
