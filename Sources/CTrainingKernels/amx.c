// Matrix products in tiles of bfloat16 (AMX): 32 rows by 32 columns at a time, as two by two tiles
// of sums, so that each tile that is loaded is used twice.
//
// Left operands are [rows / 16][depth / 32] tiles of 16 rows by 32 of depth; right operands are
// [columns / 16][depth / 32] tiles of 16 pairs of depth by 16 columns, a pair being side by side.
#include "wide.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(                                                                   \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,amx-tile,amx-bf16"))), \
    apply_to = function)

#include "blocks.h"
#include "pairs.h"

#define FST_KEEPS_SCALES 0
enum { FST_ROW_PADDING = 32, FST_DEPTH_PADDING = 32, FST_COLUMN_PADDING = 32 };
enum { FST_TILE = 16, FST_TILE_DEPTH = 32, FST_TILE_NUMBERS = 512, FST_TILE_STRIDE = 64 };

/// A bfloat16 number.
typedef uint16_t fst_brief;

/// The tile with row or column `index`, and depth `d`.
FST_INLINE fst_brief *fst_tile_at(const void *packed, fst_layout layout, int32_t index, int32_t d) {
  const size_t tiles = (size_t)(index / FST_TILE) * (layout.depth / FST_TILE_DEPTH);
  return (fst_brief *)packed + (tiles + d / FST_TILE_DEPTH) * FST_TILE_NUMBERS;
}

FST_INLINE void fst_put_left(void *packed, fst_layout layout, int32_t row, int32_t d,
                             fst_block block) {
  fst_brief *tile = fst_tile_at(packed, layout, row, d) + d % FST_TILE_DEPTH;
  for (int i = 0; i < 16; i++)
    _mm256_storeu_si256((__m256i *)(tile + i * FST_TILE_DEPTH),
                        (__m256i)_mm512_cvtneps_pbh(block.vectors[i]));
}

FST_INLINE void fst_put_right(void *packed, fst_layout layout, int32_t d, int32_t column,
                              fst_block block) {
  fst_brief *tile =
      fst_tile_at(packed, layout, column, d) + d % FST_TILE_DEPTH / 2 * FST_TILE_DEPTH;
  for (int i = 0; i < 16; i += 2)
    _mm512_storeu_si512(tile + i / 2 * FST_TILE_DEPTH,
                        fst_paired(block.vectors[i], block.vectors[i + 1]));
}

#include "packing.h"

static size_t left_size(int32_t rows, int32_t depth) {
  const fst_layout layout = left_layout(rows, depth);
  return sizeof(fst_brief) * (size_t)layout.width * (size_t)layout.depth;
}

static size_t right_size(int32_t depth, int32_t columns) {
  const fst_layout layout = right_layout(depth, columns);
  return sizeof(fst_brief) * (size_t)layout.width * (size_t)layout.depth;
}

/// What LDTILECFG reads (Intel SDM, volume 1, chapter 18).
typedef struct {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} __attribute__((aligned(64))) fst_tile_configuration;

static void fst_configure_tiles(void) {
  fst_tile_configuration configuration = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    configuration.row_bytes[tile] = FST_TILE_STRIDE;
    configuration.rows[tile] = FST_TILE;
  }
  _tile_loadconfig(&configuration);
}

/// 32 rows by 32 columns of sums; `stride` is in bytes.
FST_INLINE void fst_tile_product(const fst_brief *left, const fst_brief *right, int32_t depth,
                                 float *sums, size_t stride, bool adds) {
  // The operands' second tiles of rows and of columns are a whole depth away.
  const size_t next = (size_t)(depth / FST_TILE_DEPTH) * FST_TILE_NUMBERS;
  float *lower = sums + FST_TILE * stride / sizeof(float);
  if (adds) {
    _tile_loadd(0, sums, stride);
    _tile_loadd(1, sums + FST_TILE, stride);
    _tile_loadd(2, lower, stride);
    _tile_loadd(3, lower + FST_TILE, stride);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t i = 0; i < next; i += FST_TILE_NUMBERS) {
    _tile_loadd(4, left + i, FST_TILE_STRIDE);
    _tile_loadd(6, right + i, FST_TILE_STRIDE);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, right + next + i, FST_TILE_STRIDE);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, left + next + i, FST_TILE_STRIDE);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, sums, stride);
  _tile_stored(1, sums + FST_TILE, stride);
  _tile_stored(2, lower, stride);
  _tile_stored(3, lower + FST_TILE, stride);
}

/// The same where the matrix ends before 32 rows or columns.
static void fst_edge_product(const fst_brief *left, const fst_brief *right, int32_t depth,
                             int32_t rows, int32_t columns, float *result, size_t stride,
                             bool adds) {
  float sums[2 * FST_TILE][2 * FST_TILE] __attribute__((aligned(64)));
  fst_tile_product(left, right, depth, sums[0], sizeof sums[0], false);
  for (int32_t row = 0; row < rows; row++)
    for (int32_t column = 0; column < columns; column += 16) {
      const __mmask16 lanes = fst_first_lanes(columns - column);
      float *target = result + row * stride + column;
      __m512 sum = _mm512_load_ps(&sums[row][column]);
      if (adds) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(lanes, target));
      _mm512_mask_storeu_ps(target, lanes, sum);
    }
}

static void multiply(const void *left, const void *right, int32_t rows, int32_t depth,
                     int32_t columns, float *result, size_t stride, bool adds) {
  const fst_layout l = left_layout(rows, depth), r = right_layout(depth, columns);
  fst_configure_tiles();
  for (int32_t column = 0; column < columns; column += 2 * FST_TILE)
    for (int32_t row = 0; row < rows; row += 2 * FST_TILE) {
      const fst_brief *a = fst_tile_at(left, l, row, 0), *b = fst_tile_at(right, r, column, 0);
      float *part = result + row * stride + column;
      const int32_t height = rows - row, width = columns - column;
      if (height >= 2 * FST_TILE && width >= 2 * FST_TILE)
        fst_tile_product(a, b, l.depth, part, stride * sizeof(float), adds);
      else
        fst_edge_product(a, b, l.depth, fst_least(height, 2 * FST_TILE),
                         fst_least(width, 2 * FST_TILE), part, stride, adds);
    }
  _tile_release();
}

const fst_kernels fst_kernels_amx = {.name = "amx", FST_WIDE_TABLE};

#pragma clang attribute pop

#endif
