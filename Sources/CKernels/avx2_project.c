// Matrix products with AVX2, which has no dot product that is exact and quick at once.
//
// VPMADDUBSW multiplies unsigned by signed bytes and adds two products with saturation at 16 bits.
// Two more instructions, VPMADDWD by ones and an addition, take those sums to 32 bits. The inputs
// are the unsigned side, as input + 127, 0...254. Since 254 x 129 still fits 16 bits, a sum of
// products is exact as long as neither its positive nor its negative weights exceed 129 in all.
//
// A block of weights is 8 rows by 4 columns, whose products are summed in 16 places: two for each
// row. Of the three ways to part four columns into two pairs, one usually keeps all 16 places
// below that limit; and then there is usually a second block that leaves all places below it even
// if its products are added to those of the first. Such "couples" take five instructions for two
// blocks. The blocks that find no partner, a twelfth of them in a trained network, are multiplied
// as 16-bit numbers, in four instructions each. (Three would do for half of these, but another
// loop costs a mispredicted branch each time it ends.)
//
// All this depends on the weights alone and is found out once, when they are packed; whatever the
// inputs, nothing saturates.
#include "avx2.h"
#include "arguments.h"

#if defined(__x86_64__)

enum { ROWS = 8, BLOCK_BYTES = 32, OFFSET = 127, MOST_WEIGHT = 129 };

/// What comes before the blocks of 8 rows, of which the couples are first.
typedef struct {
  int32_t surplus[ROWS]; // OFFSET x the sum of each row's weights
  int32_t couples;
  int32_t reserved[7];
} strip_header;

/// Bytes of a strip of 8 rows: the header, for each block the inputs that it is for, 0...6143,
/// and the blocks. Those in couples are [row][4], the others, "wide", [2][row][2].
FSC_INLINE size_t order_size(int32_t columns) {
  return ((size_t)columns / 4 * sizeof(uint16_t) + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

FSC_INLINE size_t strip_size(int32_t columns) {
  return sizeof(strip_header) + order_size(columns) + (size_t)columns / 4 * BLOCK_BYTES;
}

// MARK: Arrangements

/// Ways to order four columns so that they fall into different pairs.
enum { ARRANGEMENTS = 3 };

/// Reorders each four bytes. Each arrangement is its own inverse.
FSC_AVX2_INLINE __m256i arranged(__m256i bytes, int arrangement) {
  const __m256i orders[ARRANGEMENTS] = {
      _mm256_set1_epi32(0x03020100), // 01 23
      _mm256_set1_epi32(0x03010200), // 02 13
      _mm256_set1_epi32(0x01020300), // 03 12, as 03 21
  };
  const __m256i fours = _mm256_setr_epi32(0, 0x04040404, 0x08080808, 0x0C0C0C0C, 0, 0x04040404,
                                          0x08080808, 0x0C0C0C0C);
  return _mm256_shuffle_epi8(bytes, _mm256_add_epi8(orders[arrangement], fours));
}

// MARK: Packing

static size_t packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows / ROWS * strip_size(columns);
}

/// The positive and the negative weights of the 16 places of a light block, 32 bytes in all.
FSC_AVX2_INLINE __m256i load_of(__m256i block) {
  const __m256i ones = _mm256_set1_epi8(1), zero = _mm256_setzero_si256();
  const __m256i negative = _mm256_sub_epi8(zero, block);
  return _mm256_packus_epi16(_mm256_maddubs_epi16(ones, _mm256_max_epi8(block, zero)),
                             _mm256_maddubs_epi16(ones, _mm256_max_epi8(negative, zero)));
}

FSC_AVX2_INLINE int is_light(__m256i load) {
  const __m256i most = _mm256_set1_epi8((char)MOST_WEIGHT);
  return _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(load, most), most)) == -1;
}

/// Four columns of eight rows, in the first arrangement.
FSC_AVX2_INLINE __m256i read_block(const int8_t *weights, int32_t columns) {
  int32_t fours[ROWS];
  for (int row = 0; row < ROWS; row++)
    fours[row] = fsc_x86_four_bytes(weights + (size_t)row * (size_t)columns);
  return fsc_avx2_load(fours);
}

/// Most blocks among which partners are looked for.
enum { SECTION_BLOCKS = 256, HEAVINESS_STEPS = 64, MOST_GROUPS = 2048 };

/// Successive blocks of a strip.
typedef struct {
  __m256i loads[SECTION_BLOCKS][ARRANGEMENTS]; // all 255 where the block is not light
  uint8_t is_light[SECTION_BLOCKS];            // in one of the arrangements at least
  uint8_t is_done[SECTION_BLOCKS];
  uint16_t light[SECTION_BLOCKS]; // the heaviest first
  int32_t count, light_count;
} section;

