// The LSTM cell with AVX2, 16 units at a time. The order of the numbers in registers is explained
// in x86.h, and why each stage is a loop of its own in avx512_cell.c.
#include "avx2.h"

#if defined(__x86_64__)

#include "moments.h"

// MARK: Moments

/// Sums over a vector's values, in each of 8 places: of 512 values there at most.
typedef struct {
  __m256i values;
  __m256i squares;      // modulo 2^32
  __m256i high_squares; // of the squares' upper 16 bits
} sums;

FSC_AVX2_INLINE void add(sums *s, __m256i z) {
  const __m256i ones = _mm256_set1_epi16(1);
  s->values = _mm256_add_epi32(s->values, _mm256_madd_epi16(z, ones));
  s->squares = _mm256_add_epi32(s->squares, _mm256_madd_epi16(z, z));
  s->high_squares = _mm256_add_epi32(s->high_squares,
                                     _mm256_madd_epi16(_mm256_mulhi_epi16(z, z), ones));
}

FSC_AVX2_INLINE fsc_moments moments_of(const sums *s, int32_t units, uint32_t epsilon) {
  // What the squares' upper bits leave: below 512 x 2^16 in each place, so nothing is lost.
  const __m256i low = _mm256_sub_epi32(s->squares, _mm256_slli_epi32(s->high_squares, 16));
  const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(s->values, low),
                                          _mm256_hadd_epi32(s->high_squares, s->high_squares));
  int32_t totals[4];
  _mm_storeu_si128((__m128i *)totals, _mm_add_epi32(_mm256_castsi256_si128(pairs),
                                                    _mm256_extracti128_si256(pairs, 1)));
  return fsc_moments_of(totals[0], ((int64_t)totals[2] << 16) + totals[1], units, epsilon);
}

FSC_AVX2_INLINE fsc_moments measure(const int16_t *z, int32_t units, uint32_t epsilon) {
  sums s = {0};
  for (int32_t n = 0; n < units; n += 16) add(&s, fsc_avx2_load(z + n));
  return moments_of(&s, units, epsilon);
}

// MARK: Layer norm

/// Normalizes, scales and biases `units` values, from the first order to the third.
FSC_AVX2_INLINE void normalize(const int16_t *z, int32_t units, fsc_moments m,
                               const fsc_x86_norm_block *parameters, int16_t *y) {
  const __m256i mean = _mm256_set1_epi16((int16_t)m.mean);
  const __m256i half = _mm256_set1_epi32(1 << (m.shift - 1));
  const __m256i even_factor = _mm256_set1_epi32(m.factor);
  const __m256i odd_factor = _mm256_set1_epi32(m.factor << 16);
  const __m128i shift = _mm_cvtsi32_si128(m.shift);
  for (int32_t n = 0; n < units; n += 16) {
    const __m256i deviation = _mm256_subs_epi16(fsc_avx2_load(z + n), mean);
    const __m256i u_even = _mm256_add_epi32(_mm256_madd_epi16(deviation, even_factor), half);
    const __m256i u_odd = _mm256_add_epi32(_mm256_madd_epi16(deviation, odd_factor), half);
    const __m256i u =
        _mm256_packs_epi32(_mm256_sra_epi32(u_even, shift), _mm256_sra_epi32(u_odd, shift));
    const fsc_x86_norm_block *p = parameters + n / 32;
    const int32_t at = n % 32 / 2;
    const __m256i even = _mm256_madd_epi16(u, fsc_avx2_load(p->even_gains + at));
    const __m256i odd = _mm256_madd_epi16(u, fsc_avx2_load(p->odd_gains + at));
    const __m256i y_even = _mm256_add_epi32(even, fsc_avx2_load(p->even_biases + at));
    const __m256i y_odd = _mm256_add_epi32(odd, fsc_avx2_load(p->odd_biases + at));
    fsc_avx2_store(
        y + n, _mm256_packs_epi32(_mm256_srai_epi32(y_even, 9), _mm256_srai_epi32(y_odd, 9)));
  }
}

// MARK: Activations

