// What an AArch64 processor can do, by what the operating system says of it.
#include "CProcessor.h"

#if defined(__aarch64__)

#if defined(__linux__)

#include <sys/auxv.h>

// The kernel's names for these bits, for C libraries whose headers are older than they are.
enum { ROUNDING_MULTIPLY_ADD = 1 << 12, DOT_PRODUCT = 1 << 20 }; // AT_HWCAP
enum { INT8_MATRIX_MULTIPLY = 1 << 13 };                         // AT_HWCAP2

static bool has_dotprod(void) {
  const unsigned long needed = ROUNDING_MULTIPLY_ADD | DOT_PRODUCT;
  return (getauxval(AT_HWCAP) & needed) == needed;
}

static bool has_i8mm(void) { return (getauxval(AT_HWCAP2) & INT8_MATRIX_MULTIPLY) != 0; }

#elif defined(__APPLE__)

#include <stddef.h>
#include <sys/sysctl.h>

static bool has_feature(const char *name) {
  int value = 0;
  size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, NULL, 0) == 0 && value != 0;
}

static bool has_dotprod(void) {
  return has_feature("hw.optional.arm.FEAT_DotProd") && has_feature("hw.optional.arm.FEAT_RDM");
}

static bool has_i8mm(void) { return has_feature("hw.optional.arm.FEAT_I8MM"); }

#else

static bool has_dotprod(void) { return false; }
static bool has_i8mm(void) { return false; }

#endif

uint32_t fsc_processor_features(void) {
  if (!has_dotprod()) return 0;
  return FSC_HAS_NEON_DOTPROD | (has_i8mm() ? FSC_HAS_NEON_I8MM : 0);
}

#endif
