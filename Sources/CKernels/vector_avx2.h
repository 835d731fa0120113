// Vectors of 16 units for cell.h, in AVX2. The order of the numbers in them is explained in x86.h.
#include "avx2.h"
#include "moments.h"

#define VECTOR_INLINE FSC_AVX2_INLINE
enum { VECTOR_UNITS = 16 };
typedef __m256i vector;
typedef int vector_part;
#define WHOLE_VECTOR 0
#define FIRST_16 0

VECTOR_INLINE vector load(const int16_t *values, vector_part) { return fsc_avx2_load(values); }

VECTOR_INLINE void store(int16_t *values, vector v, vector_part) { fsc_avx2_store(values, v); }

/// From the third order to the first.
VECTOR_INLINE void store_bytes(int8_t *values, vector v, vector_part) {
  const __m256i in_order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1));
  const __m256i bytes = _mm256_shuffle_epi8(v, in_order);
  _mm_storeu_si128((__m128i *)values, _mm_unpacklo_epi64(_mm256_castsi256_si128(bytes),
                                                         _mm256_extracti128_si256(bytes, 1)));
}

VECTOR_INLINE vector all(int16_t value) { return _mm256_set1_epi16(value); }

VECTOR_INLINE vector add_saturated(vector a, vector b) { return _mm256_adds_epi16(a, b); }

VECTOR_INLINE vector subtract_saturated(vector a, vector b) { return _mm256_subs_epi16(a, b); }

VECTOR_INLINE vector minimum(vector a, vector b) { return _mm256_min_epi16(a, b); }

VECTOR_INLINE vector multiply_high(vector a, vector b) { return _mm256_mulhrs_epi16(a, b); }

VECTOR_INLINE vector multiply_add_high(vector a, vector b, vector c) {
  return _mm256_add_epi16(a, _mm256_mulhrs_epi16(b, c));
}

// MARK: Moments

/// Sums over a vector's values, in each of 8 places: of 512 values there at most.
typedef struct {
  __m256i values;
  __m256i squares;      // modulo 2^32
  __m256i high_squares; // of the squares' upper 16 bits
} sums;

VECTOR_INLINE sums add_to(sums s, vector v) {
  const __m256i ones = _mm256_set1_epi16(1);
  return (sums){
      _mm256_add_epi32(s.values, _mm256_madd_epi16(v, ones)),
      _mm256_add_epi32(s.squares, _mm256_madd_epi16(v, v)),
      _mm256_add_epi32(s.high_squares, _mm256_madd_epi16(_mm256_mulhi_epi16(v, v), ones)),
  };
}

VECTOR_INLINE void total(const sums *s, int count, int32_t *values, int64_t *squares) {
  for (int n = 0; n < count; n++) {
    // What the squares' upper bits leave: below 512 x 2^16 in each place, so nothing is lost.
    const __m256i high = s[n].high_squares;
    const __m256i low = _mm256_sub_epi32(s[n].squares, _mm256_slli_epi32(high, 16));
    const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(s[n].values, low),
                                            _mm256_hadd_epi32(high, high));
    int32_t totals[4];
    _mm_storeu_si128((__m128i *)totals, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                      _mm256_extracti128_si256(pairs, 1)));
    values[n] = totals[0];
    squares[n] = ((int64_t)totals[2] << 16) + totals[1];
  }
}

// MARK: Layer norm

typedef struct {
  __m256i mean, half, even_factor, odd_factor;
  __m128i shift;
} scale;

VECTOR_INLINE scale scale_of(fsc_moments m) {
  return (scale){_mm256_set1_epi16((int16_t)m.mean), _mm256_set1_epi32(1 << (m.shift - 1)),
                 _mm256_set1_epi32(m.factor), _mm256_set1_epi32(m.factor << 16),
                 _mm_cvtsi32_si128(m.shift)};
}

/// From the first order to the second.
VECTOR_INLINE vector scaled(vector z, const scale *s) {
  const __m256i deviation = _mm256_subs_epi16(z, s->mean);
  const __m256i even = _mm256_add_epi32(_mm256_madd_epi16(deviation, s->even_factor), s->half);
  const __m256i odd = _mm256_add_epi32(_mm256_madd_epi16(deviation, s->odd_factor), s->half);
  return _mm256_packs_epi32(_mm256_sra_epi32(even, s->shift), _mm256_sra_epi32(odd, s->shift));
}

typedef const fsc_x86_norm_block *norm;
#define norm_of fsc_x86_norm_of

/// From the second order to the third.
VECTOR_INLINE vector apply_norm(vector u, norm norm, int32_t n) {
  const fsc_x86_norm_block *block = norm + n / 32;
  const int32_t at = n % 32 / 2;
  const __m256i even = _mm256_madd_epi16(u, fsc_avx2_load(block->even_gains + at));
  const __m256i odd = _mm256_madd_epi16(u, fsc_avx2_load(block->odd_gains + at));
  const __m256i y_even = _mm256_add_epi32(even, fsc_avx2_load(block->even_biases + at));
  const __m256i y_odd = _mm256_add_epi32(odd, fsc_avx2_load(block->odd_biases + at));
  return _mm256_packs_epi32(_mm256_srai_epi32(y_even, 9), _mm256_srai_epi32(y_odd, 9));
}

