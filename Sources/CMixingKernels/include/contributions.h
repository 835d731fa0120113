// What each input of the mixers has to do with what they say in the end. Nobody who codes asks for it.
#ifndef FSCOMP_CONTRIBUTIONS_H
#define FSCOMP_CONTRIBUTIONS_H

#include <stdint.h>

#include "mixers.h"

/// The part of each input in the final mixer's stretched probability, in units of 2^-12: the input times
/// its weight in each mixer times that mixer's weight in the final one. They add up to the whole but for
/// rounding, and but for the limits that results of mixers are kept in.
///
/// To be asked for between the prediction of a bit and its training. `contributions` has room for
/// `mixers->count`.
static inline void fsc_mixers_contributions(const fsc_mixers *mixers, int32_t *contributions) {
  const int16_t *const final_weights = fsc_mixers_final(mixers);
  const int32_t count = mixers->count;
  for (int32_t i = 0; i < count; i++) contributions[i] = 0;
  // Below 2^18 each: the sum of eight fits.
  for (int32_t m = 0; m < mixers->mixers; m++) {
    const int16_t *const weights = mixers->planes[m];
    // One alone has the last word.
    const int32_t weight = mixers->mixers == 1 ? 1 << 12 : final_weights[m];
    for (int32_t i = 0; i < count; i++) contributions[i] += weights[i] * weight >> 12;
  }
  for (int32_t i = 0; i < count; i++)
    contributions[i] = (int32_t)((int64_t)contributions[i] * mixers->inputs[i] >> 8);
}

/// The inputs of the bit at hand, [mixers->count].
static inline const int16_t *fsc_mixers_inputs(const fsc_mixers *mixers) { return mixers->inputs; }

#endif
