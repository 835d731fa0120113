#include "KernelCeilings.h"

#include <string.h>

#include "CProcessor.h"

// An empty statement that may have changed registers, for all that the compiler knows: it can neither
// take what is computed from them out of a loop, nor leave it out.
#define ANEW(...) __asm__ volatile("" : __VA_ARGS__)

// Only so are all accumulators registers.
#define UNROLLED _Pragma("unroll")

#if defined(__x86_64__)

#include <immintrin.h>

/// A couple of blocks of 8 rows by 4 columns, in 8 lanes. Blocks without a partner, which cost 4/3 of
/// that, are not counted.
FSC_AVX2 static int64_t avx2(int64_t rounds) {
  enum { LANES = 8 };
  __m256i sums[LANES], x = _mm256_setzero_si256(), y = x, first = x, second = x;
  const __m256i ones = _mm256_set1_epi16(1);
  UNROLLED for (int lane = 0; lane < LANES; lane++) sums[lane] = x;
  for (int64_t round = 0; round < rounds; round++) {
    UNROLLED for (int lane = 0; lane < LANES; lane++) {
      ANEW("+x"(x), "+x"(y), "+x"(first), "+x"(second));
      const __m256i pairs =
          _mm256_add_epi16(_mm256_maddubs_epi16(x, first), _mm256_maddubs_epi16(y, second));
      sums[lane] = _mm256_add_epi32(sums[lane], _mm256_madd_epi16(pairs, ones));
    }
  }
  UNROLLED for (int lane = 0; lane < LANES; lane++) ANEW("+x"(sums[lane]));
  return rounds * LANES * 64;
}

/// 16 rows by 4 columns in 6 lanes.
FSC_AVXVNNI static int64_t avxvnni(int64_t rounds) {
  enum { SUMS = 12 };
  __m256i sums[SUMS], x = _mm256_setzero_si256(), w = x;
  UNROLLED for (int n = 0; n < SUMS; n++) sums[n] = x;
  for (int64_t round = 0; round < rounds; round++) {
    UNROLLED for (int n = 0; n < SUMS; n++) {
      ANEW("+x"(x), "+x"(w));
      sums[n] = _mm256_dpbusd_avx_epi32(sums[n], w, x);
    }
  }
  UNROLLED for (int n = 0; n < SUMS; n++) ANEW("+x"(sums[n]));
  return rounds * SUMS * 32;
}

/// 48 rows by 4 columns in 8 lanes.
FSC_AVX512 static int64_t avx512(int64_t rounds) {
  enum { SUMS = 24 };
  __m512i sums[SUMS], x = _mm512_setzero_si512(), w = x;
  UNROLLED for (int n = 0; n < SUMS; n++) sums[n] = x;
  for (int64_t round = 0; round < rounds; round++) {
    UNROLLED for (int n = 0; n < SUMS; n++) {
      ANEW("+v"(x), "+v"(w));
      sums[n] = _mm512_dpbusd_epi32(sums[n], w, x);
    }
  }
  UNROLLED for (int n = 0; n < SUMS; n++) ANEW("+v"(sums[n]));
  return rounds * SUMS * 64;
}

int64_t kernel_ceiling(const char *kernels, int64_t rounds) {
  if (!fsc_can_run(kernels)) return 0;
  if (strcmp(kernels, "avx2") == 0) return avx2(rounds);
  if (strcmp(kernels, "avxvnni") == 0) return avxvnni(rounds);
  if (strcmp(kernels, "avx512") == 0) return avx512(rounds);
  return 0;
}

#else

int64_t kernel_ceiling(const char *kernels, int64_t rounds) {
  (void)kernels, (void)rounds;
  return 0;
}

#endif
