// What is done for each bit of a block, behind one small table of functions.
//
// bits.h and what it is made of define what they compute; every table gives the same results on every
// input.
#ifndef FSCOMP_MIXING_H
#define FSCOMP_MIXING_H

#include <stdint.h>

#include "CProcessor.h"
#include "bits.h"
#include "contributions.h"
#include "narrow.h"

/// One implementation, for one instruction set.
typedef struct {
  const char *name;

  /// Predicts a bit: the probability of a 1, in units of 2^-22, 1 ... 2^22 - 1.
  uint32_t (*predict)(fsc_bits *bits);

  /// Learns the bit that was predicted last, and goes on to the next.
  void (*update)(fsc_bits *bits, int32_t bit);

  /// The same where `fsc_bits_are_narrow`, faster.
  uint32_t (*predict_narrow)(fsc_bits *bits);
  void (*update_narrow)(fsc_bits *bits, int32_t bit);

  // What the first two are made of.
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