FSC_AVX2
static void read_section(const int8_t *weights, int32_t columns, int32_t count, section *s) {
  uint8_t heaviness[SECTION_BLOCKS];
  int32_t starts[HEAVINESS_STEPS + 1] = {0};
  *s = (section){.count = count};
  for (int32_t n = 0; n < count; n++, weights += 4) {
    const __m256i block = read_block(weights, columns);
    for (int a = 0; a < ARRANGEMENTS; a++) {
      const __m256i load = load_of(arranged(block, a));
      s->loads[n][a] = is_light(load) ? load : _mm256_set1_epi8(-1);
      s->is_light[n] |= is_light(load);
    }
    if (!s->is_light[n]) continue;
    // The sum of all magnitudes, at most 32 x 127.
    const __m256i sums = _mm256_sad_epu8(_mm256_abs_epi8(block), _mm256_setzero_si256());
    const int64_t sum = _mm256_extract_epi64(sums, 0) + _mm256_extract_epi64(sums, 1) +
                        _mm256_extract_epi64(sums, 2) + _mm256_extract_epi64(sums, 3);
    heaviness[n] = (uint8_t)(HEAVINESS_STEPS - 1 - sum / 64);
    starts[heaviness[n] + 1]++;
    s->light_count++;
  }
  for (int step = 1; step <= HEAVINESS_STEPS; step++) starts[step] += starts[step - 1];
  for (int32_t n = 0; n < count; n++)
    if (s->is_light[n]) s->light[starts[heaviness[n]]++] = (uint16_t)n;
}

/// Looks among the light blocks from `first` on for a partner of `block`, and for arrangements in
/// which the two are a couple. Returns the partner, or -1.
FSC_AVX2
static int32_t find_partner(const section *s, int32_t block, int32_t first, int arrangements[2]) {
  for (int32_t n = first; n < s->light_count; n++) {
    const int32_t other = s->light[n];
    if (s->is_done[other]) continue;
    for (int a = 0; a < ARRANGEMENTS; a++)
      for (int b = 0; b < ARRANGEMENTS; b++)
        if (is_light(_mm256_adds_epu8(s->loads[block][a], s->loads[other][b]))) {
          arrangements[0] = a;
          arrangements[1] = b;
          return other;
        }
  }
  return -1;
}

/// The blocks of a strip: each arrangement x groups + group.
typedef struct {
  uint16_t couples[MOST_GROUPS], wide[MOST_GROUPS];
  int32_t couple_blocks, wide_blocks;
} strip_order;

FSC_AVX2
static void sort_section(section *s, int32_t first_group, int32_t groups, strip_order *order) {
  for (int32_t n = 0; n < s->count; n++)
    if (!s->is_light[n]) order->wide[order->wide_blocks++] = (uint16_t)(first_group + n);
  for (int32_t n = 0; n < s->light_count; n++) {
    const int32_t block = s->light[n];
    if (s->is_done[block]) continue;
    int arrangements[2] = {0};
    const int32_t partner = find_partner(s, block, n + 1, arrangements);
    if (partner < 0) {
      order->wide[order->wide_blocks++] = (uint16_t)(first_group + block);
      continue;
    }
    s->is_done[partner] = 1;
    uint16_t *couple = order->couples + order->couple_blocks;
    couple[0] = (uint16_t)(arrangements[0] * groups + first_group + block);
    couple[1] = (uint16_t)(arrangements[1] * groups + first_group + partner);
    order->couple_blocks += 2;
  }
}

FSC_AVX2
static void pack_strip(const int8_t *weights, int32_t columns, char *packed) {
  const int32_t groups = columns / 4;
  strip_order order = {0};
  for (int32_t group = 0; group < groups; group += SECTION_BLOCKS) {
    const int32_t rest = groups - group;
    section s;
    read_section(weights + 4 * group, columns, rest < SECTION_BLOCKS ? rest : SECTION_BLOCKS, &s);
    sort_section(&s, group, groups, &order);
  }
  strip_header *header = (strip_header *)packed;
  *header = (strip_header){.couples = order.couple_blocks / 2};
  for (int row = 0; row < ROWS; row++)
    for (int32_t column = 0; column < columns; column++)
      header->surplus[row] += OFFSET * weights[(size_t)row * (size_t)columns + (size_t)column];

  uint16_t *inputs = (uint16_t *)(header + 1);
  memcpy(inputs, order.couples, (size_t)order.couple_blocks * sizeof *inputs);
  memcpy(inputs + order.couple_blocks, order.wide, (size_t)order.wide_blocks * sizeof *inputs);
  int8_t *out = (int8_t *)inputs + order_size(columns);
  int32_t n = 0;
  for (; n < order.couple_blocks; n++, out += BLOCK_BYTES)
    fsc_avx2_store(out, arranged(read_block(weights + 4 * (inputs[n] % groups), columns),
                                 inputs[n] / groups));
  for (; n < groups; n++, out += BLOCK_BYTES)
    for (int row = 0; row < ROWS; row++)
      for (int k = 0; k < 4; k++)
        out[k / 2 * 16 + 2 * row + k % 2] =
            weights[(size_t)row * (size_t)columns + (size_t)(4 * inputs[n] + k)];
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
  uint8_t arranged[ARRANGEMENTS * MOST_INPUTS]; // [arrangement][group][lane][4]: input + OFFSET
  uint16_t wide[MOST_INPUTS];                   // [group][lane][4]: the same
} __attribute__((aligned(32))) interleaved;

