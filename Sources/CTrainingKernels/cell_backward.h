// An LSTM cell with layer norm, one step backward: the derivatives of what cell_forward.h says.
//
// The activations are computed again from the normalized gates, which takes less time than to read
// them from memory. With y = z^ gain + bias, a layer norm's backward pass is
//
//     dz = (dz^ - mean(dz^) - z^ mean(dz^ z^)) / deviation        where dz^ = dy gain
#include <math.h>

#include "vectors.h"

/// Scratch of one row.
typedef struct {
  float *activations; // [4H] i, j, f, o
  float *gradient;    // [4H] with respect to the gates, at last to the pre-activations
  float *normalized;  // [4H] gates
  float *cell;        // [H] normalized cell state
} fst_backward_row;

FST_INLINE void fst_restore_gates(const fst_norms *norms, const fst_half *halves,
                                  const fst_backward_row *row) {
  for (int32_t gate = 0; gate < 4; gate++) {
    const int32_t start = gate * norms->units;
    for (int32_t unit = start; unit < start + norms->units; unit += FST_LANES) {
      const fst_vector z = fst_load_halves(halves + unit);
      const fst_vector y =
          z * fst_load(norms->gate_gain + unit) + fst_load(norms->gate_bias + unit);
      fst_store(row->normalized + unit, z);
      fst_store(row->activations + unit, gate == 1 ? fst_tanh(y) : fst_sigmoid(y));
    }
  }
}

/// The part of a layer norm's backward pass that takes means.
typedef struct {
  float gradient, product; // means of dz^ and of dz^ z^
} fst_norm_means;

/// From dy, in `gradient`, to dz^, in its place. Adds up the gradients of gain and bias.
FST_INLINE fst_norm_means fst_norm_backward(float *gradient, const float *normalized,
                                            const float *gain, int32_t units,
                                            float *gain_gradient, float *bias_gradient) {
  fst_vector sum = fst_all(0), products = fst_all(0);
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector dy = fst_load(gradient + unit), z = fst_load(normalized + unit);
    fst_store(gain_gradient + unit, fst_load(gain_gradient + unit) + dy * z);
    fst_store(bias_gradient + unit, fst_load(bias_gradient + unit) + dy);
    const fst_vector dz = dy * fst_load(gain + unit);
    fst_store(gradient + unit, dz);
    sum += dz;
    products += dz * z;
  }
  return (fst_norm_means){fst_sum(sum) / (float)units, fst_sum(products) / (float)units};
}

/// Through h = tanh(norm(c) gain + bias) o: writes do and, in the place of di, dc^.
FST_INLINE fst_norm_means fst_hidden_backward(const fst_norms *norms, const float *cell,
                                              const float *hidden_gradient, fst_moments moments,
                                              const fst_backward_row *row,
                                              float *parameter_gradient) {
  const int32_t units = norms->units;
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector c = (fst_load(cell + unit) - moments.mean) * moments.inverse;
    const fst_vector t =
        fst_tanh(c * fst_load(norms->cell_gain + unit) + fst_load(norms->cell_bias + unit));
    const fst_vector o = fst_load(row->activations + 3 * units + unit);
    const fst_vector dh = fst_load(hidden_gradient + unit);
    fst_store(row->cell + unit, c);
    fst_store(row->gradient + 3 * units + unit, dh * t * (o * (1 - o)));
    fst_store(row->gradient + unit, dh * o * (1 - t * t));
  }
  return fst_norm_backward(row->gradient, row->cell, norms->cell_gain, units,
                           parameter_gradient + 8 * units, parameter_gradient + 9 * units);
}

/// Through c = c' f + i j: writes di, dj and df, and dc' in the place of dc.
FST_INLINE void fst_cell_state_backward(int32_t units, const float *previous, float inverse,
                                        fst_norm_means means, const fst_backward_row *row,
                                        float *cell_gradient) {
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector c = fst_load(row->cell + unit);
    const fst_vector through_hidden =
        (fst_load(row->gradient + unit) - means.gradient - c * means.product) * inverse;
    const fst_vector dc = fst_load(cell_gradient + unit) + through_hidden;
    const fst_vector i = fst_load(row->activations + unit);
    const fst_vector j = fst_load(row->activations + units + unit);
    const fst_vector f = fst_load(row->activations + 2 * units + unit);
    fst_store(row->gradient + unit, dc * j * (i * (1 - i)));
    fst_store(row->gradient + units + unit, dc * i * (1 - j * j));
    fst_store(row->gradient + 2 * units + unit,
              dc * fst_load(previous + unit) * (f * (1 - f)));
    fst_store(cell_gradient + unit, dc * f);
  }
}

/// Rounds a row to half precision, scaled to where that has most digits. Returns what undoes the
/// scaling: a power of two; 0 if all numbers are, and something not finite if one is not.
FST_INLINE float fst_store_scaled(const float *values, int32_t count, float largest,
                                  fst_half *halves) {
  if (!(largest >= 0x1p-100f && largest < 0x1p100f)) {
    for (int32_t i = 0; i < count; i += FST_LANES) fst_store_halves(halves + i, fst_all(1));
    return largest < 1 ? 0 : largest * INFINITY;
  }
  // FST_HALF_RANGE / 2^(exponent + 1), for `largest` in 2^exponent ..< 2^(exponent + 1).
  const uint32_t biased_exponent = fst_bits(largest) >> 23;
  const float scale = FST_HALF_RANGE * fst_from_bits((253 - biased_exponent) << 23);
  for (int32_t i = 0; i < count; i += FST_LANES)
    fst_store_halves(halves + i, fst_load(values + i) * scale);
  return 1 / scale;
}

FST_INLINE void fst_row_backward(const fst_cell_backward *step, int32_t index) {
  const fst_norms *norms = &step->norms;
  const int32_t units = norms->units;
  const fst_backward_row row = {step->scratch, step->scratch + 4 * units,
                                step->scratch + 8 * units, step->scratch + 12 * units};
  const float *moments = step->moments + (size_t)index * FST_MOMENTS;
  const size_t state = (size_t)index * units;
  fst_restore_gates(norms, step->normalized + 4 * state, &row);
  const fst_norm_means cell_means = fst_hidden_backward(
      norms, step->cell + state, step->hidden_gradient + index * step->hidden_gradient_stride,
      (fst_moments){moments[4], moments[5]}, &row, step->parameter_gradient);
  fst_cell_state_backward(units, step->previous_cell + state, moments[5], cell_means, &row,
                          step->cell_gradient + state);

  fst_vector largest = fst_all(0);
  for (int32_t gate = 0; gate < 4; gate++) {
    const int32_t start = gate * units;
    const fst_norm_means means = fst_norm_backward(
        row.gradient + start, row.normalized + start, norms->gate_gain + start, units,
        step->parameter_gradient + start, step->parameter_gradient + 4 * units + start);
    for (int32_t unit = start; unit < start + units; unit += FST_LANES) {
      const fst_vector dz = (fst_load(row.gradient + unit) - means.gradient -
                             fst_load(row.normalized + unit) * means.product) *
                            moments[gate];
      fst_store(row.gradient + unit, dz);
      largest = fst_at_least(fst_magnitude(dz), largest);
    }
  }
  step->gate_gradient_scale[index] = fst_store_scaled(
      row.gradient, 4 * units, fst_largest(largest), step->gate_gradient + 4 * state);
}

static void cell_backward(const fst_cell_backward *step) {
  for (int32_t row = 0; row < step->rows; row++) fst_row_backward(step, row);
}
