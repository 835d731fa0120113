// What a mixer of predictions does for each bit, behind one small table of functions.
//
// contexts.h and mixers.h define what they compute; every table gives the same results on every
// input.
#ifndef FSCOMP_MIXING_H
#define FSCOMP_MIXING_H

#include <stdint.h>

#include "CProcessor.h"
#include "contexts.h"
#include "mixers.h"

/// One implementation, for one instruction set.
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

#endif