/// The bytes of the 32 segments' coefficients, for VPSHUFB: of the first 16 segments and of the
/// others. The upper bytes of the last coefficient, -197...-1, are all 0xFF.
typedef struct {
  __m256i c0_low[2], c0_high[2];
  __m256i c1_low[2], c1_high[2];
  __m256i c2_low[2];
} segment_tables;

FSC_AVX2_INLINE __m256i every(const int16_t *values, int shift) {
  uint8_t bytes[16];
  for (int n = 0; n < 16; n++) bytes[n] = (uint8_t)((uint16_t)values[n] >> shift);
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

FSC_AVX2_INLINE segment_tables make_tables(void) {
  segment_tables t;
  for (int half = 0; half < 2; half++) {
    t.c0_low[half] = every(fsc_tanh_half_segments[0] + 16 * half, 0);
    t.c0_high[half] = every(fsc_tanh_half_segments[0] + 16 * half, 8);
    t.c1_low[half] = every(fsc_tanh_half_segments[1] + 16 * half, 0);
    t.c1_high[half] = every(fsc_tanh_half_segments[1] + 16 * half, 8);
    t.c2_low[half] = every(fsc_tanh_half_segments[2] + 16 * half, 0);
  }
  return t;
}

/// VPSHUFB gives 0 for an index of 128 or more.
FSC_AVX2_INLINE __m256i look_up(const __m256i tables[2], __m256i first, __m256i second) {
  return _mm256_or_si256(_mm256_shuffle_epi8(tables[0], first),
                         _mm256_shuffle_epi8(tables[1], second));
}

FSC_AVX2_INLINE __m256i tanh_half(__m256i v, const segment_tables *tables) {
  const __m256i magnitude = _mm256_min_epu16(_mm256_abs_epi16(v), _mm256_set1_epi16(INT16_MAX));
  const __m256i segment = _mm256_srli_epi16(magnitude, 10);
  const __m256i t = _mm256_and_si256(_mm256_slli_epi16(magnitude, 5), _mm256_set1_epi16(0x7FE0));
  // Indices for the lower byte, then for the upper one; the other byte's index is 128 or more.
  // Segments 16...31 come to 128 or more if 0x70 is added, segments 0...15 if 0xF0 is.
  const __m256i low_0 = _mm256_add_epi16(segment, _mm256_set1_epi16((int16_t)0x8070));
  const __m256i low_1 = _mm256_add_epi16(segment, _mm256_set1_epi16((int16_t)0x80F0));
  const __m256i upper = _mm256_slli_epi16(segment, 8);
  const __m256i high_0 = _mm256_add_epi16(upper, _mm256_set1_epi16((int16_t)0x7080));
  const __m256i high_1 = _mm256_add_epi16(upper, _mm256_set1_epi16((int16_t)0xF080));
  const __m256i c0 = _mm256_or_si256(look_up(tables->c0_low, low_0, low_1),
                                     look_up(tables->c0_high, high_0, high_1));
  const __m256i c1 = _mm256_or_si256(look_up(tables->c1_low, low_0, low_1),
                                     look_up(tables->c1_high, high_0, high_1));
  const __m256i c2 = _mm256_or_si256(look_up(tables->c2_low, low_0, low_1),
                                     _mm256_set1_epi16((int16_t)0xFF00));
  const __m256i slope = _mm256_add_epi16(c1, _mm256_mulhrs_epi16(c2, t));
  return _mm256_sign_epi16(_mm256_add_epi16(c0, _mm256_mulhrs_epi16(slope, t)), v);
}

FSC_AVX2_INLINE __m256i sigmoid(__m256i y, const segment_tables *tables) {
  return _mm256_add_epi16(_mm256_srai_epi16(tanh_half(y, tables), 1),
                          _mm256_set1_epi16(1 << 14));
}

FSC_AVX2_INLINE __m256i hyperbolic_tangent(__m256i y, const segment_tables *tables) {
  return tanh_half(_mm256_adds_epi16(y, y), tables);
}

FSC_AVX2_INLINE void apply_sigmoid(int16_t *y, int32_t units, const segment_tables *tables) {
  for (int32_t n = 0; n < units; n += 16)
    fsc_avx2_store(y + n, sigmoid(fsc_avx2_load(y + n), tables));
}

FSC_AVX2_INLINE void apply_tanh(int16_t *y, int32_t units, const segment_tables *tables) {
  for (int32_t n = 0; n < units; n += 16)
    fsc_avx2_store(y + n, hyperbolic_tangent(fsc_avx2_load(y + n), tables));
}

// MARK: Cell

/// c = c f + i j, with the gates in the third order. Returns the sums of c.
FSC_AVX2_INLINE sums update_cell_state(const int16_t *i, const int16_t *j, const int16_t *f,
                                       int32_t units, int16_t *cell_state) {
  const __m256i half = _mm256_set1_epi32(1 << 14), scale = _mm256_set1_epi16(256);
  sums s = {0};
  for (int32_t n = 0; n < units; n += 16) {
    const __m256i update = _mm256_mulhrs_epi16(fsc_avx2_load(i + n), fsc_avx2_load(j + n));
    const __m256i forget = fsc_avx2_load(f + n), c = fsc_avx2_load(cell_state + n);
    // Of each eight numbers, the even ones of the third order are the first half of the first.
    const __m256i even_gates =
        _mm256_blend_epi16(forget, _mm256_slli_epi32(update, 16), 0xAA); // f, update
    const __m256i odd_gates =
        _mm256_blend_epi16(_mm256_srli_epi32(update, 16), forget, 0xAA); // update, f
    const __m256i even = _mm256_madd_epi16(even_gates, _mm256_unpacklo_epi16(c, scale));
    const __m256i odd = _mm256_madd_epi16(odd_gates, _mm256_unpackhi_epi16(scale, c));
    const __m256i next =
        _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(even, half), 15),
                           _mm256_srai_epi32(_mm256_add_epi32(odd, half), 15));
    fsc_avx2_store(cell_state + n, next);
    add(&s, next);
  }
  return s;
}

