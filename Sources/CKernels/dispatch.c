// Which of the kernel tables this processor can run.
#define _GNU_SOURCE // syscall
#include "CKernels.h"
#include "neon.h"
#include "x86.h"

#if defined(__x86_64__)

#include <cpuid.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

// Bits of CPUID leaf 1, of leaf 7, and of the register that says which state the operating system
// saves (Intel SDM, volume 1, chapters 13 and 14).
enum { OSXSAVE = 1 << 27, SAVES_AVX = 0x6, SAVES_AVX512 = 0xE6 };
enum { EBX_AVX2 = 1 << 5, EAX_AVXVNNI = 1 << 4 };
enum {
  EBX_AVX512F = 1 << 16,
  EBX_AVX512DQ = 1 << 17,
  EBX_AVX512CD = 1 << 28,
  EBX_AVX512BW = 1 << 30,
  ECX_AVX512VNNI = 1 << 11,
};
static const uint32_t EBX_AVX512VL = UINT32_C(1) << 31;
enum { EDX_AMX_TILE = 1 << 24, EDX_AMX_INT8 = 1 << 25, SAVES_AMX = 0x60000 };

typedef struct {
  int avx2, avxvnni, avx512, amx;
} features;

static uint32_t saved_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/// Linux gives a process the right to use tile registers only if it asks (arch/x86/xstate in the
/// kernel's documentation). Asking again does no harm.
static int may_use_tiles(void) {
#if defined(__linux__)
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
  return 0;
#endif
}

static features detect(void) {
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE)) return (features){0};
  const uint32_t state = saved_state();
  if ((state & SAVES_AVX) != SAVES_AVX) return (features){0};
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return (features){0};
  const uint32_t wide = EBX_AVX512F | EBX_AVX512DQ | EBX_AVX512CD | EBX_AVX512BW | EBX_AVX512VL;
  features found = {
      .avx2 = (b & EBX_AVX2) != 0,
      .avx512 = (state & SAVES_AVX512) == SAVES_AVX512 && (b & wide) == wide &&
                (c & ECX_AVX512VNNI) != 0,
  };
  const uint32_t tiles = EDX_AMX_TILE | EDX_AMX_INT8;
  // Leaf 7, subleaf 1: EAX bit 4.
  uint32_t a1, b1, c1, d1;
  found.avxvnni = found.avx2 && a >= 1 && __get_cpuid_count(7, 1, &a1, &b1, &c1, &d1) &&
                  (a1 & EAX_AVXVNNI) != 0;
  found.amx = found.avx512 && (d & tiles) == tiles && (state & SAVES_AMX) == SAVES_AMX &&
              may_use_tiles();
  return found;
}

#endif

int32_t fsc_find_kernels(const fsc_kernels **tables) {
  int32_t count = 0;
  tables[count++] = &fsc_kernels_portable;
#if defined(__x86_64__)
  const features found = detect();
  if (found.avx2) tables[count++] = &fsc_kernels_avx2;
  if (found.avxvnni) tables[count++] = &fsc_kernels_avxvnni;
  if (found.avx512) tables[count++] = &fsc_kernels_avx512;
  if (found.amx) tables[count++] = &fsc_kernels_amx;
#elif defined(__aarch64__)
  if (fsc_neon_has_dotprod()) tables[count++] = &fsc_kernels_neon_dotprod;
  if (fsc_neon_has_i8mm()) tables[count++] = &fsc_kernels_neon_i8mm;
#endif
  return count;
}
