// Matrix products with AVX-512 VNNI: a register holds 16 rows of the result for one lane.
//
// A network hardly fits the second cache, so that many of its weights come from the third one at
// each step: as fast as that can deliver while the first lanes of a strip use them, and not at all
// while the others do. With many lanes, each tile therefore asks for its share of the next strip.
#include "avx512.h"
#include "arguments.h"

#if defined(__x86_64__)

/// With fewer lanes the weights are wanted faster than they could come, and prefetching only gets
/// in the way.
enum { LEAST_LANES_TO_PREFETCH = 16 };

/// `lanes` x `blocks` x 16 rows of the result: lanes x blocks accumulators stay in registers while
/// the columns go by. Both counts are constants wherever this is inlined. For each 64 bytes of
/// weights, `ahead`, unless it is null, is prefetched and moved on by `ahead_step` bytes.
FSC_AVX512_INLINE void tile(const int lanes, const int blocks, const fsc_matrix *matrix,
                            int32_t row, const int8_t *inputs, size_t input_stride,
                            const int32_t *starts, const int16_t *const *biases, int16_t *z,
                            size_t z_stride, const char *ahead, size_t ahead_step) {
  const int32_t groups = fsc_x86_used_groups(matrix->columns);
  const size_t block_bytes = (size_t)fsc_x86_groups(matrix->columns) * FSC_GROUP_BYTES;
  const uint8_t *weights = fsc_x86_block(matrix, row);
  __m512i sums[8][8];
  for (int lane = 0; lane < lanes; lane++)
    for (int block = 0; block < blocks; block++)
      sums[lane][block] = _mm512_set1_epi32(starts[lane]);
  for (int32_t group = 0; group < groups; group++, weights += FSC_GROUP_BYTES, inputs += 4) {
    __m512i w[8];
    for (int block = 0; block < blocks; block++)
      w[block] = _mm512_loadu_si512(weights + (size_t)block * block_bytes);
    if (ahead != NULL)
      for (int block = 0; block < blocks; block++, ahead += ahead_step)
        _mm_prefetch(ahead, _MM_HINT_T1);
    for (int lane = 0; lane < lanes; lane++) {
      const __m512i x =
          _mm512_set1_epi32(fsc_x86_four_bytes(inputs + (size_t)lane * input_stride));
      for (int block = 0; block < blocks; block++)
        sums[lane][block] = _mm512_dpbusd_epi32(sums[lane][block], w[block], x);
    }
  }
  const __m128i shift = _mm_cvtsi32_si128(matrix->shift);
  for (int lane = 0; lane < lanes; lane++)
    for (int block = 0; block < blocks; block++) {
      const int32_t at = row + block * FSC_ROWS;
      fsc_avx512_finish16(sums[lane][block], shift, matrix->multipliers + at, biases[lane] + at,
                          z + (size_t)lane * z_stride + at);
    }
}

/// All lanes of `blocks` x 16 rows, whose weights stay in the first cache meanwhile.
FSC_AVX512_INLINE void strip(const int blocks, const fsc_matrix *matrix, int32_t row,
                             const int8_t *inputs, size_t input_stride, int32_t lanes,
                             const int32_t *starts, const int16_t *const *biases, int16_t *z,
                             size_t z_stride) {
  const size_t bytes = (size_t)blocks * FSC_ROWS * (size_t)fsc_x86_groups(matrix->columns) * 4;
  const char *const next = (const char *)fsc_x86_block(matrix, row) + bytes;
  const int prefetches = lanes >= LEAST_LANES_TO_PREFETCH;
  int32_t lane = 0;
#define FSC_TILES(count)                                                                       \
  for (; lane + count <= lanes; lane += count)                                                 \
  tile(count, blocks, matrix, row, inputs + (size_t)lane * input_stride, input_stride,         \
       starts + lane, biases + lane, z + (size_t)lane * z_stride, z_stride,                    \
       prefetches ? next + bytes * (size_t)lane / (size_t)lanes : NULL,                        \
       FSC_GROUP_BYTES * count / (size_t)lanes)
  FSC_TILES(8);
  FSC_TILES(7);
  FSC_TILES(6);
  FSC_TILES(5);
  FSC_TILES(4);
  FSC_TILES(3);
  FSC_TILES(2);
  FSC_TILES(1);
#undef FSC_TILES
}

FSC_AVX512
static void project_lanes(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                          int32_t lanes, const int16_t *const *biases, int16_t *z,
                          size_t z_stride) {
  int32_t starts[FSC_CHUNK_LANES];
  fsc_avx512_starts(matrix, inputs, input_stride, lanes, starts);
  const int32_t rows = matrix->rows;
  int32_t row = 0;
#define FSC_ROW_STRIPS(blocks, function)                                                       \
  for (; row + blocks * FSC_ROWS <= rows; row += blocks * FSC_ROWS)                            \
  function(blocks, matrix, row, inputs, input_stride, lanes, starts, biases, z, z_stride)
#define FSC_FEW_LANES(count, blocks)                                                           \
  for (; row + blocks * FSC_ROWS <= rows; row += blocks * FSC_ROWS)                            \
  tile(count, blocks, matrix, row, inputs, input_stride, starts, biases, z, z_stride, NULL, 0)
  // Few lanes need more rows at once to keep both multipliers busy.
  if (lanes == 1) {
    FSC_FEW_LANES(1, 8);
  } else if (lanes == 2) {
    FSC_FEW_LANES(2, 8);
  }
  FSC_ROW_STRIPS(3, strip);
  FSC_ROW_STRIPS(1, strip);
#undef FSC_ROW_STRIPS
#undef FSC_FEW_LANES
}

FSC_AVX512
void fsc_avx512_project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                        int32_t lanes, const int16_t *const *biases, int16_t *z,
                        size_t z_stride) {
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  for (; lanes > FSC_CHUNK_LANES; lanes -= FSC_CHUNK_LANES) {
    project_lanes(matrix, inputs, input_stride, FSC_CHUNK_LANES, biases, z, z_stride);
    inputs += FSC_CHUNK_LANES * input_stride;
    biases += FSC_CHUNK_LANES;
    z += FSC_CHUNK_LANES * z_stride;
  }
  project_lanes(matrix, inputs, input_stride, lanes, biases, z, z_stride);
}

const fsc_kernels fsc_kernels_avx512 = {
    .name = "avx512",
    .packed_size = fsc_x86_packed_size,
    .pack = fsc_x86_pack,
    .packed_cell_size = fsc_x86_packed_cell_size,
    .pack_cell = fsc_x86_pack_cell,
    .project = fsc_avx512_project,
    .step_cells = fsc_avx512_step_cells,
    .make_tree = fsc_avx512_make_tree,
};

#endif
