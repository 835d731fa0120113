// Matrix products with AMX: tiles of 16 lanes by 64 columns times tiles of 64 columns by 16 rows.
#include "avx512.h"
#include "arguments.h"

#if defined(__x86_64__)

/// With so few lanes a product is bound by reading the weights, and AVX-512 reads them as fast.
enum { MOST_LANES_WITHOUT_TILES = 2 };

/// What LDTILECFG reads (Intel SDM, volume 1, chapter 18).
typedef struct {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} __attribute__((aligned(64))) tile_configuration;

// Tile registers. Up to 16 lanes: two sets of sums, of three times 16 matrix rows each, so that one
// can be stored while the other is computed. Up to 32 lanes: two tiles of inputs times two of
// weights, so that each tile loaded is used twice.
#define NARROW_INPUTS 6
#define NARROW_WEIGHTS 7
#define WIDE_INPUTS_0 4
#define WIDE_INPUTS_1 5
#define WIDE_WEIGHTS_0 6
#define WIDE_WEIGHTS_1 7

FSC_AMX_INLINE tile_configuration configuration(int32_t lanes) {
  tile_configuration result = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    result.row_bytes[tile] = 64;
    result.rows[tile] = (uint8_t)lanes;
  }
  return result;
}

/// One call's operands.
typedef struct {
  const fsc_matrix *matrix;
  const int8_t *inputs;
  size_t input_stride;
  const int32_t *starts;
  const int16_t *const *biases;
  int16_t *z;
  size_t z_stride;
} product;

/// Scales the sums of `lanes` lanes and 32 matrix rows and adds biases. `low` and `high` are tiles
/// of sums, of 16 rows each.
FSC_AMX_INLINE void finish32(const product *p, int32_t lane, int32_t lanes, int32_t row,
                             const int32_t *low, const int32_t *high) {
  const __m128i shift = _mm_cvtsi32_si128(p->matrix->shift);
  const __m512i multipliers = _mm512_loadu_si512(p->matrix->multipliers + row);
  const __m512i in_order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  for (const int32_t end = lane + lanes; lane < end; lane++, low += 16, high += 16) {
    const __m512i start = _mm512_set1_epi32(p->starts[lane]);
    const __m512i l = _mm512_sra_epi32(_mm512_add_epi32(_mm512_load_si512(low), start), shift);
    const __m512i h = _mm512_sra_epi32(_mm512_add_epi32(_mm512_load_si512(high), start), shift);
    const __m512i a = _mm512_permutexvar_epi64(in_order, _mm512_packs_epi32(l, h));
    const __m512i z = _mm512_adds_epi16(_mm512_mulhrs_epi16(a, multipliers),
                                        _mm512_loadu_si512(p->biases[lane] + row));
    _mm512_storeu_si512(p->z + (size_t)lane * p->z_stride + row, z);
  }
}

/// The same for 16 matrix rows.
FSC_AMX_INLINE void finish16(const product *p, int32_t lane, int32_t lanes, int32_t row,
                             const int32_t *sums) {
  const __m128i shift = _mm_cvtsi32_si128(p->matrix->shift);
  for (const int32_t end = lane + lanes; lane < end; lane++, sums += 16)
    fsc_avx512_finish16(
        _mm512_add_epi32(_mm512_load_si512(sums), _mm512_set1_epi32(p->starts[lane])), shift,
        p->matrix->multipliers + row, p->biases[lane] + row,
        p->z + (size_t)lane * p->z_stride + row);
}

// MARK: Up to 16 lanes

enum { STRIP_ROWS = 48 };

/// The products of 48 matrix rows from `row` on, to tiles S, S + 1 and S + 2. The first tile of
/// inputs done, there is time to store those of the other set, T, if they are `pending`.
#define FSC_NARROW_STRIP(S0, S1, S2, T0, T1, T2)                                               \
  do {                                                                                         \
    const uint8_t *weights = fsc_x86_block(p->matrix, row);                                    \
    const int8_t *inputs = first_inputs;                                                       \
    _tile_zero(S0);                                                                            \
    _tile_zero(S1);                                                                            \
    _tile_zero(S2);                                                                            \
    for (int32_t tile = 0; tile < tiles; tile++) {                                             \
      _tile_loadd(NARROW_INPUTS, inputs, p->input_stride);                                     \
      _tile_loadd(NARROW_WEIGHTS, weights, 64);                                                \
      _tile_dpbsud(S0, NARROW_INPUTS, NARROW_WEIGHTS);                                         \
      _tile_loadd(NARROW_WEIGHTS, weights + block_bytes, 64);                                  \
      _tile_dpbsud(S1, NARROW_INPUTS, NARROW_WEIGHTS);                                         \
      _tile_loadd(NARROW_WEIGHTS, weights + 2 * block_bytes, 64);                              \
      _tile_dpbsud(S2, NARROW_INPUTS, NARROW_WEIGHTS);                                         \
      if (tile == 0 && pending) {                                                              \
        _tile_stored(T0, sums, 64);                                                            \
        _tile_stored(T1, sums + 256, 64);                                                      \
        _tile_stored(T2, sums + 512, 64);                                                      \
      }                                                                                        \
      weights += FSC_TILE_BYTES;                                                               \
      inputs += 64;                                                                            \
    }                                                                                          \
  } while (0)

