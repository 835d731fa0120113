// Attributes for functions that use more of a processor than the rest of the program, and what
// kernels write alike for all of them. GCC and Clang take these spellings, and neither needs a flag
// on its command line.
#ifndef FSCOMP_TARGETS_H
#define FSCOMP_TARGETS_H

#define FSC_INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)

#define FSC_SSE2 __attribute__((target("sse2")))
#define FSC_AVX2 __attribute__((target("avx2")))
#define FSC_AVXVNNI __attribute__((target("avx2,avxvnni")))
#define FSC_AVX512 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512cd,avx512vnni")))
#define FSC_AMX                                                                                \
  __attribute__((                                                                              \
      target("amx-tile,amx-int8,avx512f,avx512bw,avx512vl,avx512dq,avx512cd,avx512vnni")))

#define FSC_SSE2_INLINE FSC_INLINE FSC_SSE2
#define FSC_AVX2_INLINE FSC_INLINE FSC_AVX2
#define FSC_AVXVNNI_INLINE FSC_INLINE FSC_AVXVNNI
#define FSC_AVX512_INLINE FSC_INLINE FSC_AVX512
#define FSC_AMX_INLINE FSC_INLINE FSC_AMX

#elif defined(__aarch64__)

// The dot product extension came with Armv8.2, so that rounding multiply-accumulates (SQRDMLAH,
// Armv8.1) are always there too.
#define FSC_NEON __attribute__((target("arch=armv8.2-a")))
#define FSC_NEON_DOTPROD __attribute__((target("arch=armv8.2-a+dotprod")))
#define FSC_NEON_I8MM __attribute__((target("arch=armv8.2-a+dotprod+i8mm")))

#define FSC_NEON_INLINE FSC_INLINE FSC_NEON

#endif

/// Asks for the cache line at `address`, which is about to be read and written.
static inline void fsc_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

#endif
