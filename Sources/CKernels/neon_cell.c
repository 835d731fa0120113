// Layer norm, gates and cell step, 16 units at a time.
//
// Two passes over the units, as the second layer norm needs the whole cell state: the first
// makes it from the gates i, j and f; the second makes the hidden state from it and the gate o.
// Normalized gates never go back to memory.
#include "moments.h"
#include "neon.h"

#if defined(__aarch64__)

#include <arm_neon.h>

// MARK: Layer norm

/// Running sums of values and of their squares.
typedef struct {
  int32x4_t sum;
  uint64x2_t squares;
} sums;

FSC_NEON_INLINE sums no_sums(void) { return (sums){vdupq_n_s32(0), vdupq_n_u64(0)}; }

FSC_NEON_INLINE sums add(sums s, int16x8_t z) {
  const uint32x4_t low = vreinterpretq_u32_s32(vmull_s16(vget_low_s16(z), vget_low_s16(z)));
  const uint32x4_t high = vreinterpretq_u32_s32(vmull_high_s16(z, z));
  // Two squares are at most 2^31, which fits without a sign.
  return (sums){vpadalq_s16(s.sum, z), vpadalq_u32(s.squares, vaddq_u32(low, high))};
}

/// The constants that normalize one vector.
typedef struct {
  int16x8_t mean;
  int16x8_t factor;
  int32x4_t shift; // negative: to the right
} moments;

/// As the definition's `Moments`.
FSC_NEON_INLINE moments measure(sums s, int32_t count, uint32_t epsilon) {
  const fsc_moments m = fsc_moments_of(vaddvq_s32(s.sum), (int64_t)vaddvq_u64(s.squares),
                                       count, epsilon);
  return (moments){
      .mean = vdupq_n_s16((int16_t)m.mean),
      .factor = vdupq_n_s16((int16_t)m.factor),
      .shift = vdupq_n_s32(-m.shift), // SRSHL shifts to the left
  };
}

/// Eight values: LN(z) x gain + bias. No sum reaches 2^31, and SRSHL, SQXTN and SQRSHRN are the
/// definition's rounding shifts and saturations.
FSC_NEON_INLINE int16x8_t normalize(int16x8_t z, const moments *m, const int16_t *gains,
                                        const int16_t *biases) {
  const int16x8_t gain = vld1q_s16(gains), bias = vld1q_s16(biases);
  const int16x8_t deviation = vqsubq_s16(z, m->mean);
  const int32x4_t low = vmull_s16(vget_low_s16(deviation), vget_low_s16(m->factor));
  const int32x4_t high = vmull_high_s16(deviation, m->factor);
  const int16x4_t narrow = vqmovn_s32(vrshlq_s32(low, m->shift));
  const int16x8_t u = vqmovn_high_s32(narrow, vrshlq_s32(high, m->shift));
  const int32x4_t y_low =
      vmlal_s16(vshll_n_s16(vget_low_s16(bias), 9), vget_low_s16(u), vget_low_s16(gain));
  const int32x4_t y_high = vmlal_high_s16(vshll_high_n_s16(bias, 9), u, gain);
  return vqrshrn_high_n_s32(vqrshrn_n_s32(y_low, 9), y_high, 9);
}

FSC_NEON_INLINE int16x8x2_t normalize_16(const int16_t *z, const moments *m,
                                             const int16_t *gains, const int16_t *biases) {
  return (int16x8x2_t){{normalize(vld1q_s16(z), m, gains, biases),
                        normalize(vld1q_s16(z + 8), m, gains + 8, biases + 8)}};
}

// MARK: Activations

/// The 32 segments of tanh(v / 2), a byte at a time, in registers: a look-up of 32 bytes takes
/// two, and answers for 16 values. All c2 are in -256...-1: their high byte is 255.
typedef struct {
  uint8x16x2_t c0_low, c0_high, c1_low, c1_high, c2_low;
} segments;

FSC_NEON_INLINE void load_bytes(const int16_t table[32], uint8x16x2_t *low,
                                    uint8x16x2_t *high) {
  const uint8x16x2_t first = vld2q_u8((const uint8_t *)table);
  const uint8x16x2_t second = vld2q_u8((const uint8_t *)(table + 16));
  *low = (uint8x16x2_t){{first.val[0], second.val[0]}};
  *high = (uint8x16x2_t){{first.val[1], second.val[1]}};
}

FSC_NEON_INLINE segments load_segments(void) {
  segments s;
  uint8x16x2_t c2_high;
  load_bytes(fsc_tanh_half_segments[0], &s.c0_low, &s.c0_high);
  load_bytes(fsc_tanh_half_segments[1], &s.c1_low, &s.c1_high);
  load_bytes(fsc_tanh_half_segments[2], &s.c2_low, &c2_high);
  return s;
}

/// (c0 + (c1 + c2 t) t) with the sign of v. SQRDMLAH adds the definition's `multiplyHigh`.
FSC_NEON_INLINE int16x8_t evaluate(int16x8_t v, int16x8_t magnitude, uint8x16_t c0,
                                       uint8x16_t c1, uint8x16_t c2) {
  const int16x8_t t = vandq_s16(vshlq_n_s16(magnitude, 5), vdupq_n_s16(32767));
  const int16x8_t slope =
      vqrdmlahq_s16(vreinterpretq_s16_u8(c1), vreinterpretq_s16_u8(c2), t);
  const int16x8_t value = vqrdmlahq_s16(vreinterpretq_s16_u8(c0), slope, t);
  const int16x8_t sign = vshrq_n_s16(v, 15);
  return vsubq_s16(veorq_s16(value, sign), sign);
}