// MARK: Activations

/// The bytes of the 32 segments' coefficients, for VPSHUFB: of the first 16 segments and of the
/// others. The upper bytes of the last coefficient, -256...-1, are all 0xFF.
typedef struct {
  __m256i c0_low[2], c0_high[2];
  __m256i c1_low[2], c1_high[2];
  __m256i c2_low[2];
} segments;

VECTOR_INLINE __m256i every(const int16_t *values, int shift) {
  uint8_t bytes[16];
  for (int n = 0; n < 16; n++) bytes[n] = (uint8_t)((uint16_t)values[n] >> shift);
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

VECTOR_INLINE segments load_segments(const int16_t table[3][32]) {
  segments s;
  for (int half = 0; half < 2; half++) {
    s.c0_low[half] = every(table[0] + 16 * half, 0);
    s.c0_high[half] = every(table[0] + 16 * half, 8);
    s.c1_low[half] = every(table[1] + 16 * half, 0);
    s.c1_high[half] = every(table[1] + 16 * half, 8);
    s.c2_low[half] = every(table[2] + 16 * half, 0);
  }
  return s;
}

VECTOR_INLINE vector magnitude(vector v) {
  return _mm256_min_epu16(_mm256_abs_epi16(v), _mm256_set1_epi16(INT16_MAX));
}

VECTOR_INLINE vector fraction(vector magnitude) {
  return _mm256_and_si256(_mm256_slli_epi16(magnitude, 5), _mm256_set1_epi16(0x7FE0));
}

typedef struct {
  vector c0, c1, c2;
} coefficients;

/// VPSHUFB gives 0 for an index of 128 or more.
VECTOR_INLINE __m256i look_up_bytes(const __m256i tables[2], __m256i first, __m256i second) {
  return _mm256_or_si256(_mm256_shuffle_epi8(tables[0], first),
                         _mm256_shuffle_epi8(tables[1], second));
}

VECTOR_INLINE coefficients look_up(const segments *segments, vector magnitude) {
  const __m256i segment = _mm256_srli_epi16(magnitude, 10);
  // Indices for the lower byte, then for the upper one; the other byte's index is 128 or more.
  // Segments 16...31 come to 128 or more if 0x70 is added, segments 0...15 if 0xF0 is.
  const __m256i low_0 = _mm256_add_epi16(segment, _mm256_set1_epi16((int16_t)0x8070));
  const __m256i low_1 = _mm256_add_epi16(segment, _mm256_set1_epi16((int16_t)0x80F0));
  const __m256i upper = _mm256_slli_epi16(segment, 8);
  const __m256i high_0 = _mm256_add_epi16(upper, _mm256_set1_epi16((int16_t)0x7080));
  const __m256i high_1 = _mm256_add_epi16(upper, _mm256_set1_epi16((int16_t)0xF080));
  return (coefficients){
      _mm256_or_si256(look_up_bytes(segments->c0_low, low_0, low_1),
                      look_up_bytes(segments->c0_high, high_0, high_1)),
      _mm256_or_si256(look_up_bytes(segments->c1_low, low_0, low_1),
                      look_up_bytes(segments->c1_high, high_0, high_1)),
      _mm256_or_si256(look_up_bytes(segments->c2_low, low_0, low_1),
                      _mm256_set1_epi16((int16_t)0xFF00)),
  };
}

/// For a sign of 0, 0, which is what tanh(0) is.
VECTOR_INLINE vector with_sign_of(vector sign, vector magnitude) {
  return _mm256_sign_epi16(magnitude, sign);
}

VECTOR_INLINE vector halfway_to_one(vector f) {
  return _mm256_add_epi16(_mm256_srai_epi16(f, 1), _mm256_set1_epi16(1 << 14));
}

// MARK: State

/// From the first order to the third.
VECTOR_INLINE vector as_gates(vector v) {
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  return _mm256_shuffle_epi8(v, order);
}

VECTOR_INLINE vector complement(vector share) {
  return _mm256_sub_epi16(_mm256_set1_epi16(INT16_MIN), share);
}

/// `a` in the first order, as comes out; the others in the third. Of each eight numbers, the even
/// ones of the third order are the first half of the first.
VECTOR_INLINE vector weighted(vector a, vector p, vector b, vector q) {
  const __m256i half = _mm256_set1_epi32(1 << 14), zero = _mm256_setzero_si256();
  const __m256i lower = _mm256_set1_epi32(0xFFFF);
  const __m256i even = _mm256_add_epi32(_mm256_madd_epi16(b, _mm256_and_si256(lower, q)),
                                        _mm256_madd_epi16(_mm256_unpacklo_epi16(a, zero), p));
  const __m256i odd = _mm256_add_epi32(_mm256_madd_epi16(b, _mm256_andnot_si256(lower, q)),
                                       _mm256_madd_epi16(_mm256_unpackhi_epi16(zero, a), p));
  return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(even, half), 15),
                            _mm256_srai_epi32(_mm256_add_epi32(odd, half), 15));
}
