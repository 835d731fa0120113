// The LSTM with layer norm, over the vectors of one instruction set.

#include "gates.h"

/// c = c f + i j, in Q8. Returns the sums of c.
VECTOR_INLINE sums update_cell_state(const int16_t *i, const int16_t *j, const int16_t *f,
                                     int32_t units, int16_t *cell_state) {
  sums s = {0};
  FOR_UNITS({
    const vector update = multiply_high(load(i + n, part), load(j + n, part));
    const vector c = weighted(load(cell_state + n, part), load(f + n, part), update, all(256));
    store(cell_state + n, c, part);
    s = add_to(s, c); // absent units are still 0
  });
  return s;
}

/// h = tanh(y) o
VECTOR_INLINE void write_hidden_state(const int16_t *y, const int16_t *o, int32_t units,
                                      const segments *segments, int8_t *hidden_state) {
  FOR_UNITS({
    const vector h =
        multiply_high(hyperbolic_tangent(load(y + n, part), segments), load(o + n, part));
    store_bytes(hidden_state + n, multiply_high(h, all(127)), part);
  });
}

/// The cell state, by the moments of the gates. Returns its own.
VECTOR_INLINE fsc_moments step_cell_state(const fsc_cell *cell, const fsc_moments gates[4],
                                          const segments *segments, int16_t *z,
                                          int16_t *cell_state) {
  const int32_t units = cell->units;
  int16_t *const i = z, *const j = i + units, *const f = j + units, *const o = f + units;
  normalize_gates(cell, 4, gates, z);
  apply_sigmoid(i, units, segments);
  apply_tanh(j, units, segments);
  apply_sigmoid(f, units, segments);
  apply_sigmoid(o, units, segments);
  const sums s = update_cell_state(i, j, f, units, cell_state);
  int32_t values;
  int64_t squares;
  total(&s, 1, &values, &squares);
  return fsc_moments_of(values, squares, units, cell->cell_epsilon);
}

/// The hidden state, by the cell state and its moments.
VECTOR_INLINE void step_hidden_state(const fsc_cell *cell, fsc_moments moments,
                                     const segments *segments, int16_t *z,
                                     const int16_t *cell_state, int8_t *hidden_state) {
  const int32_t units = cell->units;
  int16_t *const y = z, *const o = z + 3 * units; // the input gate is spent
  normalize(cell_state, units, moments, norm_of(cell, FSC_CELL_NORM), y);
  write_hidden_state(y, o, units, segments, hidden_state);
}

VECTOR_INLINE void step_lstms(const fsc_cell *cell, fsc_cell_lanes lanes) {
  const segments segments = load_segments(fsc_tanh_half_segments);
  // Moments are a long chain of few instructions: while one lane's are made, there are the other's
  // numbers to work on.
  fsc_moments gates[4];
  measure_gates(cell, 4, lanes.z, gates);
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes)) {
    const fsc_moments moments =
        step_cell_state(cell, gates, &segments, lanes.z, lanes.cell_states);
    if (lanes.count > 1) measure_gates(cell, 4, lanes.z + lanes.z_stride, gates);
    step_hidden_state(cell, moments, &segments, lanes.z, lanes.cell_states, lanes.hidden_states);
  }
}
