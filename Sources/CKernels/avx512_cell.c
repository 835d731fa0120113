// The LSTM cell with AVX-512: 32 units at a time, the last 16 under a mask. The order of the
// numbers in registers is explained in x86.h.
//
// One short loop a stage, with the stages' results in memory: a loop that does everything for its
// units has chains so long that the processor cannot look far enough ahead to overlap them.
#include "avx512.h"

#if defined(__x86_64__)

#include "moments.h"

/// Runs the statement, which sees `n` and `mask`, for each 32 units and for the 16 that may be
/// left. (The mask is a constant in both places, and costs nothing in the first.)
#define FSC_FOR_UNITS(statement)                                                               \
  do {                                                                                         \
    int32_t n = 0;                                                                             \
    for (; n + 32 <= units; n += 32) {                                                         \
      const __mmask32 mask = UINT32_MAX;                                                       \
      statement;                                                                               \
    }                                                                                          \
    if (n < units) {                                                                           \
      const __mmask32 mask = UINT16_MAX;                                                       \
      statement;                                                                               \
    }                                                                                          \
  } while (0)

FSC_AVX512_INLINE __m512i load(__mmask32 mask, const int16_t *values) {
  return _mm512_maskz_loadu_epi16(mask, values);
}

FSC_AVX512_INLINE void store(__mmask32 mask, int16_t *values, __m512i v) {
  _mm512_mask_storeu_epi16(values, mask, v);
}

/// sums + a0 b0 + a1 b1 in each 32 bits. Compilers take the intrinsic apart into two instructions,
/// which is quicker for a chain of sums, but not here, where throughput counts.
FSC_AVX512_INLINE __m512i dot(__m512i sums, __m512i a, __m512i b) {
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

FSC_AVX512_INLINE void add(sums *s, __m512i z) {
  const __m512i ones = _mm512_set1_epi16(1);
  s->values = dot(s->values, z, ones);
  s->squares = dot(s->squares, z, z);
  s->high_squares = dot(s->high_squares, _mm512_mulhi_epi16(z, z), ones);
}

/// What the squares' upper bits leave: below 256 x 2^16 in each place, so nothing is lost.
FSC_AVX512_INLINE __m512i low_squares(const sums *s) {
  return _mm512_sub_epi32(s->squares, _mm512_slli_epi32(s->high_squares, 16));
}

FSC_AVX512_INLINE __m256i halves(__m512i v) {
  return _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
}

/// The sums of the 16 numbers of each of four registers.
FSC_AVX512_INLINE void four_sums(__m512i a, __m512i b, __m512i c, __m512i d, int32_t out[4]) {
  const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(halves(a), halves(b)),
                                          _mm256_hadd_epi32(halves(c), halves(d)));
  _mm_storeu_si128((__m128i *)out, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                 _mm256_extracti128_si256(pairs, 1)));
}

/// The moments of each gate.
FSC_AVX512_INLINE void measure_gates(const int16_t *z, const fsc_cell *cell,
                                     fsc_moments result[4]) {
  const int32_t units = cell->units;
  sums s[4] = {0};
  FSC_FOR_UNITS({
    for (int g = 0; g < 4; g++) add(&s[g], load(mask, z + g * units + n));
  });
  int32_t values[4], low[4], high[4];
  four_sums(s[0].values, s[1].values, s[2].values, s[3].values, values);
  four_sums(low_squares(&s[0]), low_squares(&s[1]), low_squares(&s[2]), low_squares(&s[3]), low);
  four_sums(s[0].high_squares, s[1].high_squares, s[2].high_squares, s[3].high_squares, high);
  for (int g = 0; g < 4; g++)
    result[g] = fsc_moments_of(values[g], ((int64_t)high[g] << 16) + low[g], units,
                               cell->gate_epsilons[g]);
}

FSC_AVX512_INLINE fsc_moments moments_of(const sums *s, int32_t units, uint32_t epsilon) {
  const int64_t high = _mm512_reduce_add_epi32(s->high_squares);
  return fsc_moments_of(_mm512_reduce_add_epi32(s->values),
                        (high << 16) + _mm512_reduce_add_epi32(low_squares(s)), units, epsilon);
}

