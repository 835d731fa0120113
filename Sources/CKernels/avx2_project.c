// Matrix products with AVX2, which has no dot product that is exact and quick at once.
//
// VPMADDUBSW multiplies unsigned by signed bytes and adds two products with saturation at 16 bits.
// With input + 127, 0...254, on the unsigned side it is exact as long as the weights of two
// successive columns are at most 129 together: "light", as we call a block of 8 rows by 4 columns
// of which that is true for all rows. The other blocks are widened to 16 bits and multiplied by
// VPMADDWD, which takes four instructions instead of three. In a trained network some 60 % of the
// blocks are light, so that packing them first and the others last in each 8 rows pays.
#include "avx2.h"

#if defined(__x86_64__)

enum { ROWS = 8, BLOCK_BYTES = 32, OFFSET = 127, LIGHTEST_SATURATING = 130 };

/// What comes before the blocks of 8 rows.
typedef struct {
  int32_t surplus[ROWS]; // OFFSET x the sum of each row's light weights
  int32_t light;         // how many of the blocks are light
  int32_t reserved[7];
} strip_header;

/// Bytes of a strip of 8 rows: the header, for each block the group of columns it is for, 0...2047,
/// and the blocks. Light blocks are [row][4], the others [2][row][2].
FSC_INLINE size_t order_size(int32_t columns) {
  return ((size_t)columns / 4 * sizeof(uint16_t) + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

FSC_INLINE size_t strip_size(int32_t columns) {
  return sizeof(strip_header) + order_size(columns) + (size_t)columns / 4 * BLOCK_BYTES;
}

// MARK: Packing

static size_t packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows / ROWS * strip_size(columns);
}

static int magnitude(int8_t weight) { return weight < 0 ? -weight : weight; }

static int is_light(const int8_t *weights, int32_t columns) {
  for (int row = 0; row < ROWS; row++, weights += columns)
    if (magnitude(weights[0]) + magnitude(weights[1]) >= LIGHTEST_SATURATING ||
        magnitude(weights[2]) + magnitude(weights[3]) >= LIGHTEST_SATURATING)
      return 0;
  return 1;
}

static void pack_strip(const int8_t *weights, int32_t columns, char *packed) {
  strip_header *header = (strip_header *)packed;
  uint16_t *order = (uint16_t *)(header + 1);
  int8_t *block = (int8_t *)order + order_size(columns);
  memset(header, 0, sizeof *header);
  for (int want_light = 1; want_light >= 0; want_light--)
    for (int32_t column = 0; column < columns; column += 4) {
      if (is_light(weights + column, columns) != want_light) continue;
      *order++ = (uint16_t)(column / 4);
      header->light += want_light;
      for (int row = 0; row < ROWS; row++)
        for (int n = 0; n < 4; n++) {
          const int8_t weight = weights[(size_t)row * (size_t)columns + (size_t)(column + n)];
          block[want_light ? 4 * row + n : n / 2 * 16 + 2 * row + n % 2] = weight;
          if (want_light) header->surplus[row] += OFFSET * weight;
        }
      block += BLOCK_BYTES;
    }
}

static void pack(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  for (int32_t row = 0; row < rows; row += ROWS)
    pack_strip(weights + (size_t)row * (size_t)columns, columns,
               (char *)packed + (size_t)(row / ROWS) * strip_size(columns));
}

// MARK: Product

/// Most lanes at a time, and most lanes x columns.
enum { MOST_LANES = 8, MOST_INPUTS = 8192 };

/// The inputs of up to eight lanes, side by side.
typedef struct {
  uint8_t offset[MOST_INPUTS]; // [group][lane][4]: input + OFFSET
  int16_t wide[MOST_INPUTS];   // [group][lane][4]
} __attribute__((aligned(32))) interleaved;

FSC_AVX2_INLINE void interleave(const int lanes, const int8_t *inputs, size_t input_stride,
                                int32_t columns, interleaved *out) {
  const __m128i offset = _mm_set1_epi8(OFFSET);
  for (int lane = 0; lane < lanes; lane++, inputs += input_stride) {
    for (int32_t column = 0; column < columns; column += 16) {
      const __m128i x = _mm_loadu_si128((const __m128i *)(inputs + column));
      int32_t bytes[4];
      int64_t words[4];
      _mm_storeu_si128((__m128i *)bytes, _mm_add_epi8(x, offset));
      fsc_avx2_store(words, _mm256_cvtepi8_epi16(x));
      for (int n = 0; n < 4; n++) {
        const size_t at = (size_t)((column / 4 + n) * lanes + lane) * 4;
        memcpy(out->offset + at, &bytes[n], 4);
        memcpy(out->wide + at, &words[n], 8);
      }
    }
  }
}

FSC_AVX2_INLINE __m256i broadcast(const void *bytes) {
  return _mm256_set1_epi32(fsc_x86_four_bytes(bytes));
}

/// All rows of `lanes` lanes; their number is a constant wherever this is inlined.
FSC_AVX2_INLINE void project_lanes(const int lanes, const fsc_matrix *matrix,
                                   const interleaved *inputs, const int16_t *const *biases,
                                   int16_t *z, size_t z_stride) {
  const int32_t columns = matrix->columns, groups = columns / 4;
  const __m256i ones = _mm256_set1_epi16(1);
  const __m256i half = _mm256_set1_epi32((1 << matrix->shift) >> 1);
  const __m128i shift = _mm_cvtsi32_si128(matrix->shift);
  const char *strip = matrix->packed;
  for (int32_t row = 0; row < matrix->rows; row += ROWS, strip += strip_size(columns)) {
    const strip_header *header = (const strip_header *)strip;
    const uint16_t *order = (const uint16_t *)(header + 1);
    const char *block = (const char *)order + order_size(columns);
    const __m256i start = _mm256_sub_epi32(half, fsc_avx2_load(header->surplus));
    __m256i sums[MOST_LANES];
    for (int lane = 0; lane < lanes; lane++) sums[lane] = start;
    int32_t n = 0;
    for (; n < header->light; n++, block += BLOCK_BYTES) {
      const __m256i weights = fsc_avx2_load(block);
      const uint8_t *x = inputs->offset + (size_t)order[n] * (size_t)(4 * lanes);
      for (int lane = 0; lane < lanes; lane++) {
        const __m256i pairs = _mm256_maddubs_epi16(broadcast(x + 4 * lane), weights);
        sums[lane] = _mm256_add_epi32(sums[lane], _mm256_madd_epi16(pairs, ones));
      }
    }
    for (; n < groups; n++, block += BLOCK_BYTES) {
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)block));
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)block + 1));
      const int16_t *x = inputs->wide + (size_t)order[n] * (size_t)(4 * lanes);
      for (int lane = 0; lane < lanes; lane++) {
        sums[lane] = _mm256_add_epi32(sums[lane],
                                      _mm256_madd_epi16(broadcast(x + 4 * lane), first));
        sums[lane] = _mm256_add_epi32(sums[lane],
                                      _mm256_madd_epi16(broadcast(x + 4 * lane + 2), second));
      }
    }
    for (int lane = 0; lane < lanes; lane++)
      fsc_avx2_finish8(sums[lane], shift, matrix->multipliers + row, biases[lane] + row,
                       z + (size_t)lane * z_stride + row);
  }
}

FSC_AVX2
static void project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                    int32_t lanes, const int16_t *const *biases, int16_t *z,
                    size_t z_stride) {
  interleaved scratch;
  const int32_t columns = matrix->columns;
  int32_t lane = 0;
#define FSC_LANES(count)                                                                       \
  for (; lane + count <= lanes && count * columns <= MOST_INPUTS; lane += count) {             \
    interleave(count, inputs + (size_t)lane * input_stride, input_stride, columns, &scratch);  \
    project_lanes(count, matrix, &scratch, biases + lane, z + (size_t)lane * z_stride,         \
                  z_stride);                                                                   \
  }
  FSC_LANES(8)
  FSC_LANES(4)
  FSC_LANES(2)
  FSC_LANES(1)
#undef FSC_LANES
}

const fsc_kernels fsc_kernels_avx2 = {
    .name = "avx2",
    .packed_size = packed_size,
    .pack = pack,
    .packed_cell_size = fsc_x86_packed_cell_size,
    .pack_cell = fsc_x86_pack_cell,
    .project = project,
    .step_cell = fsc_avx2_step_cell,
    .make_tree = fsc_avx2_make_tree,
};

#endif