/// Writes four groups of one lane.
FSC_AVX2_INLINE void interleave1(const int lanes, __m128i x, int32_t columns, size_t at,
                                 interleaved *out) {
  int32_t fours[4];
  for (int a = 0; a < ARRANGEMENTS; a++) {
    _mm_storeu_si128((__m128i *)fours,
                     _mm256_castsi256_si128(arranged(_mm256_castsi128_si256(x), a)));
    for (int n = 0; n < 4; n++)
      memcpy(out->arranged + a * lanes * columns + at + 4 * n * lanes, &fours[n], 4);
  }
  int64_t words[4];
  fsc_avx2_store(words, _mm256_cvtepu8_epi16(x));
  for (int n = 0; n < 4; n++) memcpy(out->wide + at + 4 * n * lanes, &words[n], 8);
}

/// Writes four groups of four lanes.
FSC_AVX2_INLINE void interleave4(const int lanes, const __m128i x[4], int32_t columns, size_t at,
                                 interleaved *out) {
  const __m128i a = _mm_unpacklo_epi32(x[0], x[1]), b = _mm_unpacklo_epi32(x[2], x[3]);
  const __m128i c = _mm_unpackhi_epi32(x[0], x[1]), d = _mm_unpackhi_epi32(x[2], x[3]);
  const __m256i groups[2] = {
      _mm256_set_m128i(_mm_unpackhi_epi64(a, b), _mm_unpacklo_epi64(a, b)),
      _mm256_set_m128i(_mm_unpackhi_epi64(c, d), _mm_unpacklo_epi64(c, d)),
  };
  for (int n = 0; n < 4; n++) {
    const size_t place = at + (size_t)(4 * n * lanes);
    for (int k = 0; k < ARRANGEMENTS; k++) {
      const __m256i two = arranged(groups[n / 2], k);
      _mm_storeu_si128((__m128i *)(out->arranged + k * lanes * columns + place),
                       n % 2 ? _mm256_extracti128_si256(two, 1) : _mm256_castsi256_si128(two));
    }
    fsc_avx2_store(out->wide + place,
                   _mm256_cvtepu8_epi16(n % 2 ? _mm256_extracti128_si256(groups[n / 2], 1)
                                              : _mm256_castsi256_si128(groups[n / 2])));
  }
}

FSC_AVX2_INLINE void interleave(const int lanes, const int8_t *inputs, size_t input_stride,
                                int32_t columns, interleaved *out) {
  const __m128i offset = _mm_set1_epi8(OFFSET);
  for (int32_t column = 0; column < columns; column += 16) {
    __m128i x[MOST_LANES];
    for (int lane = 0; lane < lanes; lane++)
      x[lane] = _mm_add_epi8(
          offset,
          _mm_loadu_si128((const __m128i *)(inputs + (size_t)lane * input_stride + column)));
    const size_t at = (size_t)column * (size_t)lanes;
    if (lanes % 4 == 0)
      for (int lane = 0; lane < lanes; lane += 4)
        interleave4(lanes, x + lane, columns, at + (size_t)(4 * lane), out);
    else
      for (int lane = 0; lane < lanes; lane++)
        interleave1(lanes, x[lane], columns, at + (size_t)(4 * lane), out);
  }
}

FSC_AVX2_INLINE __m256i broadcast(const void *bytes) {
  return _mm256_set1_epi32(fsc_x86_four_bytes(bytes));
}

/// All rows of `lanes` lanes; their number is a constant wherever this is inlined.
FSC_AVX2_INLINE void project_lanes(const int lanes, const fsc_matrix *matrix,
                                   const interleaved *inputs, const int16_t *const *biases,
                                   int16_t *z, size_t z_stride) {
  const int32_t columns = matrix->columns;
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
    const uint16_t *const wide = order + 2 * header->couples, *const end = order + columns / 4;
    for (; order < wide; order += 2, block += 2 * BLOCK_BYTES) {
      const __m256i first = fsc_avx2_load(block), second = fsc_avx2_load(block + BLOCK_BYTES);
      _mm_prefetch(block + strip_size(columns), _MM_HINT_T0); // the next strip
      const uint8_t *x = inputs->arranged + (size_t)order[0] * (size_t)(4 * lanes);
      const uint8_t *y = inputs->arranged + (size_t)order[1] * (size_t)(4 * lanes);
      for (int lane = 0; lane < lanes; lane++) {
        const __m256i pairs =
            _mm256_add_epi16(_mm256_maddubs_epi16(broadcast(x + 4 * lane), first),
                             _mm256_maddubs_epi16(broadcast(y + 4 * lane), second));
        sums[lane] = _mm256_add_epi32(sums[lane], _mm256_madd_epi16(pairs, ones));
      }
    }
    for (; order < end; order++, block += BLOCK_BYTES) {
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)block));
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)block + 1));
      const uint16_t *x = inputs->wide + (size_t)order[0] * (size_t)(4 * lanes);
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
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
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
    .step_cells = fsc_avx2_step_cells,
    .make_tree = fsc_avx2_make_tree,
};

#endif