// MARK: Layer norm

/// Normalizes, scales and biases `units` values, from the first order to the third.
FSC_AVX512_INLINE void normalize(const int16_t *z, int32_t units, fsc_moments m,
                                 const fsc_x86_norm_block *parameters, int16_t *y) {
  const __m512i mean = _mm512_set1_epi16((int16_t)m.mean);
  const __m512i half = _mm512_set1_epi32(1 << (m.shift - 1));
  const __m512i even_factor = _mm512_set1_epi32(m.factor);
  const __m512i odd_factor = _mm512_set1_epi32(m.factor << 16);
  const __m512i shift = _mm512_set1_epi32(m.shift);
  FSC_FOR_UNITS({
    const __m512i deviation = _mm512_subs_epi16(load(mask, z + n), mean);
    const __m512i u =
        _mm512_packs_epi32(_mm512_srav_epi32(dot(half, deviation, even_factor), shift),
                           _mm512_srav_epi32(dot(half, deviation, odd_factor), shift));
    const fsc_x86_norm_block *p = parameters + n / 32;
    const __m512i even =
        dot(_mm512_load_si512(p->even_biases), u, _mm512_load_si512(p->even_gains));
    const __m512i odd =
        dot(_mm512_load_si512(p->odd_biases), u, _mm512_load_si512(p->odd_gains));
    store(mask, y + n,
          _mm512_packs_epi32(_mm512_srai_epi32(even, 9), _mm512_srai_epi32(odd, 9)));
  });
}

// MARK: Activations

FSC_AVX512_INLINE __m512i tanh_half(__m512i v) {
  const __m512i c0 = _mm512_loadu_si512(fsc_tanh_half_segments[0]);
  const __m512i c1 = _mm512_loadu_si512(fsc_tanh_half_segments[1]);
  const __m512i c2 = _mm512_loadu_si512(fsc_tanh_half_segments[2]);
  const __m512i zero = _mm512_setzero_si512();
  const __mmask32 negative = _mm512_movepi16_mask(v);
  const __m512i magnitude = _mm512_min_epu16(_mm512_abs_epi16(v), _mm512_set1_epi16(INT16_MAX));
  const __m512i segment = _mm512_srli_epi16(magnitude, 10);
  const __m512i t = _mm512_and_si512(_mm512_slli_epi16(magnitude, 5), _mm512_set1_epi16(0x7FE0));
  const __m512i slope = _mm512_add_epi16(
      _mm512_permutexvar_epi16(segment, c1),
      _mm512_mulhrs_epi16(_mm512_permutexvar_epi16(segment, c2), t));
  const __m512i value =
      _mm512_add_epi16(_mm512_permutexvar_epi16(segment, c0), _mm512_mulhrs_epi16(slope, t));
  return _mm512_mask_sub_epi16(value, negative, zero, value);
}

FSC_AVX512_INLINE __m512i sigmoid(__m512i y) {
  return _mm512_add_epi16(_mm512_srai_epi16(tanh_half(y), 1), _mm512_set1_epi16(1 << 14));
}

FSC_AVX512_INLINE __m512i hyperbolic_tangent(__m512i y) {
  return tanh_half(_mm512_adds_epi16(y, y));
}

FSC_AVX512_INLINE void apply_sigmoid(int16_t *y, int32_t units) {
  FSC_FOR_UNITS(store(mask, y + n, sigmoid(load(mask, y + n))));
}

FSC_AVX512_INLINE void apply_tanh(int16_t *y, int32_t units) {
  FSC_FOR_UNITS(store(mask, y + n, hyperbolic_tangent(load(mask, y + n))));
}

// MARK: Cell

