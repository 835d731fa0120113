// Which of the kernel tables this processor can run.
#include "CProcessor.h"
#include "CTrainingKernels.h"
#include "wide.h"

static const struct {
  const fst_kernels *table;
  uint32_t features;
} all[] = {
    {&fst_kernels_portable, 0},
#if defined(__x86_64__)
    {&fst_kernels_avx2, FSC_HAS_AVX2 | FSC_HAS_FMA},
    {&fst_kernels_avx512, FSC_HAS_AVX512},
    {&fst_kernels_avx512bf16, FSC_HAS_AVX512 | FSC_HAS_AVX512BF16},
    {&fst_kernels_avx512fp16, FSC_HAS_AVX512 | FSC_HAS_AVX512FP16},
    {&fst_kernels_amx, FSC_HAS_AVX512 | FSC_HAS_AVX512BF16 | FSC_HAS_AMX_BF16},
#endif
};

int32_t fst_find_kernels(const fst_kernels **tables) {
  const uint32_t features = fsc_processor_features();
  int32_t count = 0;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if ((all[i].features & ~features) == 0) tables[count++] = all[i].table;
  return count;
}
