// How the x86-64 kernels lay out matrices, and the gains and biases of cells.
#include "x86.h"

#if defined(__x86_64__)

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

size_t fsc_x86_packed_cell_size(const fsc_cell *cell) {
  const int32_t norms = fsc_gate_count(cell->kind) + (cell->kind == FSC_LSTM);
  return (size_t)norms * (size_t)fsc_x86_norm_blocks(cell->units) * sizeof(fsc_x86_norm_block);
}

static void pack_norm(const int16_t *gains, const int16_t *biases, int32_t units,
                      fsc_x86_norm_block *blocks) {
  // Where unit n of eight goes: first the even ones, n mod 4 < 2.
  static const int32_t places[8] = {0, 2, 0, 2, 1, 3, 1, 3};
  for (int32_t unit = 0; unit < units; unit++) {
    fsc_x86_norm_block *block = blocks + unit / 32;
    const int32_t place = unit % 32 / 8 * 4 + places[unit % 8];
    const uint32_t gain = (uint16_t)gains[unit];
    const int32_t bias = biases[unit] * 512 + 256;
    if (unit % 4 < 2) {
      block->even_gains[place] = gain;
      block->even_biases[place] = bias;
    } else {
      block->odd_gains[place] = gain << 16;
      block->odd_biases[place] = bias;
    }
  }
}

void fsc_x86_pack_cell(const fsc_cell *cell, void *packed) {
  const int32_t units = cell->units, blocks = fsc_x86_norm_blocks(units);
  memset(packed, 0, fsc_x86_packed_cell_size(cell));
  fsc_x86_norm_block *out = packed;
  for (int32_t gate = 0; gate < fsc_gate_count(cell->kind); gate++, out += blocks)
    pack_norm(cell->gate_gains + gate * units, cell->gate_biases + gate * units, units, out);
  if (cell->kind == FSC_LSTM)
    pack_norm(cell->cell_gains, cell->cell_biases, units, out);
}

#endif