/// h = tanh(y) o, from the third order to the first.
FSC_AVX2_INLINE void write_hidden_state(const int16_t *y, const int16_t *o, int32_t units,
                                        const segment_tables *tables, int8_t *hidden_state) {
  const __m256i in_order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(0, 4, 8, 12, 2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1));
  for (int32_t n = 0; n < units; n += 16) {
    const __m256i h = _mm256_mulhrs_epi16(hyperbolic_tangent(fsc_avx2_load(y + n), tables),
                                          fsc_avx2_load(o + n));
    const __m256i bytes =
        _mm256_shuffle_epi8(_mm256_mulhrs_epi16(h, _mm256_set1_epi16(127)), in_order);
    _mm_storeu_si128((__m128i *)(hidden_state + n),
                     _mm_unpacklo_epi64(_mm256_castsi256_si128(bytes),
                                        _mm256_extracti128_si256(bytes, 1)));
  }
}

FSC_AVX2
static void step_lane(const fsc_cell *cell, int16_t *z, int16_t *cell_state,
                      int8_t *hidden_state) {
  const int32_t units = cell->units;
  int16_t *const i = z, *const j = i + units, *const f = j + units, *const o = f + units;
  const segment_tables tables = make_tables();
  fsc_moments gates[4];
  for (int g = 0; g < 4; g++)
    gates[g] = measure(z + g * units, units, cell->gate_epsilons[g]);
  const fsc_x86_norm_block *parameters = cell->packed;
  for (int g = 0; g < 4; g++, parameters += fsc_x86_norm_blocks(units))
    normalize(z + g * units, units, gates[g], parameters, z + g * units);
  apply_sigmoid(i, units, &tables);
  apply_tanh(j, units, &tables);
  apply_sigmoid(f, units, &tables);
  apply_sigmoid(o, units, &tables);
  const sums s = update_cell_state(i, j, f, units, cell_state);
  int16_t *const y = z; // the input gate is spent
  normalize(cell_state, units, moments_of(&s, units, cell->cell_epsilon), parameters, y);
  write_hidden_state(y, o, units, &tables, hidden_state);
}

FSC_AVX2
void fsc_avx2_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes))
    step_lane(cell, lanes.z, lanes.cell_states, lanes.hidden_states);
}

#endif
