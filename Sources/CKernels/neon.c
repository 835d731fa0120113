// The NEON kernel tables, and which of them this processor can run.
#include "neon.h"

#if defined(__aarch64__)

#if defined(__linux__)

#include <sys/auxv.h>

// The kernel's names for these bits, for C libraries whose headers are older than they are.
enum { ROUNDING_MULTIPLY_ADD = 1 << 12, DOT_PRODUCT = 1 << 20 }; // AT_HWCAP
enum { INT8_MATRIX_MULTIPLY = 1 << 13 };                         // AT_HWCAP2

int fsc_neon_has_dotprod(void) {
  const unsigned long needed = ROUNDING_MULTIPLY_ADD | DOT_PRODUCT;
  return (getauxval(AT_HWCAP) & needed) == needed;
}

int fsc_neon_has_i8mm(void) {
  return fsc_neon_has_dotprod() && (getauxval(AT_HWCAP2) & INT8_MATRIX_MULTIPLY) != 0;
}

#elif defined(__APPLE__)

#include <sys/sysctl.h>

static int has_feature(const char *name) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value != 0;
}

int fsc_neon_has_dotprod(void) {
  return has_feature("hw.optional.arm.FEAT_DotProd") && has_feature("hw.optional.arm.FEAT_RDM");
}

int fsc_neon_has_i8mm(void) {
  return fsc_neon_has_dotprod() && has_feature("hw.optional.arm.FEAT_I8MM");
}

#else

int fsc_neon_has_dotprod(void) { return 0; }
int fsc_neon_has_i8mm(void) { return 0; }

#endif

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