FSC_AMX
static void project_narrow(const product *p, int32_t lane, int32_t lanes) {
  const int32_t rows = p->matrix->rows;
  const int32_t tiles = fsc_x86_groups(p->matrix->columns) / 16;
  const size_t block_bytes = (size_t)tiles * FSC_TILE_BYTES;
  const int8_t *const first_inputs = p->inputs + (size_t)lane * p->input_stride;
  tile_configuration c = configuration(lanes);
  c.rows[NARROW_WEIGHTS] = 16;
  _tile_loadconfig(&c);
  int32_t sums[3 * 256] __attribute__((aligned(64)));
  int32_t row = 0;
  int pending = 0;
  // Every other strip begins in the middle of a cache line of z.
#define FSC_FINISH(first)                                                                      \
  do {                                                                                         \
    if ((first) % 32 == 0) {                                                                   \
      finish32(p, lane, lanes, first, sums, sums + 256);                                       \
      finish16(p, lane, lanes, (first) + 32, sums + 512);                                      \
    } else {                                                                                   \
      finish16(p, lane, lanes, first, sums);                                                   \
      finish32(p, lane, lanes, (first) + 16, sums + 256, sums + 512);                          \
    }                                                                                          \
  } while (0)
  for (int odd = 0; row + STRIP_ROWS <= rows; row += STRIP_ROWS, odd = !odd) {
    if (odd) {
      FSC_NARROW_STRIP(3, 4, 5, 0, 1, 2);
    } else {
      FSC_NARROW_STRIP(0, 1, 2, 3, 4, 5);
    }
    if (pending) FSC_FINISH(row - STRIP_ROWS);
    pending = odd + 1;
  }
  if (pending == 1) {
    _tile_stored(0, sums, 64);
    _tile_stored(1, sums + 256, 64);
    _tile_stored(2, sums + 512, 64);
  } else if (pending == 2) {
    _tile_stored(3, sums, 64);
    _tile_stored(4, sums + 256, 64);
    _tile_stored(5, sums + 512, 64);
  }
  if (pending) FSC_FINISH(row - STRIP_ROWS);
#undef FSC_FINISH
  for (; row < rows; row += FSC_ROWS) {
    const uint8_t *weights = fsc_x86_block(p->matrix, row);
    _tile_zero(0);
    for (int32_t tile = 0; tile < tiles; tile++) {
      _tile_loadd(NARROW_INPUTS, first_inputs + 64 * tile, p->input_stride);
      _tile_loadd(NARROW_WEIGHTS, weights + (size_t)tile * FSC_TILE_BYTES, 64);
      _tile_dpbsud(0, NARROW_INPUTS, NARROW_WEIGHTS);
    }
    _tile_stored(0, sums, 64);
    finish16(p, lane, lanes, row, sums);
  }
}

// MARK: Up to 32 lanes

