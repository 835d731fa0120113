// Contexts in AVX-512, 16 at a time.
//
// The states of a nibble are copied out of their slots, turned so that those of one beginning of
// the nibble are side by side, and copied back after its last bit. That is the same as one context
// after the other unless two have a slot, or a line while slots are given away, in common: where
// lines are the same, the plain code runs.
#include "tables.h"

#if defined(__x86_64__)

#include <immintrin.h>

/// Which of the 16 contexts from `first` on there are.
FSC_AVX512_INLINE __mmask16 used(const fsc_contexts *contexts, int32_t first) {
  const int32_t rest = contexts->count - first;
  return rest < 16 ? (__mmask16)((1 << rest) - 1) : 0xFFFF;
}

/// Four times 16 bytes.
FSC_AVX512_INLINE __m512i load4(const uint8_t *a, const uint8_t *b, const uint8_t *c,
                                const uint8_t *d) {
  const __m256i low = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)a)),
      _mm_loadu_si128((const __m128i *)b), 1);
  const __m256i high = _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)c)),
      _mm_loadu_si128((const __m128i *)d), 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/// Turns a square of 16 rows of 16 bytes. Lane l of z[i] is row 4 l + i; four rows to a register
/// come out, in order.
FSC_AVX512_INLINE void transpose(const __m512i z[4], __m512i rows[4]) {
  const __m512i a = _mm512_unpacklo_epi8(z[0], z[1]), b = _mm512_unpackhi_epi8(z[0], z[1]);
  const __m512i c = _mm512_unpacklo_epi8(z[2], z[3]), d = _mm512_unpackhi_epi8(z[2], z[3]);
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  rows[0] = _mm512_permutexvar_epi32(order, _mm512_unpacklo_epi16(a, c));
  rows[1] = _mm512_permutexvar_epi32(order, _mm512_unpackhi_epi16(a, c));
  rows[2] = _mm512_permutexvar_epi32(order, _mm512_unpacklo_epi16(b, d));
  rows[3] = _mm512_permutexvar_epi32(order, _mm512_unpackhi_epi16(b, d));
}

FSC_AVX512_INLINE void load_rows(fsc_contexts *contexts, int32_t first) {
  const uint8_t *const lines = contexts->lines;
  const uint32_t *const slots = contexts->slots + first;
  __m512i z[4], rows[4];
  for (int i = 0; i < 4; i++) {
    z[i] = load4(lines + slots[i], lines + slots[4 + i], lines + slots[8 + i],
                 lines + slots[12 + i]);
  }
  transpose(z, rows);
  for (int i = 0; i < 4; i++) _mm512_store_si512(contexts->rows[first / 16] + 4 * i, rows[i]);
}

FSC_AVX512_INLINE void store_rows(fsc_contexts *contexts, int32_t first) {
  uint8_t *const lines = contexts->lines;
  const uint32_t *const slots = contexts->slots + first;
  const uint8_t(*const rows)[16] = contexts->rows[first / 16];
  const int32_t rest = contexts->count - first;
  __m512i z[4], columns[4];
  for (int i = 0; i < 4; i++) z[i] = load4(rows[i], rows[4 + i], rows[8 + i], rows[12 + i]);
  transpose(z, columns);
  // The byte before a slot's states is another's.
  const __mmask16 states = 0xFFFE;
  for (int i = 0; i < 4 && 4 * i < rest; i++) {
    const __m512i c = columns[i];
    _mm_mask_storeu_epi8(lines + slots[4 * i], states, _mm512_castsi512_si128(c));
    if (4 * i + 1 < rest)
      _mm_mask_storeu_epi8(lines + slots[4 * i + 1], states, _mm512_extracti32x4_epi32(c, 1));
    if (4 * i + 2 < rest)
      _mm_mask_storeu_epi8(lines + slots[4 * i + 2], states, _mm512_extracti32x4_epi32(c, 2));
    if (4 * i + 3 < rest)
      _mm_mask_storeu_epi8(lines + slots[4 * i + 3], states, _mm512_extracti32x4_epi32(c, 3));
  }
}

