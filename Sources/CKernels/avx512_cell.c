// The LSTM cell with AVX-512: 32 units at a time, the last 16 under a mask.
#include "avx512.h"

#if defined(__x86_64__)

#include "moments.h"

// MARK: Moments

/// Sums of a vector's values and of their squares.
typedef struct {
  __m512i values;       // 32-bit sums
  __m512i squares;      // 64-bit sums of pairs of 32-bit sums, modulo 2^64
  __m512i high_squares; // 64-bit sums of the upper of each pair
} sums;

/// z^2 + z^2 is at most 2^31: unsigned 32 bits hold one pair, but no sum of pairs.
FSC_AVX512_INLINE void add(sums *s, __m512i z) {
  s->values = _mm512_dpwssd_epi32(s->values, z, _mm512_set1_epi16(1));
  const __m512i squares = _mm512_madd_epi16(z, z);
  s->squares = _mm512_add_epi64(s->squares, squares);
  s->high_squares = _mm512_add_epi64(s->high_squares, _mm512_srli_epi64(squares, 32));
}

FSC_AVX512_INLINE fsc_moments finish(const sums *s, int32_t count, uint32_t epsilon) {
  const __m512i lower = _mm512_sub_epi64(s->squares, _mm512_slli_epi64(s->high_squares, 32));
  const int64_t squares = _mm512_reduce_add_epi64(_mm512_add_epi64(lower, s->high_squares));
  return fsc_moments_of(_mm512_reduce_add_epi32(s->values), squares, count, epsilon);
}

// MARK: Layer norm

/// A layer norm, ready to be applied.
typedef struct {
  __m512i mean;
  __m512i rounding_unit; // with `factors`: deviation x factor + unit x (rounding term / unit)
  __m512i factors;
  __m128i shift;
} norm;

FSC_AVX512_INLINE norm prepare(fsc_moments m) {
  const int32_t half = 1 << (m.shift - 1); // 2^3...2^19: the unit brings it below 2^15
  const int32_t unit = m.shift > 15 ? 32 : 1;
  return (norm){
      .mean = _mm512_set1_epi16((int16_t)m.mean),
      .rounding_unit = _mm512_set1_epi16((int16_t)unit),
      .factors = _mm512_set1_epi32(half / unit << 16 | m.factor),
      .shift = _mm_cvtsi32_si128(m.shift),
  };
}

FSC_AVX512_INLINE __m512i normalize(const norm *n, __m512i z, __m512i gains, __m512i biases) {
  const __m512i deviation = _mm512_subs_epi16(z, n->mean);
  const __m512i low = _mm512_unpacklo_epi16(deviation, n->rounding_unit);
  const __m512i high = _mm512_unpackhi_epi16(deviation, n->rounding_unit);
  const __m512i u =
      _mm512_packs_epi32(_mm512_sra_epi32(_mm512_madd_epi16(low, n->factors), n->shift),
                         _mm512_sra_epi32(_mm512_madd_epi16(high, n->factors), n->shift));
  const __m512i half = _mm512_set1_epi32(256), scale = _mm512_set1_epi16(512);
  const __m512i y_low = _mm512_dpwssd_epi32(half, _mm512_unpacklo_epi16(u, biases),
                                            _mm512_unpacklo_epi16(gains, scale));
  const __m512i y_high = _mm512_dpwssd_epi32(half, _mm512_unpackhi_epi16(u, biases),
                                             _mm512_unpackhi_epi16(gains, scale));
  return _mm512_packs_epi32(_mm512_srai_epi32(y_low, 9), _mm512_srai_epi32(y_high, 9));
}

// MARK: Activations

FSC_AVX512_INLINE __m512i tanh_half(__m512i v) {
  const __m512i c0 = _mm512_loadu_si512(fsc_tanh_half_segments[0]);
  const __m512i c1 = _mm512_loadu_si512(fsc_tanh_half_segments[1]);
  const __m512i c2 = _mm512_loadu_si512(fsc_tanh_half_segments[2]);
  const __m512i magnitude = _mm512_min_epu16(_mm512_abs_epi16(v), _mm512_set1_epi16(INT16_MAX));
  const __m512i segment = _mm512_srli_epi16(magnitude, 10);
  const __m512i t = _mm512_and_si512(_mm512_slli_epi16(magnitude, 5), _mm512_set1_epi16(0x7FE0));
  const __m512i slope = _mm512_add_epi16(
      _mm512_permutexvar_epi16(segment, c1),
      _mm512_mulhrs_epi16(_mm512_permutexvar_epi16(segment, c2), t));
  const __m512i value =
      _mm512_add_epi16(_mm512_permutexvar_epi16(segment, c0), _mm512_mulhrs_epi16(slope, t));
  return _mm512_mask_sub_epi16(value, _mm512_movepi16_mask(v), _mm512_setzero_si512(), value);
}

