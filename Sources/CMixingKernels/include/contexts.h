// Contexts: each remembers bits in a slot of states, one for each beginning of a nibble; what a
// state means is a probability that learns, 22 bits of it above 10 bits of count. Its stretch is kept
// beside it: it is asked for more often than it changes.
//
// Each of the four bits of a nibble is predicted and then, unless it is certain, learned.
#ifndef FSCOMP_CONTEXTS_H
#define FSCOMP_CONTEXTS_H

#include <stdint.h>
#include <string.h>

#include "CProcessor.h"
#include "prior.h"

enum {
  FSC_MOST_CONTEXTS = 32,
  FSC_LINE_BYTES = 64,
  /// A line has this many slots: their checks in its first bytes, then their states.
  FSC_WAYS = 4,
  FSC_SLOT_STATES = 15,
  /// Contexts that a prior knows something of.
  FSC_PRIOR_CONTEXTS = 4,
};

/// The contexts of a block, with the slots of the nibble at hand. Aligned to 64 bytes, as are
/// `lines`.
typedef struct {
  /// Stretched predictions, 0 beyond `count`.
  int16_t predictions[FSC_MOST_CONTEXTS];
  /// Where in `lines` the slots of the nibble are, less one: their states are bytes 1 ... 15 from
  /// there.
  uint32_t slots[FSC_MOST_CONTEXTS];

  int32_t count;              // 1 ... FSC_MOST_CONTEXTS
  uint32_t limit;             // of the counts of meanings, below 1024
  uint8_t *lines;             // [][FSC_LINE_BYTES], at most 2^31 bytes
  uint32_t *meanings;         // [count][256]
  /// [count][256]: the stretched meanings, 0 for state 0.
  int16_t *stretched;
  const int16_t *stretches;   // [4096]
  const uint8_t *next;        // [256][2]: the state after a bit
  const uint8_t *totals;      // [256]: how many bits a state stands for
  const int32_t *reciprocals; // [1024]

  // The prior.
  fsc_prior prior;
  uint32_t has_prior; // a bit for each context that `prior` knows something of
  uint8_t prior_contexts[FSC_MOST_CONTEXTS]; // which of FSC_PRIOR_CONTEXTS each of these is
  /// Hashes of the byte at hand, by which `prior` is asked.
  uint64_t prior_hashes[FSC_PRIOR_CONTEXTS];
  /// What it has said; `prior_known` has a bit for each that was asked.
  fsc_successors successors[FSC_PRIOR_CONTEXTS];
  uint32_t prior_known;
  /// The first nibble after a leading 1, while the second is at hand; else 0.
  uint32_t first_nibble;
} fsc_contexts;

