#pragma GCC diagnostic ignored "-Wpsabi" // vectors wider than registers are never passed on
#include "portable.h"
#include "vector_portable.h"

#include "cell.h"

void fsc_portable_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  step_cells(cell, lanes);
}
