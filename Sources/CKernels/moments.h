// What every kernel's layer norm does once a vector: too little to be worth vector code, and the
// only part of it that could be got subtly wrong, so there is one copy.
#ifndef FSCOMP_MOMENTS_H
#define FSCOMP_MOMENTS_H

#include "CKernels.h"

/// The gains and biases of a layer norm, as they are.
typedef struct {
  const int16_t *gains, *biases;
} fsc_norm;

/// The number of the norm of an LSTM's cell state, after those of the gates 0...3.
enum { FSC_CELL_NORM = 4 };

static inline fsc_norm fsc_norm_of(const fsc_cell *cell, int norm) {
  if (norm == FSC_CELL_NORM) return (fsc_norm){cell->cell_gains, cell->cell_biases};
  const int32_t start = norm * cell->units;
  return (fsc_norm){cell->gate_gains + start, cell->gate_biases + start};
}

/// u = (z - mean) x factor / 2^shift is z normalized, in Q10.
typedef struct {
  int32_t mean;   // fits 16 bits
  int32_t factor; // 2^14 ..< 2^15
  int32_t shift;  // 4...20
} fsc_moments;

/// The moments of `count` (16...4096) values from their sum and the sum of their squares.
static inline fsc_moments fsc_moments_of(int32_t sum, int64_t squares, int32_t count,
                                         uint32_t epsilon) {
  const int64_t variance = count * squares - (int64_t)sum * sum;
  const uint64_t total =
      (uint64_t)variance + (uint64_t)count * (uint64_t)count * (uint64_t)epsilon;
  const int32_t even = __builtin_clzll(total) & ~1;
  const uint64_t v = (total << even) >> 32;
  const uint64_t seed = fsc_inverse_sqrt_seeds[(v >> 24) - 64];
  const uint64_t t = (v * (seed * seed)) >> 32;
  const uint32_t root = (uint32_t)((seed * ((UINT64_C(3) << 30) - t)) >> 31);
  const uint32_t scaled = (uint32_t)count * root;
  const int32_t bits = 32 - __builtin_clz(scaled);
  // Unsigned, where division rounds down and is quickest: sum is at least -32768 x count.
  const uint32_t offset = (uint32_t)count * 32768;
  const uint32_t half = (uint32_t)count / 2;
  return (fsc_moments){
      .mean = (int32_t)(((uint32_t)sum + offset + half) / (uint32_t)count) - 32768,
      .factor = (int32_t)(scaled >> (bits - 15)),
      .shift = 52 - bits - even / 2,
  };
}

#endif
