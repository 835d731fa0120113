// Vectors of 32 units for cell.h, in AVX-512. The order of the numbers in them is explained in
// x86.h.
#include "avx512.h"
#include "moments.h"

#define VECTOR_INLINE FSC_AVX512_INLINE
enum { VECTOR_UNITS = 32 };
typedef __m512i vector;
typedef __mmask32 vector_part;
#define WHOLE_VECTOR UINT32_MAX
#define FIRST_16 UINT16_MAX

VECTOR_INLINE vector load(const int16_t *values, vector_part part) {
  return _mm512_maskz_loadu_epi16(part, values);
}

VECTOR_INLINE void store(int16_t *values, vector v, vector_part part) {
  _mm512_mask_storeu_epi16(values, part, v);
}

/// From the third order to the first.
VECTOR_INLINE void store_bytes(int8_t *values, vector v, vector_part part) {
  // The lower bytes of each eight numbers, and then eight bytes of each sixteen.
  const __m512i in_order = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1));
  const __m512i gather = _mm512_setr_epi64(0, 2, 4, 6, 0, 2, 4, 6);
  const __m512i bytes = _mm512_permutexvar_epi64(gather, _mm512_shuffle_epi8(v, in_order));
  _mm256_mask_storeu_epi8(values, part, _mm512_castsi512_si256(bytes));
}

VECTOR_INLINE vector all(int16_t value) { return _mm512_set1_epi16(value); }

VECTOR_INLINE vector add_saturated(vector a, vector b) { return _mm512_adds_epi16(a, b); }

VECTOR_INLINE vector subtract_saturated(vector a, vector b) { return _mm512_subs_epi16(a, b); }

VECTOR_INLINE vector minimum(vector a, vector b) { return _mm512_min_epi16(a, b); }

VECTOR_INLINE vector multiply_high(vector a, vector b) { return _mm512_mulhrs_epi16(a, b); }

VECTOR_INLINE vector multiply_add_high(vector a, vector b, vector c) {
  return _mm512_add_epi16(a, _mm512_mulhrs_epi16(b, c));
}

/// sums + a0 b0 + a1 b1 in each 32 bits. Compilers take the intrinsic apart into two instructions,
/// which is quicker for a chain of sums, but not here, where throughput counts.
VECTOR_INLINE __m512i dot(__m512i sums, __m512i a, __m512i b) {
  __asm__("vpdpwssd %2, %1, %0" : "+v"(sums) : "v"(a), "v"(b));
  return sums;
}

// MARK: Moments

/// Sums over a vector's values, in each of 16 places: of 256 values there at most.
typedef struct {
  __m512i values;
  __m512i squares;      // modulo 2^32
  __m512i high_squares; // of the squares' upper 16 bits
} sums;

VECTOR_INLINE sums add_to(sums s, vector v) {
  const __m512i ones = _mm512_set1_epi16(1);
  return (sums){dot(s.values, v, ones), dot(s.squares, v, v),
                dot(s.high_squares, _mm512_mulhi_epi16(v, v), ones)};
}

/// What the squares' upper bits leave: below 256 x 2^16 in each place, so nothing is lost.
VECTOR_INLINE __m512i low_squares(sums s) {
  return _mm512_sub_epi32(s.squares, _mm512_slli_epi32(s.high_squares, 16));
}

VECTOR_INLINE __m256i halves(__m512i v) {
  return _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
}

/// The sums of the 16 numbers of each of four registers.
VECTOR_INLINE void four_sums(__m512i a, __m512i b, __m512i c, __m512i d, int32_t out[4]) {
  const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(halves(a), halves(b)),
                                          _mm256_hadd_epi32(halves(c), halves(d)));
  _mm_storeu_si128((__m128i *)out, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                 _mm256_extracti128_si256(pairs, 1)));
}

VECTOR_INLINE void total(const sums *s, int count, int32_t *values, int64_t *squares) {
  if (count == 4) {
    int32_t low[4], high[4];
    four_sums(s[0].values, s[1].values, s[2].values, s[3].values, values);
    four_sums(low_squares(s[0]), low_squares(s[1]), low_squares(s[2]), low_squares(s[3]), low);
    four_sums(s[0].high_squares, s[1].high_squares, s[2].high_squares, s[3].high_squares, high);
    for (int n = 0; n < 4; n++) squares[n] = ((int64_t)high[n] << 16) + low[n];
  } else {
    values[0] = _mm512_reduce_add_epi32(s->values);
    squares[0] = ((int64_t)_mm512_reduce_add_epi32(s->high_squares) << 16) +
                 _mm512_reduce_add_epi32(low_squares(s[0]));
  }
}

