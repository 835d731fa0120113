// Cells whose new state is a blend of the old one and a candidate, over the vectors of one
// instruction set:
//
//     h = (1 - share) h + share tanh(candidate)
//
// They differ in their gates, and so in how the share and the candidate come about.

#include "gates.h"

/// ln sigmoid(y) = min(y, 0) - ln(1 + exp(-|y|)), in Q12.
VECTOR_INLINE vector log_sigmoid(vector y, const segments *logarithms) {
  const vector below_0 = quadratic(logarithms, magnitude(y)); // Q15
  return add_saturated(minimum(y, all(0)), multiply_high(below_0, all(1 << 12)));
}

/// f = sigmoid(i) / (sigmoid(f) + sigmoid(i)), the sigmoid of the difference of both logarithms.
VECTOR_INLINE void apply_ratio(int16_t *f, const int16_t *i, int32_t units,
                               const segments *tanhs, const segments *logarithms) {
  FOR_UNITS({
    const vector difference = subtract_saturated(log_sigmoid(load(i + n, part), logarithms),
                                                 log_sigmoid(load(f + n, part), logarithms));
    store(f + n, sigmoid(difference, tanhs), part);
  });
}

/// y + weight h, of the unit's own state.
VECTOR_INLINE vector with_own(vector y, const int16_t *weights, vector h, vector_part part) {
  return add_saturated(y, multiply_high(as_gates(load(weights, part)), h));
}

/// z = sigmoid(z + a h) and candidate = candidate + a sigmoid(r + a h) h, each with an `a` of its
/// own.
VECTOR_INLINE void see_own_state(const fsc_cell *cell, const segments *tanhs,
                                 const int16_t *state, int16_t *z) {
  const int32_t units = cell->units;
  int16_t *const r = z + units, *const candidate = r + units;
  const int16_t *const a = cell->own_weights;
  FOR_UNITS({
    const vector h = as_gates(load(state + n, part));
    store(z + n, sigmoid(with_own(load(z + n, part), a + n, h, part), tanhs), part);
    const vector reset = sigmoid(with_own(load(r + n, part), a + units + n, h, part), tanhs);
    store(candidate + n,
          with_own(load(candidate + n, part), a + 2 * units + n, multiply_high(reset, h), part),
          part);
  });
}

/// state = (1 - share) state + share candidate, in Q15, and the hidden state.
VECTOR_INLINE void blend(const int16_t *share, const int16_t *candidate, int32_t units,
                         int16_t *state, int8_t *hidden_state) {
  FOR_UNITS({
    const vector z = load(share + n, part);
    const vector h =
        weighted(load(state + n, part), complement(z), load(candidate + n, part), z);
    store(state + n, h, part);
    store_bytes(hidden_state + n, as_gates(multiply_high(h, all(127))), part);
  });
}

/// The state in one lane, by its normalized gates.
VECTOR_INLINE void step_blending_state(const int kind, const fsc_cell *cell,
                                       const segments *tanhs, const segments *logarithms,
                                       int16_t *z, int16_t *state, int8_t *hidden_state) {
  const int32_t units = cell->units;
  int16_t *const candidate = z + (fsc_gate_count(kind) - 1) * units;
  if (kind == FSC_MIN_LSTM)
    apply_ratio(z, z + units, units, tanhs, logarithms);
  else if (kind == FSC_DIAGONAL_GRU)
    see_own_state(cell, tanhs, state, z);
  else
    apply_sigmoid(z, units, tanhs);
  apply_tanh(candidate, units, tanhs);
  blend(z, candidate, units, state, hidden_state);
}

/// `kind` is a constant wherever this is inlined.
VECTOR_INLINE void step_blending_cells(const int kind, const fsc_cell *cell,
                                       fsc_cell_lanes lanes) {
  const int gates = fsc_gate_count(kind);
  const segments tanhs = load_segments(fsc_tanh_half_segments);
  const segments logarithms = load_segments(fsc_log_sigmoid_segments);
  fsc_moments moments[4];
  measure_gates(cell, gates, lanes.z, moments);
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes)) {
    normalize_gates(cell, gates, moments, lanes.z);
    // The chain of the next lane's moments beside this one's numbers, as with the LSTM.
    if (lanes.count > 1) measure_gates(cell, gates, lanes.z + lanes.z_stride, moments);
    step_blending_state(kind, cell, &tanhs, &logarithms, lanes.z, lanes.cell_states,
                        lanes.hidden_states);
  }
}
