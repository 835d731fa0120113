// What CKernels.h asks of the arguments of `project` and `step_cells`.
#ifndef FSCOMP_ARGUMENTS_H
#define FSCOMP_ARGUMENTS_H

#include <stdint.h>

#include "CKernels.h"
#include "CProcessor.h"

static inline void fsc_expect_projection(const fsc_matrix *matrix, const int8_t *inputs,
                                         size_t input_stride, int32_t lanes, size_t z_stride) {
  (void)matrix, (void)inputs, (void)input_stride, (void)lanes, (void)z_stride;
  FSC_EXPECTS(matrix->rows > 0 && matrix->rows % 16 == 0);
  FSC_EXPECTS(matrix->columns >= 0 && matrix->columns % 16 == 0);
  FSC_EXPECTS(matrix->shift >= 0 && matrix->shift <= 15);
  FSC_EXPECTS((uintptr_t)matrix->packed % FSC_ALIGNMENT == 0);
  FSC_EXPECTS(lanes >= 0);
  FSC_EXPECTS(input_stride % FSC_ALIGNMENT == 0 && input_stride >= (size_t)matrix->columns);
  FSC_EXPECTS(z_stride >= (size_t)matrix->rows);
}

static inline void fsc_expect_cells(const fsc_cell *cell, const fsc_cell_lanes *lanes) {
  (void)cell, (void)lanes;
  FSC_EXPECTS(cell->kind >= FSC_LSTM && cell->kind <= FSC_DIAGONAL_GRU);
  const int gates = fsc_gate_count(cell->kind);
  (void)gates;
  FSC_EXPECTS(cell->units >= 16 && cell->units <= 4096 && cell->units % 16 == 0);
  for (int gate = 0; gate < gates; gate++)
    FSC_EXPECTS(cell->gate_epsilons[gate] >= 1 && cell->gate_epsilons[gate] <= 1 << 30);
  FSC_EXPECTS(cell->kind != FSC_LSTM ||
              (cell->cell_epsilon >= 1 && cell->cell_epsilon <= 1 << 30));
  FSC_EXPECTS(cell->kind != FSC_DIAGONAL_GRU || cell->own_weights != NULL);
  FSC_EXPECTS(lanes->count >= 0);
  FSC_EXPECTS(lanes->z_stride >= (size_t)gates * (size_t)cell->units);
  FSC_EXPECTS(lanes->hidden_stride >= (size_t)cell->units);
}

#endif
