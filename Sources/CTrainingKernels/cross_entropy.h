// Softmax and cross-entropy: loss = log(sum e^z) - z[target], and its derivative with respect to z,
// softmax(z) - 1 at the target.
#include <math.h>

#include "vectors.h"

enum { FST_SYMBOLS = 256 };

FST_INLINE double fst_row_cross_entropy(const fst_cross_entropy *step, int32_t row) {
  float *logits = step->logits + (size_t)row * FST_SYMBOLS;
  fst_vector largest = fst_all(-3e38f);
  for (int32_t symbol = 0; symbol < FST_SYMBOLS; symbol += FST_LANES) {
    const fst_vector z = fst_load(logits + symbol) + fst_load(step->bias + symbol);
    fst_store(logits + symbol, z);
    largest = fst_at_least(z, largest);
  }
  const float offset = fst_largest(largest);
  const uint8_t target = step->targets[row];
  const float target_logit = logits[target] - offset;
  fst_vector sums = fst_all(0);
  for (int32_t symbol = 0; symbol < FST_SYMBOLS; symbol += FST_LANES) {
    const fst_vector power = fst_exp(fst_load(logits + symbol) - offset);
    fst_store(logits + symbol, power);
    sums += power;
  }
  const float sum = fst_sum(sums);
  const double loss = log(sum) - target_logit;
  if (!step->gradient) return loss;

  logits[target] -= sum;
  const float weight = step->weight / sum, scale = FST_HALF_RANGE / 2 / sum;
  fst_half *gradient = step->gradient + (size_t)row * FST_SYMBOLS;
  for (int32_t symbol = 0; symbol < FST_SYMBOLS; symbol += FST_LANES) {
    const fst_vector difference = fst_load(logits + symbol);
    fst_store_halves(gradient + symbol, difference * scale);
    fst_store(step->bias_gradient + symbol,
              fst_load(step->bias_gradient + symbol) + difference * weight);
  }
  step->gradient_scale[row] = step->weight / (FST_HALF_RANGE / 2);
  return loss;
}

static double cross_entropy(const fst_cross_entropy *step) {
  double sum = 0;
  for (int32_t row = 0; row < step->rows; row++) sum += fst_row_cross_entropy(step, row);
  return sum;
}
