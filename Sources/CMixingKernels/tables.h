// The tables of mixing kernels, which fsc_mixing_kernels_for chooses from.
#ifndef FSCOMP_MIXING_TABLES_H
#define FSCOMP_MIXING_TABLES_H

#include "CProcessor.h"
#include "mixing.h"

extern const fsc_mixing_kernels fsc_mixing_portable;

#if defined(__x86_64__)
extern const fsc_mixing_kernels fsc_mixing_sse2;
extern const fsc_mixing_kernels fsc_mixing_avx2;
extern const fsc_mixing_kernels fsc_mixing_avx512;
#endif

#endif