/// Several times 32 lanes, or 17...32 of them: `rest` is 1...16, and 16 if there are several.
FSC_AMX
static void project_wide(const product *p, int32_t first_lane, int32_t end, int32_t rest) {
  const int32_t rows = p->matrix->rows;
  const int32_t tiles = fsc_x86_groups(p->matrix->columns) / 16;
  const size_t block_bytes = (size_t)tiles * FSC_TILE_BYTES;
  const int32_t lanes = 16 + rest;
  tile_configuration c = configuration(16);
  c.rows[2] = c.rows[3] = c.rows[WIDE_INPUTS_1] = (uint8_t)rest;
  _tile_loadconfig(&c);
  int32_t sums[2 * 32 * 16] __attribute__((aligned(64)));
  int32_t pending_lane = -1, pending_row = 0;
  int32_t row = 0;
  for (; row + 32 <= rows; row += 32)
    for (int32_t lane = first_lane; lane < end; lane += 32) {
      const uint8_t *weights = fsc_x86_block(p->matrix, row);
      const int8_t *inputs = p->inputs + (size_t)lane * p->input_stride;
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
      for (int32_t tile = 0; tile < tiles; tile++) {
        _tile_loadd(WIDE_WEIGHTS_0, weights, 64);
        _tile_loadd(WIDE_INPUTS_0, inputs, p->input_stride);
        _tile_dpbsud(0, WIDE_INPUTS_0, WIDE_WEIGHTS_0);
        _tile_loadd(WIDE_INPUTS_1, inputs + 16 * p->input_stride, p->input_stride);
        _tile_dpbsud(2, WIDE_INPUTS_1, WIDE_WEIGHTS_0);
        _tile_loadd(WIDE_WEIGHTS_1, weights + block_bytes, 64);
        _tile_dpbsud(1, WIDE_INPUTS_0, WIDE_WEIGHTS_1);
        _tile_dpbsud(3, WIDE_INPUTS_1, WIDE_WEIGHTS_1);
        weights += FSC_TILE_BYTES;
        inputs += 64;
      }
      // The sums before these, now that they have long been stored.
      if (pending_lane >= 0) finish32(p, pending_lane, lanes, pending_row, sums, sums + 512);
      _tile_stored(0, sums, 64);
      _tile_stored(1, sums + 512, 64);
      _tile_stored(2, sums + 256, 64);
      _tile_stored(3, sums + 768, 64);
      pending_lane = lane;
      pending_row = row;
    }
  if (pending_lane >= 0) finish32(p, pending_lane, lanes, pending_row, sums, sums + 512);
  if (row == rows) return;
  for (int32_t lane = first_lane; lane < end; lane += 32) {
    const uint8_t *weights = fsc_x86_block(p->matrix, row);
    const int8_t *inputs = p->inputs + (size_t)lane * p->input_stride;
    _tile_zero(0);
    _tile_zero(2);
    for (int32_t tile = 0; tile < tiles; tile++) {
      _tile_loadd(WIDE_WEIGHTS_0, weights + (size_t)tile * FSC_TILE_BYTES, 64);
      _tile_loadd(WIDE_INPUTS_0, inputs + 64 * tile, p->input_stride);
      _tile_dpbsud(0, WIDE_INPUTS_0, WIDE_WEIGHTS_0);
      _tile_loadd(WIDE_INPUTS_1, inputs + 16 * p->input_stride + 64 * tile, p->input_stride);
      _tile_dpbsud(2, WIDE_INPUTS_1, WIDE_WEIGHTS_0);
    }
    _tile_stored(0, sums, 64);
    _tile_stored(2, sums + 256, 64);
    finish16(p, lane, lanes, row, sums);
  }
}

// MARK: Any number of lanes

FSC_AMX
static void project_lanes(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                          int32_t lanes, const int16_t *const *biases, int16_t *z,
                          size_t z_stride) {
  int32_t starts[FSC_CHUNK_LANES];
  fsc_avx512_starts(matrix, inputs, input_stride, lanes, starts);
  const product p = {
      .matrix = matrix,
      .inputs = inputs,
      .input_stride = input_stride,
      .starts = starts,
      .biases = biases,
      .z = z,
      .z_stride = z_stride,
  };
  const int32_t whole = lanes / 32 * 32, rest = lanes - whole;
  if (whole > 0) project_wide(&p, 0, whole, 16);
  if (rest > 16) {
    project_wide(&p, whole, lanes, rest - 16);
  } else if (rest > 0) {
    project_narrow(&p, whole, rest);
  }
  // Threads that leave tiles in use make every switch to another one save them.
  _tile_release();
}

static void project(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                    int32_t lanes, const int16_t *const *biases, int16_t *z,
                    size_t z_stride) {
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  while (lanes > 0) {
    const int32_t count = lanes < FSC_CHUNK_LANES ? lanes : FSC_CHUNK_LANES;
    if (count <= MOST_LANES_WITHOUT_TILES)
      fsc_avx512_project(matrix, inputs, input_stride, count, biases, z, z_stride);
    else
      project_lanes(matrix, inputs, input_stride, count, biases, z, z_stride);
    lanes -= count;
    inputs += (size_t)count * input_stride;
    biases += count;
    z += (size_t)count * z_stride;
  }
}

const fsc_kernels fsc_kernels_amx = {
    .name = "amx",
    .packed_size = fsc_x86_packed_size,
    .pack = fsc_x86_pack,
    .packed_cell_size = fsc_x86_packed_cell_size,
    .pack_cell = fsc_x86_pack_cell,
    .project = project,
    .step_cells = fsc_avx512_step_cells,
    .make_tree = fsc_avx512_make_tree,
};

#endif
