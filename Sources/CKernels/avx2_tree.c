// Frequency trees with AVX2.
#include "avx2.h"

#if defined(__x86_64__)

/// The largest of 16 values: the smallest, unsigned, of what complementing all but their signs
/// makes of them.
FSC_AVX2_INLINE int16_t largest(__m256i v) {
  const __m128i b = _mm_max_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  const __m128i flipped = _mm_xor_si128(b, _mm_set1_epi16(INT16_MAX));
  return (int16_t)(_mm_cvtsi128_si32(_mm_minpos_epu16(flipped)) ^ INT16_MAX);
}

/// Eight frequencies. Counts of 32 and more shift everything out.
FSC_AVX2_INLINE __m256i frequencies(__m128i mantissas, __m128i octaves) {
  const __m256i m = _mm256_slli_epi32(_mm256_cvtepu16_epi32(mantissas), 8);
  return _mm256_add_epi32(_mm256_srlv_epi32(m, _mm256_cvtepu16_epi32(octaves)),
                          _mm256_set1_epi32(1));
}

/// The sums of the successive pairs of 16 numbers.
FSC_AVX2_INLINE __m256i pair_sums(__m256i a, __m256i b) {
  return _mm256_permute4x64_epi64(_mm256_hadd_epi32(a, b), _MM_SHUFFLE(3, 1, 2, 0));
}

FSC_AVX2
void fsc_avx2_make_tree(const int16_t *logits, uint32_t *tree) {
  __m256i top = fsc_avx2_load(logits);
  for (int b = 16; b < 256; b += 16) top = _mm256_max_epi16(top, fsc_avx2_load(logits + b));
  top = _mm256_set1_epi16(largest(top));
  for (int b = 0; b < 256; b += 16) {
    const __m256i below = _mm256_sub_epi16(top, fsc_avx2_load(logits + b));
    const __m256i octaves = _mm256_srli_epi16(below, 7);
    const __m256i t = _mm256_and_si256(_mm256_slli_epi16(below, 8), _mm256_set1_epi16(0x7F00));
    __m256i m = _mm256_mulhrs_epi16(t, _mm256_set1_epi16(1306));
    m = _mm256_mulhrs_epi16(t, _mm256_sub_epi16(_mm256_set1_epi16(7582), m));
    m = _mm256_mulhrs_epi16(t, _mm256_sub_epi16(_mm256_set1_epi16(22663), m));
    m = _mm256_sub_epi16(_mm256_set1_epi16(INT16_MAX), m);
    const __m256i low =
        frequencies(_mm256_castsi256_si128(m), _mm256_castsi256_si128(octaves));
    const __m256i high =
        frequencies(_mm256_extracti128_si256(m, 1), _mm256_extracti128_si256(octaves, 1));
    fsc_avx2_store(tree + 256 + b, low);
    fsc_avx2_store(tree + 264 + b, high);
    fsc_avx2_store(tree + 128 + b / 2, pair_sums(low, high));
  }
  for (int size = 64; size >= 8; size /= 2)
    for (int n = size; n < 2 * size; n += 8)
      fsc_avx2_store(tree + n, pair_sums(fsc_avx2_load(tree + 2 * n),
                                         fsc_avx2_load(tree + 2 * n + 8)));
  const __m256i eight = fsc_avx2_load(tree + 8);
  const __m128i four =
      _mm_hadd_epi32(_mm256_castsi256_si128(eight), _mm256_extracti128_si256(eight, 1));
  const __m128i two = _mm_hadd_epi32(four, four);
  const __m128i one = _mm_hadd_epi32(two, _mm_setzero_si128());
  _mm_storeu_si128((__m128i *)(tree + 4), four);
  // tree[0], which is 0, tree[1], and tree[2...3]
  _mm_storeu_si128((__m128i *)tree, _mm_unpacklo_epi64(_mm_slli_epi64(one, 32), two));
}

#endif
