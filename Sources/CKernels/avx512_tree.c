// Frequency trees with AVX-512.
#include "avx512.h"

#if defined(__x86_64__)

/// The largest of 32 values: the smallest, unsigned, of what complementing all but their signs
/// makes of them.
FSC_AVX512_INLINE int16_t largest(__m512i v) {
  const __m256i a = _mm256_max_epi16(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
  const __m128i b = _mm_max_epi16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  const __m128i flipped = _mm_xor_si128(b, _mm_set1_epi16(INT16_MAX));
  return (int16_t)(_mm_cvtsi128_si32(_mm_minpos_epu16(flipped)) ^ INT16_MAX);
}

/// 16 frequencies. Counts of 32 and more shift everything out.
FSC_AVX512_INLINE __m512i frequencies(__m256i mantissas, __m256i octaves) {
  const __m512i m = _mm512_slli_epi32(_mm512_cvtepu16_epi32(mantissas), 8);
  return _mm512_add_epi32(_mm512_srlv_epi32(m, _mm512_cvtepu16_epi32(octaves)),
                          _mm512_set1_epi32(1));
}

/// The sums of the successive pairs of 32 numbers.
FSC_AVX512_INLINE __m512i pair_sums(__m512i a, __m512i b) {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return _mm512_add_epi32(_mm512_permutex2var_epi32(a, even, b),
                          _mm512_permutex2var_epi32(a, odd, b));
}

FSC_AVX512
void fsc_avx512_make_tree(const int16_t *logits, uint32_t *tree) {
  __m512i top = _mm512_loadu_si512(logits);
  for (int b = 32; b < 256; b += 32)
    top = _mm512_max_epi16(top, _mm512_loadu_si512(logits + b));
  top = _mm512_set1_epi16(largest(top));
  __m512i level[16];
  for (int n = 0; n < 8; n++) {
    const __m512i below = _mm512_sub_epi16(top, _mm512_loadu_si512(logits + 32 * n));
    const __m512i octaves = _mm512_srli_epi16(below, 7);
    const __m512i t = _mm512_and_si512(_mm512_slli_epi16(below, 8), _mm512_set1_epi16(0x7F00));
    __m512i m = _mm512_mulhrs_epi16(t, _mm512_set1_epi16(1306));
    m = _mm512_mulhrs_epi16(t, _mm512_sub_epi16(_mm512_set1_epi16(7582), m));
    m = _mm512_mulhrs_epi16(t, _mm512_sub_epi16(_mm512_set1_epi16(22663), m));
    m = _mm512_sub_epi16(_mm512_set1_epi16(INT16_MAX), m);
    level[2 * n] = frequencies(_mm512_castsi512_si256(m), _mm512_castsi512_si256(octaves));
    level[2 * n + 1] =
        frequencies(_mm512_extracti64x4_epi64(m, 1), _mm512_extracti64x4_epi64(octaves, 1));
  }
  for (int n = 0; n < 16; n++) _mm512_storeu_si512(tree + 256 + 16 * n, level[n]);
  for (int size = 8; size >= 1; size /= 2)
    for (int n = 0; n < size; n++) {
      level[n] = pair_sums(level[2 * n], level[2 * n + 1]);
      _mm512_storeu_si512(tree + 16 * size + 16 * n, level[n]);
    }
  const __m256i eight = _mm512_castsi512_si256(pair_sums(level[0], level[0]));
  const __m128i four =
      _mm_hadd_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
  const __m128i two = _mm_hadd_epi32(four, four);
  const __m128i one = _mm_hadd_epi32(two, _mm_setzero_si128());
  _mm256_storeu_si256((__m256i *)(tree + 8), eight);
  _mm_storeu_si128((__m128i *)(tree + 4), four);
  // tree[0], which is 0, tree[1], and tree[2...3]
  _mm_storeu_si128((__m128i *)tree, _mm_unpacklo_epi64(_mm_slli_epi64(one, 32), two));
}

#endif
