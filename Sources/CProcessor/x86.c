// What an x86-64 processor can do: what it says of itself, and which registers the operating system
// saves when it switches between threads.
#define _GNU_SOURCE // syscall
#include "CProcessor.h"

#if defined(__x86_64__)

#include <cpuid.h>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

// CPUID leaf 1, ECX, and what XGETBV says (Intel SDM, volume 1, chapters 13 and 14).
enum { FMA = 1 << 12, OSXSAVE = 1 << 27, F16C = 1 << 29 };
enum { SAVES_AVX = 0x6, SAVES_AVX512 = 0xE6, SAVES_TILES = 0x60000 };

// CPUID leaf 7, subleaf 0 and, where a 1 is in the name, subleaf 1 (Intel SDM, volume 2, CPUID).
enum {
  EBX_AVX2 = 1 << 5,
  EBX_AVX512F = 1 << 16,
  EBX_AVX512DQ = 1 << 17,
  EBX_AVX512CD = 1 << 28,
  EBX_AVX512BW = 1 << 30,
  ECX_AVX512VNNI = 1 << 11,
  EDX_AMX_BF16 = 1 << 22,
  EDX_AVX512FP16 = 1 << 23,
  EDX_AMX_TILE = 1 << 24,
  EDX_AMX_INT8 = 1 << 25,
  EAX1_AVXVNNI = 1 << 4,
  EAX1_AVX512BF16 = 1 << 5,
};
static const uint32_t EBX_AVX512VL = UINT32_C(1) << 31;

static uint32_t saved_state(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

/// Linux gives a process the right to use tile registers only if it asks (arch/x86/xstate in the
/// kernel's documentation). Asking again does no harm.
static bool may_use_tiles(void) {
#if defined(__linux__)
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
  return false;
#endif
}

uint32_t fsc_processor_features(void) {
  uint32_t found = FSC_HAS_SSE2; // every x86-64 has it
  uint32_t a, b, c, d, a1 = 0, b1, c1, d1;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE)) return found;
  const bool has_fma = (c & FMA) && (c & F16C);
  const uint32_t state = saved_state();
  if ((state & SAVES_AVX) != SAVES_AVX) return found;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & EBX_AVX2)) return found;
  if (a >= 1) __get_cpuid_count(7, 1, &a1, &b1, &c1, &d1);
  found |= FSC_HAS_AVX2;
  if (has_fma) found |= FSC_HAS_FMA;
  if (a1 & EAX1_AVXVNNI) found |= FSC_HAS_AVXVNNI;

  const uint32_t wide = EBX_AVX512F | EBX_AVX512DQ | EBX_AVX512CD | EBX_AVX512BW | EBX_AVX512VL;
  if ((state & SAVES_AVX512) != SAVES_AVX512 || (b & wide) != wide || !(c & ECX_AVX512VNNI))
    return found;
  found |= FSC_HAS_AVX512;
  if (d & EDX_AVX512FP16) found |= FSC_HAS_AVX512FP16;
  if (a1 & EAX1_AVX512BF16) found |= FSC_HAS_AVX512BF16;

  if ((state & SAVES_TILES) != SAVES_TILES || !(d & EDX_AMX_TILE) || !may_use_tiles())
    return found;
  if (d & EDX_AMX_INT8) found |= FSC_HAS_AMX_INT8;
  if (d & EDX_AMX_BF16) found |= FSC_HAS_AMX_BF16;
  return found;
}

#endif