/// Whether two contexts of the first `first` + 16 have equal lines, one of the last 16 at least.
FSC_AVX512_INLINE int have_equal(const uint32_t *lines, __m512i last, int32_t first,
                                 __mmask16 mask) {
  int equal = _mm512_mask_test_epi32_mask(mask, _mm512_conflict_epi32(last),
                                          _mm512_set1_epi32(-1)) != 0;
  for (int32_t i = 0; i < first; i++) {
    equal |= _mm512_mask_cmpeq_epi32_mask(mask, last, _mm512_set1_epi32((int32_t)lines[i])) != 0;
  }
  return equal;
}

FSC_AVX512_INLINE __m256i line_numbers(__m512i places) {
  return _mm512_cvtepi64_epi32(_mm512_srli_epi64(places, 32));
}

FSC_AVX512 static void find(fsc_contexts *contexts, const uint64_t *places) {
  const __m512i ones = _mm512_set1_epi32(0x01010101);
  uint32_t lines[FSC_MOST_CONTEXTS];
  uint32_t missing = 0;
  int equal = 0;
  for (int32_t first = 0; first < contexts->count; first += 16) {
    const __mmask16 mask = used(contexts, first);
    const __m512i a = _mm512_maskz_loadu_epi64((__mmask8)mask, places + first);
    const __m512i b = _mm512_maskz_loadu_epi64((__mmask8)(mask >> 8), places + first + 8);
    const __m256i line_a = line_numbers(a);
    const __m256i line_b = line_numbers(b);
    const __m512i line = _mm512_slli_epi32(
        _mm512_inserti64x4(_mm512_castsi256_si512(line_a), line_b, 1), 6);
    const __m512i hash = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(a)),
                                            _mm512_cvtepi64_epi32(b), 1);
    // The lowest byte, four times.
    const __m512i check = _mm512_shuffle_epi8(
        hash, _mm512_broadcast_i32x4(_mm_setr_epi32(0, 0x04040404, 0x08080808, 0x0C0C0C0C)));
    const __m512i checks =
        _mm512_mask_i32gather_epi32(check, mask, line, contexts->lines, 1);
    const __m512i differences = _mm512_xor_si512(checks, check);
    const __m512i marks = _mm512_and_si512(
        _mm512_andnot_si512(differences, _mm512_sub_epi32(differences, ones)),
        _mm512_set1_epi32((int32_t)0x80808080));
    missing |= (uint32_t)_mm512_testn_epi32_mask(marks, marks) << first;
    // The lowest mark is bit 7, 15, 23 or 31.
    const __m512i lowest =
        _mm512_and_si512(marks, _mm512_sub_epi32(_mm512_setzero_si512(), marks));
    const __m512i way = _mm512_srli_epi32(
        _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(lowest)), 3);
    const __m512i slot = _mm512_add_epi32(
        _mm512_add_epi32(line, _mm512_set1_epi32(FSC_WAYS - 1)),
        _mm512_sub_epi32(_mm512_slli_epi32(way, 4), way));
    equal |= have_equal(lines, line, first, mask);
    _mm512_storeu_si512(lines + first, line);
    _mm512_store_si512(contexts->slots + first, _mm512_maskz_mov_epi32(mask, slot));
  }
  contexts->is_plain = (uint32_t)equal;
  if (equal) {
    fsc_contexts_find(contexts, places);
    return;
  }
  for (; missing; missing &= missing - 1) {
    const int32_t i = __builtin_ctz(missing);
    contexts->slots[i] = fsc_contexts_replace(contexts, lines[i], (uint8_t)places[i]);
  }
  for (int32_t first = 0; first < contexts->count; first += 16) load_rows(contexts, first);
}

