#include "x86.h"

#if defined(__x86_64__)

#include "vector_avx512.h"

#include "cell.h"

FSC_AVX512
void fsc_avx512_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes) {
  step_cells(cell, lanes);
}

#endif
