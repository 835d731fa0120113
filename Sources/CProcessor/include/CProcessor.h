// What this processor can do, and how code is compiled for it: the one place that asks. All rooms
// with kernels choose theirs by it.
#ifndef FSCOMP_CPROCESSOR_H
#define FSCOMP_CPROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "expects.h"
#include "targets.h"

/// Instructions that not every processor of a family has, and that some kernels need. A set of them
/// is a sum of these.
enum {
  FSC_HAS_SSE2 = 1 << 0,
  FSC_HAS_AVX2 = 1 << 1,
  FSC_HAS_AVXVNNI = 1 << 2,
  FSC_HAS_AVX512 = 1 << 3, // F, BW, VL, DQ, CD and VNNI
  FSC_HAS_AVX512FP16 = 1 << 4,
  FSC_HAS_AVX512BF16 = 1 << 5,
  FSC_HAS_AMX_INT8 = 1 << 6,
  FSC_HAS_AMX_BF16 = 1 << 7,
  FSC_HAS_NEON_DOTPROD = 1 << 8, // and SQRDMLAH
  FSC_HAS_NEON_I8MM = 1 << 9,
  FSC_HAS_FMA = 1 << 10, // and F16C
};

/// What this processor has and the operating system lets this process use.
uint32_t fsc_processor_features(void);

/// What the codec's kernels of this name may use: "scalar" (the definition in Swift) and "portable"
/// nothing, "sse2", "avx2", "avxvnni", "avx512", "amx", "neon-dotprod" and "neon-i8mm" what they
/// say. FSC_NO_KERNELS, which no processor has, for a name of no kernels.
uint32_t fsc_kernel_features(const char *name);

static const uint32_t FSC_NO_KERNELS = UINT32_MAX;

/// Whether this processor can run the codec's kernels of this name.
static inline bool fsc_can_run(const char *name) {
  return (fsc_kernel_features(name) & ~fsc_processor_features()) == 0;
}

#endif
