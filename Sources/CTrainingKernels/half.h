// Half precision (IEEE binary16) one number at a time, in integer operations: for machines without
// instructions for it, and for the few numbers that no vector holds.
#ifndef FSCOMP_HALF_H
#define FSCOMP_HALF_H

#include <stdint.h>
#include <string.h>

#include "CTrainingKernels.h"

static inline float fst_from_bits(uint32_t bits) {
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

static inline uint32_t fst_bits(float value) {
  uint32_t result;
  memcpy(&result, &value, sizeof result);
  return result;
}

static inline float fst_from_half(fst_half half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  // Exponents differ in bias by 112; multiplying sets that right for subnormal numbers, too.
  const float magnitude = fst_from_bits((uint32_t)(half & 0x7FFF) << 13) * 0x1p112f;
  const uint32_t special = (half & 0x7C00) == 0x7C00 ? 0x7F800000 : 0; // infinity, not a number
  return fst_from_bits(sign | special | fst_bits(magnitude));
}

/// Rounds to nearest, ties to even; too large becomes infinity.
static inline fst_half fst_to_half(float value) {
  const uint32_t bits = fst_bits(value), sign = bits >> 16 & 0x8000;
  const uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return (fst_half)(sign | 0x7E00);  // not a number
  if (magnitude >= 0x47800000) return (fst_half)(sign | 0x7C00); // 65536 and more
  if (magnitude < 0x38800000) {
    // Subnormal: adding 1/2 leaves multiples of 2^-24 in the low bits.
    return (fst_half)(sign | (fst_bits(fst_from_bits(magnitude) + 0.5f) - 0x3F000000));
  }
  const uint32_t odd = magnitude >> 13 & 1;
  return (fst_half)(sign | (magnitude - 0x38000000 + 0xFFF + odd) >> 13);
}

#endif
