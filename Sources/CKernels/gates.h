// What cells of every kind do with their gates, over the vectors of one instruction set.
//
// One short loop a stage, with the stages' results in memory: a loop that does everything for its
// units has chains so long that a processor cannot look far enough ahead to overlap them.

#ifndef FSCOMP_GATES_H
#define FSCOMP_GATES_H

#include "CKernels.h"

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

/// The moments of each of the `gates` gates, a constant wherever this is inlined.
VECTOR_INLINE void measure_gates(const fsc_cell *cell, const int gates, const int16_t *z,
                                 fsc_moments result[4]) {
  const int32_t units = cell->units;
  sums s[4] = {0};
  FOR_UNITS({
    for (int gate = 0; gate < gates; gate++)
      s[gate] = add_to(s[gate], load(z + gate * units + n, part));
  });
  int32_t values[4];
  int64_t squares[4];
  total(s, 4, values, squares);
  for (int gate = 0; gate < gates; gate++)
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

/// The same of each of the `gates` gates, in its place.
VECTOR_INLINE void normalize_gates(const fsc_cell *cell, const int gates,
                                   const fsc_moments moments[4], int16_t *z) {
  const int32_t units = cell->units;
  for (int gate = 0; gate < gates; gate++)
    normalize(z + gate * units, units, moments[gate], norm_of(cell, gate), z + gate * units);
}

// MARK: Activations

/// Of the segment that a magnitude is in, c0 + (c1 + c2 t) t.
VECTOR_INLINE vector quadratic(const segments *segments, vector magnitude) {
  const vector t = fraction(magnitude);
  const coefficients c = look_up(segments, magnitude);
  return multiply_add_high(c.c0, multiply_add_high(c.c1, c.c2, t), t);
}

VECTOR_INLINE vector tanh_half(vector v, const segments *segments) {
  return with_sign_of(v, quadratic(segments, magnitude(v)));
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

#endif