FSC_AVX512 static int32_t predict(fsc_contexts *contexts, int32_t nibble) {
  if (contexts->is_plain) return fsc_contexts_predict(contexts, nibble);
  int32_t seen = 0;
  const __m512i rows = _mm512_slli_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 8);
  for (int32_t first = 0; first < contexts->count; first += 16) {
    const __mmask16 mask = used(contexts, first);
    const __m512i state = _mm512_cvtepu8_epi32(
        _mm_load_si128((const __m128i *)contexts->rows[first / 16][nibble]));
    const uint32_t *const meanings = contexts->meanings + 256 * first;
    const __m512i meaning = _mm512_mask_i32gather_epi32(
        _mm512_setzero_si512(), mask, _mm512_or_si512(state, rows), meanings, 4);
    const __mmask16 is_seen = _mm512_mask_test_epi32_mask(mask, state, state);
    const __m512i stretched =
        _mm512_i32gather_epi32(_mm512_srli_epi32(meaning, 20), contexts->stretches, 2);
    _mm256_store_si256((__m256i *)(contexts->predictions + first),
                       _mm512_maskz_cvtepi32_epi16(is_seen, stretched));
    _mm512_store_si512(contexts->states + first, state);
    _mm512_store_si512(contexts->current + first, meaning);
    seen += __builtin_popcount(is_seen);
  }
  return seen;
}

/// `fsc_probability_step` of 16.
FSC_AVX512_INLINE __m512i step16(__m512i probability, __m512i target, const int32_t *reciprocals,
                                 __m512i limit) {
  const __m512i seen = _mm512_and_si512(probability, _mm512_set1_epi32(1023));
  const __m512i value = _mm512_srli_epi32(probability, 10);
  const __m512i error = _mm512_sub_epi32(target, value);
  const __m512i reciprocal = _mm512_i32gather_epi32(seen, reciprocals, 4);
  const __m512i even = _mm512_srli_epi64(_mm512_mul_epi32(error, reciprocal), 16);
  const __m512i odd = _mm512_slli_epi64(
      _mm512_mul_epi32(_mm512_srli_epi64(error, 32), _mm512_srli_epi64(reciprocal, 32)), 16);
  const __m512i moved = _mm512_add_epi32(value, _mm512_mask_mov_epi32(even, 0xAAAA, odd));
  const __m512i count = _mm512_mask_add_epi32(seen, _mm512_cmplt_epu32_mask(seen, limit), seen,
                                              _mm512_set1_epi32(1));
  return _mm512_or_si512(_mm512_slli_epi32(moved, 10), count);
}

FSC_AVX512 static void update(fsc_contexts *contexts, int32_t nibble, int32_t bit) {
  if (contexts->is_plain) {
    fsc_contexts_update(contexts, nibble, bit);
    return;
  }
  const __m512i rows = _mm512_slli_epi32(
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), 8);
  const __m512i target = _mm512_set1_epi32(bit ? (1 << 22) - 1 : 0);
  const __m512i limit = _mm512_set1_epi32((int32_t)contexts->limit);
  const int32_t is_last = nibble >= 8;
  for (int32_t first = 0; first < contexts->count; first += 16) {
    const __mmask16 mask = used(contexts, first);
    const __m512i state = _mm512_load_si512(contexts->states + first);
    const __m512i meaning = step16(_mm512_load_si512(contexts->current + first), target,
                                   contexts->reciprocals, limit);
    _mm512_mask_i32scatter_epi32(contexts->meanings + 256 * first, mask,
                                 _mm512_or_si512(state, rows), meaning, 4);
    const __m512i next = _mm512_i32gather_epi32(state, contexts->next + bit, 2);
    _mm_store_si128((__m128i *)contexts->rows[first / 16][nibble], _mm512_cvtepi32_epi8(next));
    if (is_last) store_rows(contexts, first);
  }
}

const fsc_mixing_kernels fsc_mixing_avx512 = {"avx512", find,           predict,
                                              update,   fsc_avx512_mix, fsc_avx512_train};

#endif
