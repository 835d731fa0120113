// Cells of every kind, written once for all instruction sets, over the vectors of one of them: a
// file that includes this includes one of the vector_*.h first. vector_portable.h says what their
// operations compute.

#include "arguments.h"

#include "blending_cell.h"
#include "lstm_cell.h"

VECTOR_INLINE void step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  fsc_expect_cells(cell, &lanes);
  if (lanes.count == 0) return;
  switch (cell->kind) {
  case FSC_LSTM: step_lstms(cell, lanes); break;
  case FSC_MIN_GRU: step_blending_cells(FSC_MIN_GRU, cell, lanes); break;
  case FSC_MIN_LSTM: step_blending_cells(FSC_MIN_LSTM, cell, lanes); break;
  case FSC_DIAGONAL_GRU: step_blending_cells(FSC_DIAGONAL_GRU, cell, lanes); break;
  }
}
