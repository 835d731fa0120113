// Which of the kernel tables this processor can run.
#include <string.h>

#include "CKernels.h"
#include "wide.h"

#if defined(__x86_64__)

#include <cpuid.h>

/// Whether the codec, which looks at what the operating system allows as well, found `name`.
static bool codec_finds(const char *name) {
  const fsc_kernels *tables[FSC_MOST_TABLES];
  const int32_t count = fsc_find_kernels(tables);
  for (int32_t i = 0; i < count; i++)
    if (strcmp(tables[i]->name, name) == 0) return true;
  return false;
}

// Bits of CPUID leaf 7, subleaves 0 and 1 (Intel SDM, volume 2, CPUID).
enum { EDX_AMX_BF16 = 1 << 22, EDX_AVX512FP16 = 1 << 23 };
enum { EAX1_AVX512BF16 = 1 << 5 };

static int32_t find_wide(const fst_kernels **tables) {
  int32_t count = 0;
  uint32_t a, b, c, d, a1 = 0, b1, c1, d1;
  if (!codec_finds("avx512") || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (a >= 1) __get_cpuid_count(7, 1, &a1, &b1, &c1, &d1);
  tables[count++] = &fst_kernels_avx512;
  if (d & EDX_AVX512FP16) tables[count++] = &fst_kernels_avx512fp16;
  if ((d & EDX_AMX_BF16) && (a1 & EAX1_AVX512BF16) && codec_finds("amx"))
    tables[count++] = &fst_kernels_amx;
  return count;
}

#endif

int32_t fst_find_kernels(const fst_kernels **tables) {
  int32_t count = 0;
  tables[count++] = &fst_kernels_portable;
#if defined(__x86_64__)
  count += find_wide(tables + count);
#endif
  return count;
}
