// Which of the tables goes with the codec's kernels of a name.
#include "tables.h"

#include <stddef.h>

static const fsc_mixing_kernels *const all[] = {
    &fsc_mixing_portable,
#if defined(__x86_64__)
    &fsc_mixing_sse2,
    &fsc_mixing_avx2,
    &fsc_mixing_avx512,
#endif
};

const fsc_mixing_kernels *fsc_mixing_kernels_for(const char *name) {
  const uint32_t features =
      name && fsc_can_run(name) ? fsc_kernel_features(name) : fsc_processor_features();
  const fsc_mixing_kernels *fastest = &fsc_mixing_portable;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if ((fsc_kernel_features(all[i]->name) & ~features) == 0) fastest = all[i];
  return fastest;
}
