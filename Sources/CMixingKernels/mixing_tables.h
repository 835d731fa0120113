// The tables of mixing kernels, which fsc_mixing_kernels_for chooses from.
#ifndef FSCOMP_MIXING_TABLES_H
#define FSCOMP_MIXING_TABLES_H

#include "CProcessor.h"
#include "mixing.h"

extern const fsc_mixing_kernels fsc_mixing_portable;

#if defined(__x86_64__)
extern const fsc_mixing_kernels fsc_mixing_avx2;
extern const fsc_mixing_kernels fsc_mixing_avx512;

fsc_mixed fsc_avx512_mix(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions);
void fsc_avx512_train(fsc_mixers *mixers, int32_t bit);
#endif

#endif
