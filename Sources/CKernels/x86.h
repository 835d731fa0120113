// What the x86-64 kernels share: how they pack matrices, and who borrows whose functions.
#ifndef FSCOMP_X86_H
#define FSCOMP_X86_H

#include "CKernels.h"
#include "CProcessor.h"

#if defined(__x86_64__)

#include <string.h>

/// Four bytes, to be copied all over a register.
FSC_INLINE int32_t fsc_x86_four_bytes(const void *bytes) {
  int32_t result;
  memcpy(&result, bytes, 4);
  return result;
}

// A packed matrix is [rows / 16][groups][16][4]: 64 bytes hold four successive columns (a group)
// of 16 rows, which is what a dot-product instruction wants in a register of 512 bits (or in two
// of 256), and 16 groups are what AMX wants in a tile. Columns are padded with zeros to whole
// tiles, so that whatever bytes follow a lane's input count for nothing.
//
// Those instructions multiply unsigned by signed bytes. The weights are the unsigned side, as
// weight + 128, because then nothing needs converting on the way: inputs come from memory as they
// are, and what is too much, 128 x the sum of a lane's inputs, is one number a lane.
enum { FSC_ROWS = 16, FSC_GROUP_BYTES = 64, FSC_TILE_BYTES = 1024 };

/// Groups of four columns a row, padding included: a multiple of 16.
FSC_INLINE int32_t fsc_x86_groups(int32_t columns) { return (columns + 63) / 64 * 16; }

/// Groups of four columns that hold weights: a multiple of 4.
FSC_INLINE int32_t fsc_x86_used_groups(int32_t columns) { return columns / 4; }

/// Where the 16 rows from `row` on are in `packed`.
FSC_INLINE const uint8_t *fsc_x86_block(const fsc_matrix *matrix, int32_t row) {
  return (const uint8_t *)matrix->packed +
         (size_t)row * (size_t)fsc_x86_groups(matrix->columns) * 4;
}

size_t fsc_x86_packed_size(int32_t rows, int32_t columns);
void fsc_x86_pack(const int8_t *weights, int32_t rows, int32_t columns, void *packed);

// The gains and biases of a layer norm, made ready for 32-bit multiply-adds of 16-bit pairs.
//
// Widening products of the even and of the odd numbers of a register (the others count as zero)
// and packing the two with saturation costs the fewest instructions, but each time it reorders
// the eight numbers of every 128 bits:
//
//     0 1 2 3 4 5 6 7  ->  0 2 4 6 1 3 5 7  ->  0 4 1 5 2 6 3 7  ->  0 1 2 3 4 5 6 7
//
// A cell does it three times (normalizing; gains and biases; the cell state), and so ends where
// it began. What it is multiplied with in the second place is packed here in the order it has
// there: in [norm][units / 32], the gates' norms first and then that of an LSTM's cell state.
typedef struct {
  uint32_t even_gains[16]; // of units 0 4 1 5, 8 12 9 13, ...: in the lower halves
  uint32_t odd_gains[16];  // of units 2 6 3 7, 10 14 11 15, ...: in the upper halves
  int32_t even_biases[16]; // bias x 2^9 + 2^8, which is a rounding term
  int32_t odd_biases[16];
} fsc_x86_norm_block;

/// Blocks of 32 units, the last of which may be half empty.
FSC_INLINE int32_t fsc_x86_norm_blocks(int32_t units) { return (units + 31) / 32; }

/// The blocks of one of a cell's norms: those of the gates, FSC_CELL_NORM for the cell state's.
FSC_INLINE const fsc_x86_norm_block *fsc_x86_norm_of(const fsc_cell *cell, int norm) {
  return (const fsc_x86_norm_block *)cell->packed + norm * fsc_x86_norm_blocks(cell->units);
}

size_t fsc_x86_packed_cell_size(const fsc_cell *cell);
void fsc_x86_pack_cell(const fsc_cell *cell, void *packed);

// The tables, and the functions that more than one of them uses. Call them only where the
// processor has the instructions.
extern const fsc_kernels fsc_kernels_sse2; // the portable functions: compilers know SSE2
extern const fsc_kernels fsc_kernels_avx2;
extern const fsc_kernels fsc_kernels_avxvnni;
extern const fsc_kernels fsc_kernels_avx512;
extern const fsc_kernels fsc_kernels_amx;

void fsc_avx2_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes);
void fsc_avx2_make_tree(const int16_t *logits, uint32_t *tree);
void fsc_avx512_project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                        int32_t lanes, const int16_t *const *biases, int16_t *z,
                        size_t z_stride);
void fsc_avx512_step_cells(const fsc_cell *cell, fsc_cell_lanes lanes);
void fsc_avx512_make_tree(const int16_t *logits, uint32_t *tree);

#endif
#endif
