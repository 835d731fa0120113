// Matrix products with AVX-VNNI, the dot products of AVX-512 VNNI for 256-bit registers.
#include "avx2.h"
#include "arguments.h"

#if defined(__x86_64__)

/// What a lane's accumulators start with: the rounding term of the shift, less 128 x the sum of
/// its inputs (x86.h says why).
FSC_AVXVNNI_INLINE __m256i start(const fsc_matrix *matrix, const int8_t *inputs) {
  const __m128i offset = _mm_set1_epi8((char)128);
  __m128i sum = _mm_setzero_si128();
  for (int32_t column = 0; column < matrix->columns; column += 16)
    sum = _mm_dpbusd_avx_epi32(sum, offset, _mm_loadu_si128((const __m128i *)(inputs + column)));
  sum = _mm_hadd_epi32(sum, sum);
  sum = _mm_hadd_epi32(sum, sum);
  const __m128i half = _mm_set1_epi32((1 << matrix->shift) >> 1);
  return _mm256_broadcastd_epi32(_mm_sub_epi32(half, sum));
}

/// How many bytes ahead weights are prefetched: some come from the third cache at each step.
enum { AHEAD = 1024 };

/// `lanes` x `blocks` x 16 rows of the result. Both counts are constants wherever this is inlined.
FSC_AVXVNNI_INLINE void tile(const int lanes, const int blocks, const fsc_matrix *matrix,
                             int32_t row, const int8_t *inputs, size_t input_stride,
                             const __m256i *starts, const int16_t *const *biases, int16_t *z,
                             size_t z_stride) {
  const int32_t groups = fsc_x86_used_groups(matrix->columns);
  const size_t block_bytes = (size_t)fsc_x86_groups(matrix->columns) * FSC_GROUP_BYTES;
  const uint8_t *weights = fsc_x86_block(matrix, row);
  __m256i sums[6][8];
  for (int lane = 0; lane < lanes; lane++)
    for (int n = 0; n < 2 * blocks; n++) sums[lane][n] = starts[lane];
  for (int32_t group = 0; group < groups; group++, weights += FSC_GROUP_BYTES, inputs += 4) {
    for (int block = 0; block < blocks; block++)
      _mm_prefetch(weights + (size_t)block * block_bytes + AHEAD, _MM_HINT_T0);
    __m256i w[8];
    for (int n = 0; n < 2 * blocks; n++)
      w[n] = fsc_avx2_load(weights + (size_t)(n / 2) * block_bytes + 32 * (n % 2));
    for (int lane = 0; lane < lanes; lane++) {
      const __m256i x =
          _mm256_set1_epi32(fsc_x86_four_bytes(inputs + (size_t)lane * input_stride));
      for (int n = 0; n < 2 * blocks; n++)
        sums[lane][n] = _mm256_dpbusd_avx_epi32(sums[lane][n], w[n], x);
    }
  }
  const __m128i shift = _mm_cvtsi32_si128(matrix->shift);
  for (int lane = 0; lane < lanes; lane++)
    for (int n = 0; n < 2 * blocks; n++) {
      const int32_t at = row + 8 * n;
      fsc_avx2_finish8(sums[lane][n], shift, matrix->multipliers + at, biases[lane] + at,
                       z + (size_t)lane * z_stride + at);
    }
}

enum { CHUNK_LANES = 64 };

/// Up to CHUNK_LANES lanes: all of them for 16 rows, whose weights stay in the first cache
/// meanwhile, then for the next.
FSC_AVXVNNI
static void project_lanes(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                          int32_t lanes, const int16_t *const *biases, int16_t *z,
                          size_t z_stride) {
  __m256i starts[CHUNK_LANES];
  for (int32_t lane = 0; lane < lanes; lane++)
    starts[lane] = start(matrix, inputs + (size_t)lane * input_stride);
  const int32_t rows = matrix->rows;
  int32_t row = 0;
  if (lanes == 1) // more rows at once, to keep both multipliers busy
    for (; row + 64 <= rows; row += 64)
      tile(1, 4, matrix, row, inputs, input_stride, starts, biases, z, z_stride);
  for (; row < rows; row += FSC_ROWS) {
    int32_t lane = 0;
#define FSC_TILES(count)                                                                       \
  for (; lane + count <= lanes; lane += count)                                                 \
  tile(count, 1, matrix, row, inputs + (size_t)lane * input_stride, input_stride,              \
       starts + lane, biases + lane, z + (size_t)lane * z_stride, z_stride)
    FSC_TILES(6);
    FSC_TILES(4);
    FSC_TILES(2);
    FSC_TILES(1);
#undef FSC_TILES
  }
}

static void project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                    int32_t lanes, const int16_t *const *biases, int16_t *z,
                    size_t z_stride) {
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  while (lanes > 0) {
    const int32_t count = lanes < CHUNK_LANES ? lanes : CHUNK_LANES;
    project_lanes(matrix, inputs, input_stride, count, biases, z, z_stride);
    lanes -= count;
    inputs += (size_t)count * input_stride;
    biases += count;
    z += (size_t)count * z_stride;
  }
}

const fsc_kernels fsc_kernels_avxvnni = {
    .name = "avxvnni",
    .packed_size = fsc_x86_packed_size,
    .pack = fsc_x86_pack,
    .packed_cell_size = fsc_x86_packed_cell_size,
    .pack_cell = fsc_x86_pack_cell,
    .project = project,
    .step_cells = fsc_avx2_step_cells,
    .make_tree = fsc_avx2_make_tree,
};

#endif