/// c = c f + i j, with the gates in the third order. Returns the sums of c.
FSC_AVX512_INLINE sums update_cell_state(const int16_t *i, const int16_t *j, const int16_t *f,
                                         int32_t units, int16_t *cell_state) {
  const __m512i half = _mm512_set1_epi32(1 << 14), zero = _mm512_setzero_si512();
  const __m512i even_scale = _mm512_set1_epi32(256), odd_scale = _mm512_set1_epi32(256 << 16);
  sums s = {0};
  FSC_FOR_UNITS({
    const __m512i update = _mm512_mulhrs_epi16(load(mask, i + n), load(mask, j + n));
    const __m512i forget = load(mask, f + n);
    const __m512i c = load(mask, cell_state + n);
    // Of each eight numbers, the even ones of the third order are the first half of the first.
    const __m512i even =
        dot(dot(half, update, even_scale), _mm512_unpacklo_epi16(c, zero), forget);
    const __m512i odd = dot(dot(half, update, odd_scale), _mm512_unpackhi_epi16(zero, c), forget);
    const __m512i next =
        _mm512_packs_epi32(_mm512_srai_epi32(even, 15), _mm512_srai_epi32(odd, 15));
    store(mask, cell_state + n, next);
    add(&s, next); // absent units are still 0
  });
  return s;
}

/// h = tanh(y) o, from the third order to the first.
FSC_AVX512_INLINE void write_hidden_state(const int16_t *y, const int16_t *o, int32_t units,
                                          int8_t *hidden_state) {
  // The lower bytes of each eight numbers, and then eight bytes of each sixteen.
  const __m512i in_order = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1));
  const __m512i gather = _mm512_setr_epi64(0, 2, 4, 6, 0, 2, 4, 6);
  const __m512i scale = _mm512_set1_epi16(127);
  FSC_FOR_UNITS({
    const __m512i h =
        _mm512_mulhrs_epi16(hyperbolic_tangent(load(mask, y + n)), load(mask, o + n));
    const __m512i bytes = _mm512_shuffle_epi8(_mm512_mulhrs_epi16(h, scale), in_order);
    _mm256_mask_storeu_epi8(hidden_state + n, mask,
                            _mm512_castsi512_si256(_mm512_permutexvar_epi64(gather, bytes)));
  });
}

/// The cell state, by the moments of the gates. Returns its own.
FSC_AVX512_INLINE fsc_moments step_cell_state(const fsc_cell *cell, const fsc_moments gates[4],
                                              int16_t *z, int16_t *cell_state) {
  const int32_t units = cell->units;
  int16_t *const i = z, *const j = i + units, *const f = j + units, *const o = f + units;
  const fsc_x86_norm_block *parameters = cell->packed;
  for (int g = 0; g < 4; g++, parameters += fsc_x86_norm_blocks(units))
    normalize(z + g * units, units, gates[g], parameters, z + g * units);
  apply_sigmoid(i, units);
  apply_tanh(j, units);
  apply_sigmoid(f, units);
  apply_sigmoid(o, units);
  const sums s = update_cell_state(i, j, f, units, cell_state);
  return moments_of(&s, units, cell->cell_epsilon);
}

/// The hidden state, by the cell state and its moments.
FSC_AVX512_INLINE void step_hidden_state(const fsc_cell *cell, fsc_moments moments, int16_t *z,
                                         const int16_t *cell_state, int8_t *hidden_state) {
  const int32_t units = cell->units;
  const fsc_x86_norm_block *parameters = cell->packed;
  int16_t *const y = z, *const o = z + 3 * units; // the input gate is spent
  normalize(cell_state, units, moments, parameters + 4 * fsc_x86_norm_blocks(units), y);
  write_hidden_state(y, o, units, hidden_state);
}

FSC_AVX512
void fsc_avx512_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  if (lanes.count == 0) return;
  // Moments are a long chain of few instructions: while one lane's are made, there are the other's
  // numbers to work on.
  fsc_moments gates[4];
  measure_gates(lanes.z, cell, gates);
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes)) {
    const fsc_moments moments = step_cell_state(cell, gates, lanes.z, lanes.cell_states);
    if (lanes.count > 1) measure_gates(lanes.z + lanes.z_stride, cell, gates);
    step_hidden_state(cell, moments, lanes.z, lanes.cell_states, lanes.hidden_states);
  }
}

#endif