FSC_AVX512_INLINE __m512i sigmoid(__m512i y) {
  return _mm512_add_epi16(_mm512_srai_epi16(tanh_half(y), 1), _mm512_set1_epi16(1 << 14));
}

FSC_AVX512_INLINE __m512i hyperbolic_tangent(__m512i y) {
  return tanh_half(_mm512_adds_epi16(y, y));
}

// MARK: Cell

/// One gate of a cell: its pre-activations, its layer norm, and that one's parameters.
typedef struct {
  const int16_t *z;
  const int16_t *gains;
  const int16_t *biases;
  norm norm;
} gate;

FSC_AVX512_INLINE __m512i normalize_gate(const gate *g, int32_t n, __mmask32 mask) {
  return normalize(&g->norm, _mm512_maskz_loadu_epi16(mask, g->z + n),
                   _mm512_maskz_loadu_epi16(mask, g->gains + n),
                   _mm512_maskz_loadu_epi16(mask, g->biases + n));
}

/// c = c sigmoid(f) + sigmoid(i) tanh(j)
FSC_AVX512_INLINE void update_cell_state(const gate *gates, int32_t n, __mmask32 mask,
                                         int16_t *cell_state, sums *s) {
  const __m512i i = sigmoid(normalize_gate(&gates[0], n, mask));
  const __m512i j = hyperbolic_tangent(normalize_gate(&gates[1], n, mask));
  const __m512i f = sigmoid(normalize_gate(&gates[2], n, mask));
  const __m512i update = _mm512_mulhrs_epi16(i, j);
  const __m512i c = _mm512_maskz_loadu_epi16(mask, cell_state + n);
  const __m512i half = _mm512_set1_epi32(1 << 14), scale = _mm512_set1_epi16(256);
  const __m512i low = _mm512_dpwssd_epi32(half, _mm512_unpacklo_epi16(c, update),
                                          _mm512_unpacklo_epi16(f, scale));
  const __m512i high = _mm512_dpwssd_epi32(half, _mm512_unpackhi_epi16(c, update),
                                           _mm512_unpackhi_epi16(f, scale));
  // The mask keeps what the biases made of absent units out of the sums.
  const __m512i next = _mm512_maskz_mov_epi16(
      mask, _mm512_packs_epi32(_mm512_srai_epi32(low, 15), _mm512_srai_epi32(high, 15)));
  _mm512_mask_storeu_epi16(cell_state + n, mask, next);
  add(s, next);
}

/// h = tanh(LN(c)) sigmoid(o)
FSC_AVX512_INLINE void write_hidden_state(const gate *c, const gate *o, int32_t n,
                                          __mmask32 mask, int8_t *hidden_state) {
  const __m512i h = _mm512_mulhrs_epi16(hyperbolic_tangent(normalize_gate(c, n, mask)),
                                        sigmoid(normalize_gate(o, n, mask)));
  _mm256_mask_storeu_epi8(hidden_state + n, mask,
                          _mm512_cvtepi16_epi8(_mm512_mulhrs_epi16(h, _mm512_set1_epi16(127))));
}

FSC_AVX512
void fsc_avx512_step_cell(const fsc_cell *cell, int16_t *z, int16_t *cell_state,
                          int8_t *hidden_state) {
  const __mmask32 all = UINT32_MAX, first_half = UINT16_MAX;
  const int32_t units = cell->units, whole = units & ~31;
  sums s[4] = {0};
  for (int32_t n = 0; n < whole; n += 32)
    for (int g = 0; g < 4; g++) add(&s[g], _mm512_loadu_si512(z + g * units + n));
  if (whole < units)
    for (int g = 0; g < 4; g++)
      add(&s[g], _mm512_maskz_loadu_epi16(first_half, z + g * units + whole));
  gate gates[4];
  for (int g = 0; g < 4; g++)
    gates[g] = (gate){
        .z = z + g * units,
        .gains = cell->gate_gains + g * units,
        .biases = cell->gate_biases + g * units,
        .norm = prepare(finish(&s[g], units, cell->gate_epsilons[g])),
    };
  sums c = {0};
  for (int32_t n = 0; n < whole; n += 32) update_cell_state(gates, n, all, cell_state, &c);
  if (whole < units) update_cell_state(gates, whole, first_half, cell_state, &c);
  const gate state = {
      .z = cell_state,
      .gains = cell->cell_gains,
      .biases = cell->cell_biases,
      .norm = prepare(finish(&c, units, cell->cell_epsilon)),
  };
  for (int32_t n = 0; n < whole; n += 32)
    write_hidden_state(&state, &gates[3], n, all, hidden_state);
  if (whole < units) write_hidden_state(&state, &gates[3], whole, first_half, hidden_state);
}

#endif
