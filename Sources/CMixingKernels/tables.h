// The tables of mixing kernels, which fsc_mixing_kernels_for chooses from.
#ifndef FSCOMP_MIXING_TABLES_H
#define FSCOMP_MIXING_TABLES_H

#include "CProcessor.h"
#include "mixing.h"

extern const fsc_mixing_kernels fsc_mixing_portable;

// Contexts in plain C, which other tables borrow.
void fsc_portable_find(fsc_contexts *contexts, const uint64_t *places);
int32_t fsc_portable_predict(fsc_contexts *contexts, int32_t nibble);
void fsc_portable_update(fsc_contexts *contexts, int32_t nibble, int32_t bit);

#if defined(__x86_64__)
extern const fsc_mixing_kernels fsc_mixing_sse2;
extern const fsc_mixing_kernels fsc_mixing_avx2;
extern const fsc_mixing_kernels fsc_mixing_avx512;

// Mixers in AVX-512, whose table is with its contexts.
fsc_mixed fsc_avx512_mix(fsc_mixers *mixers, fsc_mixer_head head, const int16_t *predictions);
void fsc_avx512_train(fsc_mixers *mixers, int32_t bit);
#endif

#endif
