#include "neon.h"

#if defined(__aarch64__)

#include "vector_neon.h"

#include "cell.h"

FSC_NEON
void fsc_neon_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) { step_cells(cell, lanes); }

#endif
