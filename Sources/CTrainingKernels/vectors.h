// Sixteen single-precision numbers at a time: what the cells and the loss are written in, once for
// all instruction sets. A file that includes this says first, with a pragma, what its functions
// may use, and defines FST_WIDE where that is AVX-512 and FST_F16C where it is that; elsewhere the
// compiler makes do with shorter registers.
#ifndef FSCOMP_VECTORS_H
#define FSCOMP_VECTORS_H

#include <stdint.h>
#include <string.h>

#include "CTrainingKernels.h"
#include "half.h"
#include "layout.h"

#if FST_WIDE || FST_F16C
#include <immintrin.h>
#endif

enum { FST_LANES = 16 };

typedef float fst_vector __attribute__((ext_vector_type(16)));
typedef int32_t fst_integers __attribute__((ext_vector_type(16)));
typedef float fst_half_vector __attribute__((ext_vector_type(8)));

FST_INLINE fst_vector fst_load(const float *values) {
  fst_vector result;
  memcpy(&result, values, sizeof result);
  return result;
}

FST_INLINE void fst_store(float *values, fst_vector vector) {
  memcpy(values, &vector, sizeof vector);
}

FST_INLINE fst_vector fst_load_halves(const fst_half *values) {
#if FST_WIDE
  return (fst_vector)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)values));
#elif FST_F16C
  fst_vector result;
  result.lo = (fst_half_vector)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)values));
  result.hi = (fst_half_vector)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(values + 8)));
  return result;
#else
  fst_vector result;
  for (int i = 0; i < FST_LANES; i++) result[i] = fst_from_half(values[i]);
  return result;
#endif
}

/// Rounds to nearest, ties to even.
FST_INLINE void fst_store_halves(fst_half *values, fst_vector vector) {
#if FST_WIDE
  _mm256_storeu_si256((__m256i *)values,
                      _mm512_cvtps_ph((__m512)vector, _MM_FROUND_TO_NEAREST_INT));
#elif FST_F16C
  _mm_storeu_si128((__m128i *)values,
                   _mm256_cvtps_ph((__m256)vector.lo, _MM_FROUND_TO_NEAREST_INT));
  _mm_storeu_si128((__m128i *)(values + 8),
                   _mm256_cvtps_ph((__m256)vector.hi, _MM_FROUND_TO_NEAREST_INT));
#else
  for (int i = 0; i < FST_LANES; i++) values[i] = fst_to_half(vector[i]);
#endif
}

FST_INLINE fst_vector fst_all(float value) { return (fst_vector)value; }

/// The smaller of each pair; NaN if `x` is.
FST_INLINE fst_vector fst_at_most(fst_vector x, float limit) {
  return limit < x ? fst_all(limit) : x;
}

/// The larger of each pair; NaN if `x` is.
FST_INLINE fst_vector fst_at_least(fst_vector x, fst_vector limit) {
  return limit > x ? limit : x;
}

FST_INLINE fst_vector fst_magnitude(fst_vector x) {
  return (fst_vector)((fst_integers)x & 0x7FFFFFFF);
}

/// The sum in a fixed order.
FST_INLINE float fst_sum(fst_vector x) {
  const fst_half_vector eight = x.lo + x.hi;
  const __attribute__((ext_vector_type(4))) float four = eight.lo + eight.hi;
  const __attribute__((ext_vector_type(2))) float two = four.lo + four.hi;
  return two.x + two.y;
}

/// The largest; NaN, or any other, if one is NaN.
FST_INLINE float fst_largest(fst_vector x) {
  float result = x[0];
  for (int i = 1; i < FST_LANES; i++) result = result > x[i] ? result : x[i];
  return result;
}

/// Adding this rounds a small number to an integer, ties to even, and leaves the integer in the
/// low bits.
#define FST_ROUNDER 0x1.8p23f

/// The nearest integers, of magnitudes below 2^22.
FST_INLINE fst_vector fst_round(fst_vector x) {
  // The intermediate sum is rounded to an integer; it must not be optimized away, and is not,
  // since floating point is not associative.
  const fst_vector shifted = x + FST_ROUNDER;
  return shifted - FST_ROUNDER;
}

/// e^x with a relative error below 3e-7; x beyond +-87 counts as +-87.
FST_INLINE fst_vector fst_exp(fst_vector x) {
  const fst_vector limited = fst_at_least(fst_at_most(x, 87), fst_all(-87));
  const fst_vector power = limited * 0x1.715476p0f; // log2 e
  const fst_vector shifted = power + FST_ROUNDER;
  const fst_vector whole = shifted - FST_ROUNDER;
  const fst_vector rest = power - whole;
  // 2^rest for -1/2...1/2: the minimax polynomial of degree 6 with value 1 at 0.
  fst_vector result = rest * 1.53533619e-4f + 1.33988744e-3f;
  result = result * rest + 9.61843736e-3f;
  result = result * rest + 5.55033247e-2f;
  result = result * rest + 2.40226479e-1f;
  result = result * rest + 6.93147203e-1f;
  result = result * rest + 1.0f;
  // Times 2^whole: the low bits of `shifted` are the integer, to be added to the exponent.
  const fst_integers exponent = (fst_integers)shifted << 23;
  return (fst_vector)((fst_integers)result + exponent);
}

/// 1 / x with a relative error below 1e-7, of normal numbers.
FST_INLINE fst_vector fst_reciprocal(fst_vector x) {
#if FST_WIDE
  const fst_vector estimate = (fst_vector)_mm512_rcp14_ps((__m512)x);
  return estimate * (2 - x * estimate);
#else
  return 1 / x;
#endif
}

FST_INLINE fst_vector fst_sigmoid(fst_vector x) { return fst_reciprocal(1 + fst_exp(-x)); }

FST_INLINE fst_vector fst_tanh(fst_vector x) { return 2 * fst_sigmoid(x + x) - 1; }

#endif
