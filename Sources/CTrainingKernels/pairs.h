// Pairs of bfloat16 numbers. The file that includes this has said before, with a pragma, that its
// functions may use AVX512-BF16.
#ifndef FSCOMP_PAIRS_H
#define FSCOMP_PAIRS_H

#include "blocks.h"

/// Words of two numbers of a column, `even` in the low bits.
FST_INLINE __m512i fst_paired(__m512 even, __m512 odd) {
  const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(even));
  const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(odd));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

#endif
