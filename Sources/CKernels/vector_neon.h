// Vectors of 16 units for cell.h, in NEON: pairs of registers, as a look-up answers for 16 values.
#include "moments.h"
#include "neon.h"

#include <arm_neon.h>

#define VECTOR_INLINE FSC_NEON_INLINE
enum { VECTOR_UNITS = 16 };
typedef int16x8x2_t vector;
typedef int vector_part;
#define WHOLE_VECTOR 0
#define FIRST_16 0

/// The vector of an expression in both registers, `r` being 0 and 1.
#define BOTH(expression)                                                                       \
  ({                                                                                           \
    vector result;                                                                             \
    for (int r = 0; r < 2; r++) result.val[r] = (expression);                                  \
    result;                                                                                    \
  })

VECTOR_INLINE vector load(const int16_t *values, vector_part) {
  return BOTH(vld1q_s16(values + 8 * r));
}

VECTOR_INLINE void store(int16_t *values, vector v, vector_part) {
  for (int r = 0; r < 2; r++) vst1q_s16(values + 8 * r, v.val[r]);
}

VECTOR_INLINE void store_bytes(int8_t *values, vector v, vector_part) {
  vst1q_s8(values, vmovn_high_s16(vmovn_s16(v.val[0]), v.val[1]));
}

VECTOR_INLINE vector all(int16_t value) { return BOTH(vdupq_n_s16(value)); }

VECTOR_INLINE vector add_saturated(vector a, vector b) {
  return BOTH(vqaddq_s16(a.val[r], b.val[r]));
}

VECTOR_INLINE vector subtract_saturated(vector a, vector b) {
  return BOTH(vqsubq_s16(a.val[r], b.val[r]));
}

VECTOR_INLINE vector minimum(vector a, vector b) {
  return BOTH(vminq_s16(a.val[r], b.val[r]));
}

VECTOR_INLINE vector multiply_high(vector a, vector b) {
  return BOTH(vqrdmulhq_s16(a.val[r], b.val[r]));
}

/// Nothing here is large enough for SQRDMLAH to saturate.
VECTOR_INLINE vector multiply_add_high(vector a, vector b, vector c) {
  return BOTH(vqrdmlahq_s16(a.val[r], b.val[r], c.val[r]));
}

// MARK: Moments

typedef struct {
  int32x4_t values;
  uint64x2_t squares;
} sums;

VECTOR_INLINE sums add_to(sums s, vector v) {
  for (int r = 0; r < 2; r++) {
    const int16x8_t z = v.val[r];
    const uint32x4_t low = vreinterpretq_u32_s32(vmull_s16(vget_low_s16(z), vget_low_s16(z)));
    const uint32x4_t high = vreinterpretq_u32_s32(vmull_high_s16(z, z));
    s.values = vpadalq_s16(s.values, z);
    // Two squares are at most 2^31, which fits without a sign.
    s.squares = vpadalq_u32(s.squares, vaddq_u32(low, high));
  }
  return s;
}

VECTOR_INLINE void total(const sums *s, int count, int32_t *values, int64_t *squares) {
  for (int n = 0; n < count; n++) {
    values[n] = vaddvq_s32(s[n].values);
    squares[n] = (int64_t)vaddvq_u64(s[n].squares);
  }
}

// MARK: Layer norm. No sum reaches 2^31, and SRSHL, SQXTN and SQRSHRN are the definition's rounding
// shifts and saturations.

typedef struct {
  int16x8_t mean, factor;
  int32x4_t shift; // negative: SRSHL shifts to the left
} scale;

VECTOR_INLINE scale scale_of(fsc_moments m) {
  return (scale){vdupq_n_s16((int16_t)m.mean), vdupq_n_s16((int16_t)m.factor),
                 vdupq_n_s32(-m.shift)};
}

FSC_NEON_INLINE int16x8_t scaled_8(int16x8_t z, const scale *s) {
  const int16x8_t deviation = vqsubq_s16(z, s->mean);
  const int32x4_t low = vmull_s16(vget_low_s16(deviation), vget_low_s16(s->factor));
  const int32x4_t high = vmull_high_s16(deviation, s->factor);
  return vqmovn_high_s32(vqmovn_s32(vrshlq_s32(low, s->shift)), vrshlq_s32(high, s->shift));
}

VECTOR_INLINE vector scaled(vector z, const scale *s) { return BOTH(scaled_8(z.val[r], s)); }

typedef fsc_norm norm;
#define norm_of fsc_norm_of