/// tanh(v / 2) in Q15 of 16 values in Q12.
FSC_NEON_INLINE int16x8x2_t tanh_half(int16x8x2_t v, const segments *s) {
  const int16x8_t a = vqabsq_s16(v.val[0]), b = vqabsq_s16(v.val[1]);
  // The segment is the top five of the magnitude's 15 bits: its high byte, without two bits.
  const uint8x16_t high = vuzp2q_u8(vreinterpretq_u8_s16(a), vreinterpretq_u8_s16(b));
  const uint8x16_t segment = vshrq_n_u8(high, 2), ones = vdupq_n_u8(255);
  const uint8x16_t c0_low = vqtbl2q_u8(s->c0_low, segment);
  const uint8x16_t c0_high = vqtbl2q_u8(s->c0_high, segment);
  const uint8x16_t c1_low = vqtbl2q_u8(s->c1_low, segment);
  const uint8x16_t c1_high = vqtbl2q_u8(s->c1_high, segment);
  const uint8x16_t c2_low = vqtbl2q_u8(s->c2_low, segment);
  return (int16x8x2_t){{
      evaluate(v.val[0], a, vzip1q_u8(c0_low, c0_high), vzip1q_u8(c1_low, c1_high),
               vzip1q_u8(c2_low, ones)),
      evaluate(v.val[1], b, vzip2q_u8(c0_low, c0_high), vzip2q_u8(c1_low, c1_high),
               vzip2q_u8(c2_low, ones)),
  }};
}

FSC_NEON_INLINE int16x8x2_t sigmoid(int16x8x2_t y, const segments *s) {
  const int16x8x2_t f = tanh_half(y, s);
  const int16x8_t half = vdupq_n_s16(1 << 14);
  return (int16x8x2_t){{vsraq_n_s16(half, f.val[0], 1), vsraq_n_s16(half, f.val[1], 1)}};
}

FSC_NEON_INLINE int16x8x2_t hyperbolic_tangent(int16x8x2_t y, const segments *s) {
  const int16x8x2_t doubled = {{vqaddq_s16(y.val[0], y.val[0]),
                                vqaddq_s16(y.val[1], y.val[1])}};
  return tanh_half(doubled, s);
}

// MARK: Cell

/// c sigmoid(f) + sigmoid(i) tanh(j) of eight units, in Q8.
FSC_NEON_INLINE int16x8_t next_state(int16x8_t c, int16x8_t forget, int16x8_t input,
                                         int16x8_t candidate) {
  const int16x8_t update = vqrdmulhq_s16(input, candidate);
  const int32x4_t low = vmlal_s16(vshll_n_s16(vget_low_s16(update), 8), vget_low_s16(c),
                                  vget_low_s16(forget));
  const int32x4_t high = vmlal_high_s16(vshll_high_n_s16(update, 8), c, forget);
  return vqrshrn_high_n_s32(vqrshrn_n_s32(low, 15), high, 15);
}

FSC_NEON
static void step_lane(const fsc_cell *cell, int16_t *z, int16_t *cell_state,
                      int8_t *hidden_state) {
  const int32_t units = cell->units;
  const segments table = load_segments();

  sums gate_sums[4] = {no_sums(), no_sums(), no_sums(), no_sums()};
  for (int32_t n = 0; n < units; n += 8)
    for (int32_t gate = 0; gate < 4; gate++)
      gate_sums[gate] = add(gate_sums[gate], vld1q_s16(z + gate * units + n));
  moments m[4];
  for (int32_t gate = 0; gate < 4; gate++)
    m[gate] = measure(gate_sums[gate], units, cell->gate_epsilons[gate]);

  const int16_t *i = z, *j = z + units, *f = z + 2 * units, *o = z + 3 * units;
  const int16_t *gains = cell->gate_gains, *biases = cell->gate_biases;
  sums cell_sums = no_sums();
  for (int32_t n = 0; n < units; n += 16) {
    const int16x8x2_t input =
        sigmoid(normalize_16(i + n, &m[0], gains + n, biases + n), &table);
    const int16x8x2_t candidate = hyperbolic_tangent(
        normalize_16(j + n, &m[1], gains + units + n, biases + units + n), &table);
    const int16x8x2_t forget = sigmoid(
        normalize_16(f + n, &m[2], gains + 2 * units + n, biases + 2 * units + n), &table);
    for (int32_t half = 0; half < 2; half++) {
      int16_t *state = cell_state + n + 8 * half;
      const int16x8_t c = next_state(vld1q_s16(state), forget.val[half], input.val[half],
                                     candidate.val[half]);
      vst1q_s16(state, c);
      cell_sums = add(cell_sums, c);
    }
  }

  const moments cell_moments = measure(cell_sums, units, cell->cell_epsilon);
  for (int32_t n = 0; n < units; n += 16) {
    const int16x8x2_t squashed = hyperbolic_tangent(
        normalize_16(cell_state + n, &cell_moments, cell->cell_gains + n,
                     cell->cell_biases + n),
        &table);
    const int16x8x2_t output = sigmoid(
        normalize_16(o + n, &m[3], gains + 3 * units + n, biases + 3 * units + n), &table);
    const int16x8_t a =
        vqrdmulhq_n_s16(vqrdmulhq_s16(squashed.val[0], output.val[0]), 127);
    const int16x8_t b =
        vqrdmulhq_n_s16(vqrdmulhq_s16(squashed.val[1], output.val[1]), 127);
    vst1q_s8(hidden_state + n, vmovn_high_s16(vmovn_s16(a), b));
  }
}

FSC_NEON
void fsc_neon_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes))
    step_lane(cell, lanes.z, lanes.cell_states, lanes.hidden_states);
}

#endif