// MARK: Layer norm

typedef struct {
  __m512i mean, half, even_factor, odd_factor, shift;
} scale;

VECTOR_INLINE scale scale_of(fsc_moments m) {
  return (scale){_mm512_set1_epi16((int16_t)m.mean), _mm512_set1_epi32(1 << (m.shift - 1)),
                 _mm512_set1_epi32(m.factor), _mm512_set1_epi32(m.factor << 16),
                 _mm512_set1_epi32(m.shift)};
}

/// From the first order to the second.
VECTOR_INLINE vector scaled(vector z, const scale *s) {
  const __m512i deviation = _mm512_subs_epi16(z, s->mean);
  return _mm512_packs_epi32(
      _mm512_srav_epi32(dot(s->half, deviation, s->even_factor), s->shift),
      _mm512_srav_epi32(dot(s->half, deviation, s->odd_factor), s->shift));
}

typedef const fsc_x86_norm_block *norm;
#define norm_of fsc_x86_norm_of

/// From the second order to the third.
VECTOR_INLINE vector apply_norm(vector u, norm norm, int32_t n) {
  const fsc_x86_norm_block *block = norm + n / 32;
  const __m512i even =
      dot(_mm512_load_si512(block->even_biases), u, _mm512_load_si512(block->even_gains));
  const __m512i odd =
      dot(_mm512_load_si512(block->odd_biases), u, _mm512_load_si512(block->odd_gains));
  return _mm512_packs_epi32(_mm512_srai_epi32(even, 9), _mm512_srai_epi32(odd, 9));
}

// MARK: Activations

typedef struct {
  vector c0, c1, c2;
} coefficients;

typedef coefficients segments;

VECTOR_INLINE segments load_segments(const int16_t table[3][32]) {
  return (segments){_mm512_loadu_si512(table[0]),
                    _mm512_loadu_si512(table[1]),
                    _mm512_loadu_si512(table[2])};
}

VECTOR_INLINE vector magnitude(vector v) {
  return _mm512_min_epu16(_mm512_abs_epi16(v), _mm512_set1_epi16(INT16_MAX));
}

VECTOR_INLINE vector fraction(vector magnitude) {
  return _mm512_and_si512(_mm512_slli_epi16(magnitude, 5), _mm512_set1_epi16(0x7FE0));
}

VECTOR_INLINE coefficients look_up(const segments *segments, vector magnitude) {
  const vector segment = _mm512_srli_epi16(magnitude, 10);
  return (coefficients){_mm512_permutexvar_epi16(segment, segments->c0),
                        _mm512_permutexvar_epi16(segment, segments->c1),
                        _mm512_permutexvar_epi16(segment, segments->c2)};
}

VECTOR_INLINE vector with_sign_of(vector sign, vector magnitude) {
  return _mm512_mask_sub_epi16(magnitude, _mm512_movepi16_mask(sign), _mm512_setzero_si512(),
                               magnitude);
}

VECTOR_INLINE vector halfway_to_one(vector f) {
  return _mm512_add_epi16(_mm512_srai_epi16(f, 1), _mm512_set1_epi16(1 << 14));
}

// MARK: State

/// From the first order to the third.
VECTOR_INLINE vector as_gates(vector v) {
  const __m512i order = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  return _mm512_shuffle_epi8(v, order);
}

VECTOR_INLINE vector complement(vector share) {
  return _mm512_sub_epi16(_mm512_set1_epi16(INT16_MIN), share);
}

/// `a` in the first order, as comes out; the others in the third. Of each eight numbers, the even
/// ones of the third order are the first half of the first.
VECTOR_INLINE vector weighted(vector a, vector p, vector b, vector q) {
  const __m512i half = _mm512_set1_epi32(1 << 14), zero = _mm512_setzero_si512();
  const __m512i lower = _mm512_set1_epi32(0xFFFF);
  const __m512i even = dot(dot(half, b, _mm512_and_si512(lower, q)),
                           _mm512_unpacklo_epi16(a, zero), p);
  const __m512i odd = dot(dot(half, b, _mm512_andnot_si512(lower, q)),
                          _mm512_unpackhi_epi16(zero, a), p);
  return _mm512_packs_epi32(_mm512_srai_epi32(even, 15), _mm512_srai_epi32(odd, 15));
}
