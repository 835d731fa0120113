// What the names of the codec's kernels mean.
#include "CProcessor.h"

#include <stddef.h>
#include <string.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
uint32_t fsc_processor_features(void) { return 0; }
#endif

static const struct {
  const char *name;
  uint32_t features;
} sets[] = {
    {"scalar", 0},
    {"portable", 0},
    {"sse2", FSC_HAS_SSE2},
    {"avx2", FSC_HAS_SSE2 | FSC_HAS_AVX2},
    {"avxvnni", FSC_HAS_SSE2 | FSC_HAS_AVX2 | FSC_HAS_AVXVNNI},
    {"avx512", FSC_HAS_SSE2 | FSC_HAS_AVX2 | FSC_HAS_AVX512},
    {"amx", FSC_HAS_SSE2 | FSC_HAS_AVX2 | FSC_HAS_AVX512 | FSC_HAS_AMX_INT8},
    {"neon-dotprod", FSC_HAS_NEON_DOTPROD},
    {"neon-i8mm", FSC_HAS_NEON_DOTPROD | FSC_HAS_NEON_I8MM},
};

uint32_t fsc_kernel_features(const char *name) {
  for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
    if (strcmp(sets[i].name, name) == 0) return sets[i].features;
  return FSC_NO_KERNELS;
}
