// What the NEON files share. Everything here needs Armv8.2.
#ifndef FSCOMP_CKERNELS_NEON_H
#define FSCOMP_CKERNELS_NEON_H

#include "CKernels.h"
#include "CProcessor.h"

#if defined(__aarch64__)

/// Products by SDOT: 16 multiplications an instruction.
extern const fsc_kernels fsc_kernels_neon_dotprod;

/// Products by SMMLA: 32 multiplications an instruction.
extern const fsc_kernels fsc_kernels_neon_i8mm;

// The functions of the two tables, with the contracts of fsc_kernels.
size_t fsc_neon_packed_size(int32_t rows, int32_t columns);
void fsc_neon_pack_dotprod(const int8_t *weights, int32_t rows, int32_t columns, void *packed);
void fsc_neon_project_dotprod(const fsc_matrix *matrix, const int8_t *inputs,
                              size_t input_stride, int32_t lanes, const int16_t *const *biases,
                              int16_t *z, size_t z_stride);
void fsc_neon_pack_i8mm(const int8_t *weights, int32_t rows, int32_t columns, void *packed);
void fsc_neon_project_i8mm(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                           int32_t lanes, const int16_t *const *biases, int16_t *z,
                           size_t z_stride);
void fsc_neon_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes);
void fsc_neon_make_tree(const int16_t *logits, uint32_t *tree);

#endif
#endif
