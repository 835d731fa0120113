// The gradient of the embedding: each row's gate gradients go to its byte's row of the table.
#include "vectors.h"

static void add_embedding_gradient(const uint8_t *bytes, const fst_half *values,
                                   const float *scales, int32_t rows, int32_t columns,
                                   size_t stride, float *gradient) {
  for (int32_t row = 0; row < rows; row++) {
    const fst_half *source = values + row * stride;
    float *target = gradient + bytes[row] * stride;
    for (int32_t column = 0; column < columns; column += FST_LANES)
      fst_store(target + column, fst_load(target + column) +
                                     fst_load_halves(source + column) * scales[row]);
  }
}