/// The predictions, [FSC_MOST_CONTEXTS].
static inline int16_t *fsc_contexts_predictions(fsc_contexts *contexts) {
  return contexts->predictions;
}

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
/// one made free for it, for which `is_new` is set. Contexts with equal checks share slots, which
/// costs a little compression.
static inline uint32_t fsc_contexts_slot(const fsc_contexts *contexts, uint64_t place,
                                         uint32_t *is_new) {
  const uint32_t line = fsc_contexts_line(place);
  const uint8_t *const bytes = contexts->lines + line;
  const uint32_t check = place & 0xFF;
  const uint32_t checks = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                          (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  // A zero byte for each check that fits; of their marks, the lowest is always true.
  const uint32_t differences = checks ^ check * 0x01010101u;
  const uint32_t marks = (differences - 0x01010101u) & ~differences & 0x80808080u;
  *is_new = marks == 0;
  if (marks == 0) return fsc_contexts_replace(contexts, line, (uint8_t)check);
  return line + FSC_WAYS - 1 + FSC_SLOT_STATES * (uint32_t)(__builtin_ctz(marks) >> 3);
}

/// Lets new slots, of which each has a bit in `fresh`, begin with what the prior knows.
static inline void fsc_contexts_seed(fsc_contexts *contexts, uint32_t fresh) {
  for (fresh &= contexts->has_prior; fresh; fresh &= fresh - 1) {
    const int32_t i = __builtin_ctz(fresh);
    const uint32_t context = contexts->prior_contexts[i];
    fsc_successors *const successors = contexts->successors + context;
    if (!(contexts->prior_known >> context & 1)) {
      contexts->prior_known |= 1u << context;
      *successors = fsc_prior_find(&contexts->prior, contexts->prior_hashes[context]);
    }
    if (successors->count) {
      fsc_prior_seed(&contexts->prior, successors, contexts->first_nibble,
                     contexts->lines + contexts->slots[i]);
    }
  }
}

/// Finds the slots of a nibble: one context after the other. Then asks the prior for those that are
/// new.
static inline void fsc_contexts_find(fsc_contexts *contexts, const uint64_t *places) {
  uint32_t fresh = 0;
  for (int32_t i = 0; i < contexts->count; i++) {
    uint32_t is_new;
    contexts->slots[i] = fsc_contexts_slot(contexts, places[i], &is_new);
    fresh |= is_new << i;
  }
  fsc_contexts_seed(contexts, fresh);
}

/// Makes a stretched prediction for each context, 0 where nothing has been seen (state 0).
/// `nibble` holds the bits of the nibble so far after a leading 1. Returns how many contexts have
/// been seen.
static inline int32_t fsc_contexts_predict(fsc_contexts *contexts, int32_t nibble) {
  int32_t seen = 0;
  for (int32_t i = 0; i < contexts->count; i++) {
    const uint32_t state = contexts->lines[contexts->slots[i] + (uint32_t)nibble];
    seen += state != 0;
    contexts->predictions[i] = contexts->stretched[256 * (uint32_t)i + state];
  }
  return seen;
}

/// One step of a probability that learns: by `reciprocals[n]` / 2^16 of the error towards `target`,
/// which is 0 or 2^22 - 1, when n bits have been seen; n grows up to `limit` < 1024.
static inline uint32_t fsc_probability_step(uint32_t probability, int64_t target,
                                            const int32_t *reciprocals, uint32_t limit) {
  const uint32_t seen = probability & 1023;
  const int64_t value = probability >> 10;
  const int64_t move = ((target - value) * reciprocals[seen]) >> 16;
  return probability + ((uint32_t)move << 10) + (seen < limit);
}

/// Shows a bit to the contexts, one after the other: to the meaning of each one's state, and to the
/// state. `count` is that of the contexts, so that it can be a constant.
FSC_INLINE void fsc_contexts_update_counted(fsc_contexts *contexts, int32_t nibble, int32_t bit,
                                            int32_t count) {
  const int64_t target = bit ? (1 << 22) - 1 : 0;
  // Copies, since a compiler has to expect that storing a byte changes what `contexts` holds.
  uint8_t *const states = contexts->lines + nibble;
  uint32_t *const meanings = contexts->meanings;
  int16_t *const stretched = contexts->stretched;
  const int16_t *const stretches = contexts->stretches;
  const uint8_t *const next = contexts->next + bit;
  const int32_t *const reciprocals = contexts->reciprocals;
  const uint32_t limit = contexts->limit;
#pragma GCC unroll 8
  for (int32_t i = 0; i < count; i++) {
    uint8_t *const place = states + contexts->slots[i];
    const uint32_t state = *place;
    const uint32_t number = 256 * (uint32_t)i + state;
    const uint32_t meaning =
        fsc_probability_step(meanings[number], target, reciprocals, limit);
    meanings[number] = meaning;
    // A mask, since nobody can foresee which contexts are new.
    stretched[number] = (int16_t)(stretches[meaning >> 20] & -(int32_t)(state != 0));
    *place = next[2 * state];
  }
}

static inline void fsc_contexts_update(fsc_contexts *contexts, int32_t nibble, int32_t bit) {
  fsc_contexts_update_counted(contexts, nibble, bit, contexts->count);
}

#endif
