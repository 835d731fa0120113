// The NEON kernel tables.
#include "neon.h"

#if defined(__aarch64__)

const fsc_kernels fsc_kernels_neon_dotprod = {
    .name = "neon-dotprod",
    .packed_size = fsc_neon_packed_size,
    .pack = fsc_neon_pack_dotprod,
    .project = fsc_neon_project_dotprod,
    .step_cells = fsc_neon_step_cells,
    .make_tree = fsc_neon_make_tree,
};

const fsc_kernels fsc_kernels_neon_i8mm = {
    .name = "neon-i8mm",
    .packed_size = fsc_neon_packed_size,
    .pack = fsc_neon_pack_i8mm,
    .project = fsc_neon_project_i8mm,
    .step_cells = fsc_neon_step_cells,
    .make_tree = fsc_neon_make_tree,
};

#endif
