// An LSTM cell with layer norm, one step forward:
//
//     z^ = (z - mean) / deviation       of each gate, over its H units
//     i, f, o = sigmoid, j = tanh       of z^ gain + bias
//     c = c' f + i j                    c' from the step before
//     h = tanh(norm(c) gain + bias) o
#include "vectors.h"

/// Mean and inverse standard deviation.
typedef struct {
  float mean, inverse;
} fst_moments;

/// What every layer norm adds to the variance.
#define FST_EPSILON 1e-3f

FST_INLINE fst_moments fst_find_moments(const float *values, int32_t count, fst_vector sum) {
  const float mean = fst_sum(sum) / (float)count;
  fst_vector squares = fst_all(0);
  for (int32_t unit = 0; unit < count; unit += FST_LANES) {
    const fst_vector difference = fst_load(values + unit) - mean;
    squares += difference * difference;
  }
  const float variance = fst_sum(squares) / (float)count;
  return (fst_moments){mean, 1 / __builtin_sqrtf(variance + FST_EPSILON)};
}

/// Turns a gate's pre-activations into its activations. Returns the inverse standard deviation.
FST_INLINE float fst_gate_forward(float *gate, const float *embedding, const float *gain,
                                  const float *bias, int32_t units, bool candidate,
                                  fst_half *normalized) {
  fst_vector sum = fst_all(0);
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    fst_vector z = fst_load(gate + unit);
    if (embedding) {
      z += fst_load(embedding + unit);
      fst_store(gate + unit, z);
    }
    sum += z;
  }
  const fst_moments moments = fst_find_moments(gate, units, sum);
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector z = (fst_load(gate + unit) - moments.mean) * moments.inverse;
    if (normalized) fst_store_halves(normalized + unit, z);
    const fst_vector y = z * fst_load(gain + unit) + fst_load(bias + unit);
    fst_store(gate + unit, candidate ? fst_tanh(y) : fst_sigmoid(y));
  }
  return moments.inverse;
}

FST_INLINE void fst_row_forward(const fst_cell_forward *step, int32_t row) {
  const fst_norms *norms = &step->norms;
  const int32_t units = norms->units;
  float *gates = step->sums + (size_t)row * 4 * units;
  const float *embedding =
      step->embedding ? step->embedding + (size_t)step->bytes[row] * 4 * units : NULL;
  fst_half *normalized =
      step->normalized ? step->normalized + (size_t)row * 4 * units : NULL;
  float inverses[4];
  for (int32_t gate = 0; gate < 4; gate++) {
    const int32_t start = gate * units;
    inverses[gate] = fst_gate_forward(
        gates + start, embedding ? embedding + start : NULL, norms->gate_gain + start,
        norms->gate_bias + start, units, gate == 1, normalized ? normalized + start : NULL);
  }

  const float *previous = step->previous_cell + (size_t)row * units;
  float *cell = step->cell + (size_t)row * units;
  fst_vector sum = fst_all(0);
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector i = fst_load(gates + unit), j = fst_load(gates + units + unit);
    const fst_vector f = fst_load(gates + 2 * units + unit);
    const fst_vector c = fst_load(previous + unit) * f + i * j;
    fst_store(cell + unit, c);
    sum += c;
  }
  const fst_moments moments = fst_find_moments(cell, units, sum);
  for (int32_t unit = 0; unit < units; unit += FST_LANES) {
    const fst_vector c = (fst_load(cell + unit) - moments.mean) * moments.inverse;
    const fst_vector y = c * fst_load(norms->cell_gain + unit) + fst_load(norms->cell_bias + unit);
    fst_vector h = fst_tanh(y) * fst_load(gates + 3 * units + unit);
    if (step->rounds_hidden) h = fst_round(h * 127) * (1 / 127.0f);
    for (int place = 0; place < 2; place++)
      if (step->hidden[place])
        fst_store_halves(step->hidden[place] + row * step->hidden_stride[place] + unit, h);
  }
  if (step->moments) {
    float *kept = step->moments + (size_t)row * FST_MOMENTS;
    memcpy(kept, inverses, sizeof inverses);
    kept[4] = moments.mean;
    kept[5] = moments.inverse;
  }
}

static void cell_forward(const fst_cell_forward *step) {
  for (int32_t row = 0; row < step->rows; row++) fst_row_forward(step, row);
}
