// What the files in plain C share.
#ifndef FSCOMP_CKERNELS_PORTABLE_H
#define FSCOMP_CKERNELS_PORTABLE_H

#include "CKernels.h"

void fsc_portable_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes);

#endif
