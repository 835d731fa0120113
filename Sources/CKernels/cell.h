// The LSTM cell, written once for all instruction sets, over the vectors of one of them: a file
// that includes this includes one of the vector_*.h first. vector_portable.h says what their
// operations compute.
//
// One short loop a stage, with the stages' results in memory: a loop that does everything for its
// units has chains so long that a processor cannot look far enough ahead to overlap them.

#include "arguments.h"

/// Runs the statement, which sees `n` and `part`, for each vector of units, and for the 16 units
/// that may be left of a wide one. (`part` is a constant in both places, and costs nothing in the
/// first.)
#define FOR_UNITS(statement)                                                                   \
  do {                                                                                         \
    int32_t n = 0;                                                                             \
    for (; n + VECTOR_UNITS <= units; n += VECTOR_UNITS) {                                     \
      const vector_part part = WHOLE_VECTOR;                                                   \
      statement;                                                                               \
    }                                                                                          \
    if (VECTOR_UNITS > 16 && n < units) {                                                      \
      const vector_part part = FIRST_16;                                                       \
      statement;                                                                               \
    }                                                                                          \
  } while (0)

// MARK: Layer norm

/// The moments of each gate.
VECTOR_INLINE void measure_gates(const fsc_cell *cell, const int16_t *z, fsc_moments result[4]) {
  const int32_t units = cell->units;
  sums s[4] = {0};
  FOR_UNITS({
    for (int gate = 0; gate < 4; gate++)
      s[gate] = add_to(s[gate], load(z + gate * units + n, part));
  });
  int32_t values[4];
  int64_t squares[4];
  total(s, 4, values, squares);
  for (int gate = 0; gate < 4; gate++)
    result[gate] =
        fsc_moments_of(values[gate], squares[gate], units, cell->gate_epsilons[gate]);
}

/// y = (z - mean) / deviation x gains + biases; in the third order, where an instruction set has
/// orders (x86.h).
VECTOR_INLINE void normalize(const int16_t *z, int32_t units, fsc_moments moments, norm norm,
                             int16_t *y) {
  const scale s = scale_of(moments);
  FOR_UNITS(store(y + n, apply_norm(scaled(load(z + n, part), &s), norm, n), part));
}

// MARK: Activations

/// tanh(v / 2): of the segment that v's magnitude is in, c0 + (c1 + c2 t) t.
VECTOR_INLINE vector tanh_half(vector v, const segments *segments) {
  const vector m = magnitude(v), t = fraction(m);
  const coefficients c = look_up(segments, m);
  const vector slope = multiply_add_high(c.c1, c.c2, t);
  return with_sign_of(v, multiply_add_high(c.c0, slope, t));
}

VECTOR_INLINE vector sigmoid(vector y, const segments *segments) {
  return halfway_to_one(tanh_half(y, segments));
}

VECTOR_INLINE vector hyperbolic_tangent(vector y, const segments *segments) {
  return tanh_half(add_saturated(y, y), segments);
}

VECTOR_INLINE void apply_sigmoid(int16_t *y, int32_t units, const segments *segments) {
  FOR_UNITS(store(y + n, sigmoid(load(y + n, part), segments), part));
}

VECTOR_INLINE void apply_tanh(int16_t *y, int32_t units, const segments *segments) {
  FOR_UNITS(store(y + n, hyperbolic_tangent(load(y + n, part), segments), part));
}

// MARK: Cell

/// c = c f + i j. Returns the sums of c.
VECTOR_INLINE sums update_cell_state(const int16_t *i, const int16_t *j, const int16_t *f,
                                     int32_t units, int16_t *cell_state) {
  sums s = {0};
  FOR_UNITS({
    const vector update = multiply_high(load(i + n, part), load(j + n, part));
    const vector c = next_state(load(cell_state + n, part), load(f + n, part), update);
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
  for (int gate = 0; gate < 4; gate++)
    normalize(z + gate * units, units, gates[gate], norm_of(cell, gate), z + gate * units);
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

VECTOR_INLINE void step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  fsc_expect_cells(cell, &lanes);
  if (lanes.count == 0) return;
  const segments segments = load_segments();
  // Moments are a long chain of few instructions: while one lane's are made, there are the other's
  // numbers to work on.
  fsc_moments gates[4];
  measure_gates(cell, lanes.z, gates);
  for (; lanes.count > 0; lanes = fsc_next_lanes(cell, lanes)) {
    const fsc_moments moments =
        step_cell_state(cell, gates, &segments, lanes.z, lanes.cell_states);
    if (lanes.count > 1) measure_gates(cell, lanes.z + lanes.z_stride, gates);
    step_hidden_state(cell, moments, &segments, lanes.z, lanes.cell_states, lanes.hidden_states);
  }
}
