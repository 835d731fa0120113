// Weights as they will be after quantization to 8 bits.
#include <math.h>

#include "CTrainingKernels.h"

void fst_round_weights(const float *weights, int32_t rows, int32_t columns, float *rounded) {
  for (int32_t row = 0; row < rows; row++, weights += columns, rounded += columns) {
    float largest = 0;
    for (int32_t column = 0; column < columns; column++)
      largest = fmaxf(largest, fabsf(weights[column]));
    const float scale = largest / 127;
    // A row of zeros stays one.
    const float inverse = scale > 0 ? 1 / scale : 0;
    for (int32_t column = 0; column < columns; column++)
      rounded[column] = rintf(weights[column] * inverse) * scale;
  }
}
