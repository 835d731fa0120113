// Which of the kernel tables this processor can run.
#include "CKernels.h"
#include "CProcessor.h"
#include "neon.h"
#include "x86.h"

static const fsc_kernels *const all[] = {
    &fsc_kernels_portable,
#if defined(__x86_64__)
    &fsc_kernels_sse2,         &fsc_kernels_avx2,     &fsc_kernels_avxvnni,
    &fsc_kernels_avx512,       &fsc_kernels_amx,
#elif defined(__aarch64__)
    &fsc_kernels_neon_dotprod, &fsc_kernels_neon_i8mm,
#endif
};

int32_t fsc_find_kernels(const fsc_kernels **tables) {
  int32_t count = 0;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (fsc_can_run(all[i]->name)) tables[count++] = all[i];
  return count;
}