FSC_NEON_INLINE int16x8_t apply_norm_8(int16x8_t u, int16x8_t gain, int16x8_t bias) {
  const int32x4_t low =
      vmlal_s16(vshll_n_s16(vget_low_s16(bias), 9), vget_low_s16(u), vget_low_s16(gain));
  const int32x4_t high = vmlal_high_s16(vshll_high_n_s16(bias, 9), u, gain);
  return vqrshrn_high_n_s32(vqrshrn_n_s32(low, 9), high, 9);
}

VECTOR_INLINE vector apply_norm(vector u, norm norm, int32_t n) {
  return BOTH(apply_norm_8(u.val[r], vld1q_s16(norm.gains + n + 8 * r),
                           vld1q_s16(norm.biases + n + 8 * r)));
}

// MARK: Activations

/// A table of 32 segments, a byte at a time, in registers: a look-up of 32 bytes takes
/// two, and answers for 16 values. All c2 are in -256...-1: their high byte is 255.
typedef struct {
  uint8x16x2_t c0_low, c0_high, c1_low, c1_high, c2_low;
} segments;

VECTOR_INLINE void load_bytes(const int16_t table[32], uint8x16x2_t *low, uint8x16x2_t *high) {
  const uint8x16x2_t first = vld2q_u8((const uint8_t *)table);
  const uint8x16x2_t second = vld2q_u8((const uint8_t *)(table + 16));
  *low = (uint8x16x2_t){{first.val[0], second.val[0]}};
  *high = (uint8x16x2_t){{first.val[1], second.val[1]}};
}

VECTOR_INLINE segments load_segments(const int16_t table[3][32]) {
  segments s;
  uint8x16x2_t c2_high;
  load_bytes(table[0], &s.c0_low, &s.c0_high);
  load_bytes(table[1], &s.c1_low, &s.c1_high);
  load_bytes(table[2], &s.c2_low, &c2_high);
  return s;
}

VECTOR_INLINE vector magnitude(vector v) { return BOTH(vqabsq_s16(v.val[r])); }

VECTOR_INLINE vector fraction(vector magnitude) {
  return BOTH(vandq_s16(vshlq_n_s16(magnitude.val[r], 5), vdupq_n_s16(32767)));
}

typedef struct {
  vector c0, c1, c2;
} coefficients;

VECTOR_INLINE vector join_bytes(uint8x16_t low, uint8x16_t high) {
  return (vector){{vreinterpretq_s16_u8(vzip1q_u8(low, high)),
                   vreinterpretq_s16_u8(vzip2q_u8(low, high))}};
}

VECTOR_INLINE coefficients look_up(const segments *s, vector magnitude) {
  // The segment is the top five of the magnitude's 15 bits: its high byte, without two bits.
  const uint8x16_t segment =
      vshrq_n_u8(vuzp2q_u8(vreinterpretq_u8_s16(magnitude.val[0]),
                           vreinterpretq_u8_s16(magnitude.val[1])),
                 2);
  return (coefficients){
      join_bytes(vqtbl2q_u8(s->c0_low, segment), vqtbl2q_u8(s->c0_high, segment)),
      join_bytes(vqtbl2q_u8(s->c1_low, segment), vqtbl2q_u8(s->c1_high, segment)),
      join_bytes(vqtbl2q_u8(s->c2_low, segment), vdupq_n_u8(255)),
  };
}

FSC_NEON_INLINE int16x8_t with_sign_of_8(int16x8_t sign, int16x8_t magnitude) {
  const int16x8_t ones = vshrq_n_s16(sign, 15); // if negative
  return vsubq_s16(veorq_s16(magnitude, ones), ones);
}

VECTOR_INLINE vector with_sign_of(vector sign, vector magnitude) {
  return BOTH(with_sign_of_8(sign.val[r], magnitude.val[r]));
}

VECTOR_INLINE vector halfway_to_one(vector f) {
  return BOTH(vsraq_n_s16(vdupq_n_s16(1 << 14), f.val[r], 1));
}

// MARK: State

VECTOR_INLINE vector as_gates(vector v) { return v; }

VECTOR_INLINE vector complement(vector share) {
  return BOTH(vsubq_s16(vdupq_n_s16(INT16_MIN), share.val[r]));
}

FSC_NEON_INLINE int16x8_t weighted_8(int16x8_t a, int16x8_t p, int16x8_t b, int16x8_t q) {
  const int32x4_t low = vmlal_s16(vmull_s16(vget_low_s16(a), vget_low_s16(p)), vget_low_s16(b),
                                  vget_low_s16(q));
  const int32x4_t high = vmlal_high_s16(vmull_high_s16(a, p), b, q);
  return vqrshrn_high_n_s32(vqrshrn_n_s32(low, 15), high, 15);
}

VECTOR_INLINE vector weighted(vector a, vector p, vector b, vector q) {
  return BOTH(weighted_8(a.val[r], p.val[r], b.val[r], q.val[r]));
}
