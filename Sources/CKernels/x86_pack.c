#include "x86.h"

#if defined(__x86_64__)

#include <string.h>

size_t fsc_x86_packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows * (size_t)fsc_x86_groups(columns) * 4;
}

void fsc_x86_pack(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  const size_t row_bytes = (size_t)fsc_x86_groups(columns) * 4;
  memset(packed, 0, (size_t)rows * row_bytes);
  for (int32_t row = 0; row < rows; row++, weights += columns) {
    uint8_t *out = (uint8_t *)packed + (size_t)(row / FSC_ROWS) * FSC_ROWS * row_bytes +
                   (size_t)(row % FSC_ROWS) * 4;
    for (int32_t column = 0; column < columns; column++)
      out[(size_t)(column / 4) * FSC_GROUP_BYTES + (size_t)(column % 4)] =
          (uint8_t)(weights[column] + 128);
  }
}

#endif
