// Matrix products by SDOT and by SMMLA.
//
// Both walk the matrix in blocks of 16 rows, and each block with all lanes, four at a time: the
// block is read from L2 once and then from L1. 16 rows by four lanes are 16 accumulators, which
// leaves registers for four vectors of weights and four of inputs. Lanes that are left over at
// the end get a smaller loop of the same shape.
#include "neon.h"
#include "arguments.h"

#if defined(__aarch64__)

#include <arm_neon.h>

enum { BLOCK = 16, LANES = 4 };

size_t fsc_neon_packed_size(int32_t rows, int32_t columns) {
  return (size_t)rows * (size_t)columns;
}

/// Writes blocks of 16 rows; in each, `width` columns of all rows one after another.
static void pack(const int8_t *weights, int32_t rows, int32_t columns, int32_t width,
                 int8_t *out) {
  for (int32_t block = 0; block < rows; block += BLOCK)
    for (int32_t column = 0; column < columns; column += width)
      for (int32_t row = block; row < block + BLOCK; row++)
        for (int32_t n = column; n < column + width; n++)
          *out++ = weights[(size_t)row * (size_t)columns + (size_t)n];
}

/// What becomes of the sums of one block.
typedef struct {
  int32x4_t shift; // negative: to the right
  const int16_t *multipliers;
} scale;

/// Scales the sums of eight rows of one lane and adds their biases. SRSHL and SQXTN are the
/// definition's rounding shift and saturation; SQRDMULH is its multiplication, as multipliers
/// are never -32768.
FSC_NEON_INLINE void finish(int32x4_t low, int32x4_t high, int32_t row, const scale *scale,
                                const int16_t *bias, int16_t *out) {
  const int16x4_t narrow = vqmovn_s32(vrshlq_s32(low, scale->shift));
  const int16x8_t sums = vqmovn_high_s32(narrow, vrshlq_s32(high, scale->shift));
  const int16x8_t scaled = vqrdmulhq_s16(sums, vld1q_s16(scale->multipliers + row));
  vst1q_s16(out + row, vqaddq_s16(scaled, vld1q_s16(bias + row)));
}

// MARK: SDOT

// Four weights of a row are one element of a vector, so that a vector holds four rows, and SDOT
// multiplies it with four inputs of one lane: [rows / 16][columns / 4][16][4].

void fsc_neon_pack_dotprod(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  pack(weights, rows, columns, 4, packed);
}

/// Four columns of 16 rows with `lanes` lanes. A macro, as `part` must be a constant.
#define DOT_FOUR_COLUMNS(part)                                                        \
  do {                                                                                \
    const int8x16_t w0 = vld1q_s8(w + 64 * (part)), w1 = vld1q_s8(w + 64 * (part) + 16); \
    const int8x16_t w2 = vld1q_s8(w + 64 * (part) + 32);                              \
    const int8x16_t w3 = vld1q_s8(w + 64 * (part) + 48);                              \
    _Pragma("GCC unroll 4") for (int32_t n = 0; n < lanes; n++) {                     \
      sums[n][0] = vdotq_laneq_s32(sums[n][0], w0, x[n], part);                       \
      sums[n][1] = vdotq_laneq_s32(sums[n][1], w1, x[n], part);                       \
      sums[n][2] = vdotq_laneq_s32(sums[n][2], w2, x[n], part);                       \
      sums[n][3] = vdotq_laneq_s32(sums[n][3], w3, x[n], part);                       \
    }                                                                                 \
  } while (0)

/// One block of rows with `lanes` lanes, a constant of 1...4.
FSC_INLINE FSC_NEON_DOTPROD void dot_block(const int8_t *w, int32_t columns,
                                           const int8_t *inputs, size_t input_stride,
                                           int32_t lanes, const scale *scale, int32_t block,
                                           const int16_t *const *biases, int16_t *z,
                                           size_t z_stride) {
  int32x4_t sums[LANES][4];
  int8x16_t x[LANES];
#pragma GCC unroll 4
  for (int32_t n = 0; n < lanes; n++)
    sums[n][0] = sums[n][1] = sums[n][2] = sums[n][3] = vdupq_n_s32(0);
  for (int32_t column = 0; column < columns; column += 16, w += 256) {
#pragma GCC unroll 4
    for (int32_t n = 0; n < lanes; n++)
      x[n] = vld1q_s8(inputs + (size_t)n * input_stride + column);
    DOT_FOUR_COLUMNS(0);
    DOT_FOUR_COLUMNS(1);
    DOT_FOUR_COLUMNS(2);
    DOT_FOUR_COLUMNS(3);
  }
#pragma GCC unroll 4
  for (int32_t n = 0; n < lanes; n++) {
    int16_t *out = z + (size_t)n * z_stride;
    finish(sums[n][0], sums[n][1], block, scale, biases[n], out);
    finish(sums[n][2], sums[n][3], block + 8, scale, biases[n], out);
  }
}

FSC_NEON_DOTPROD
void fsc_neon_project_dotprod(const fsc_matrix *matrix, const int8_t *inputs,
                              size_t input_stride, int32_t lanes, const int16_t *const *biases,
                              int16_t *z, size_t z_stride) {
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  const int32_t columns = matrix->columns;
  const scale scale = {vdupq_n_s32(-matrix->shift), matrix->multipliers};
  for (int32_t block = 0; block < matrix->rows; block += BLOCK) {
    const int8_t *w = (const int8_t *)matrix->packed + (size_t)block * (size_t)columns;
    for (int32_t lane = 0; lane < lanes; lane += LANES) {
      const int8_t *x = inputs + (size_t)lane * input_stride;
      const int16_t *const *bias = biases + lane;
      int16_t *out = z + (size_t)lane * z_stride;
      switch (lanes - lane) {
      case 1:
        dot_block(w, columns, x, input_stride, 1, &scale, block, bias, out, z_stride);
        break;
      case 2:
        dot_block(w, columns, x, input_stride, 2, &scale, block, bias, out, z_stride);
        break;
      case 3:
        dot_block(w, columns, x, input_stride, 3, &scale, block, bias, out, z_stride);
        break;
      default:
        dot_block(w, columns, x, input_stride, 4, &scale, block, bias, out, z_stride);
      }
    }
  }
}

// MARK: SMMLA

// A vector holds eight columns of two rows, and SMMLA multiplies it with eight inputs of two
// lanes into a 2 x 2 matrix of sums: [rows / 16][columns / 8][16][8]. The last of an odd number
// of lanes is its own partner.

void fsc_neon_pack_i8mm(const int8_t *weights, int32_t rows, int32_t columns, void *packed) {
  pack(weights, rows, columns, 8, packed);
}

/// Stores the sums of one block for one lane of a pair; each vector of `sums` is
/// { row 0 lane 0, row 0 lane 1, row 1 lane 0, row 1 lane 1 }.
FSC_NEON_INLINE void finish_even(const int32x4_t sums[8], const scale *scale, int32_t block,
                                     const int16_t *bias, int16_t *out) {
  finish(vuzp1q_s32(sums[0], sums[1]), vuzp1q_s32(sums[2], sums[3]), block, scale, bias, out);
  finish(vuzp1q_s32(sums[4], sums[5]), vuzp1q_s32(sums[6], sums[7]), block + 8, scale, bias,
         out);
}

FSC_NEON_INLINE void finish_odd(const int32x4_t sums[8], const scale *scale, int32_t block,
                                    const int16_t *bias, int16_t *out) {
  finish(vuzp2q_s32(sums[0], sums[1]), vuzp2q_s32(sums[2], sums[3]), block, scale, bias, out);
  finish(vuzp2q_s32(sums[4], sums[5]), vuzp2q_s32(sums[6], sums[7]), block + 8, scale, bias,
         out);
}

/// One block of rows with up to 2 x `pairs` lanes; `pairs` is a constant, 1 or 2.
FSC_INLINE FSC_NEON_I8MM void multiply_block(const int8_t *w, int32_t columns,
                                             const int8_t *inputs, size_t input_stride,
                                             int32_t pairs, int32_t lanes, const scale *scale,
                                             int32_t block, const int16_t *const *biases,
                                             int16_t *z, size_t z_stride) {
  int32x4_t sums[LANES / 2][8];
  const int8_t *even[LANES / 2], *odd[LANES / 2];
#pragma GCC unroll 2
  for (int32_t pair = 0; pair < pairs; pair++) {
    even[pair] = inputs + (size_t)(2 * pair) * input_stride;
    odd[pair] = 2 * pair + 1 < lanes ? even[pair] + input_stride : even[pair];
#pragma GCC unroll 8
    for (int32_t rows = 0; rows < 8; rows++) sums[pair][rows] = vdupq_n_s32(0);
  }
  for (int32_t column = 0; column < columns; column += 16, w += 256) {
    int8x16_t first[LANES / 2], second[LANES / 2];
#pragma GCC unroll 2
    for (int32_t pair = 0; pair < pairs; pair++) {
      const int64x2_t a = vreinterpretq_s64_s8(vld1q_s8(even[pair] + column));
      const int64x2_t b = vreinterpretq_s64_s8(vld1q_s8(odd[pair] + column));
      first[pair] = vreinterpretq_s8_s64(vzip1q_s64(a, b));
      second[pair] = vreinterpretq_s8_s64(vzip2q_s64(a, b));
    }
#pragma GCC unroll 8
    for (int32_t rows = 0; rows < 8; rows++) {
      const int8x16_t weights = vld1q_s8(w + 16 * rows);
#pragma GCC unroll 2
      for (int32_t pair = 0; pair < pairs; pair++)
        sums[pair][rows] = vmmlaq_s32(sums[pair][rows], weights, first[pair]);
    }
#pragma GCC unroll 8
    for (int32_t rows = 0; rows < 8; rows++) {
      const int8x16_t weights = vld1q_s8(w + 128 + 16 * rows);
#pragma GCC unroll 2
      for (int32_t pair = 0; pair < pairs; pair++)
        sums[pair][rows] = vmmlaq_s32(sums[pair][rows], weights, second[pair]);
    }
  }
#pragma GCC unroll 2
  for (int32_t pair = 0; pair < pairs; pair++) {
    const int32_t lane = 2 * pair;
    int16_t *out = z + (size_t)lane * z_stride;
    finish_even(sums[pair], scale, block, biases[lane], out);
    if (lane + 1 < lanes)
      finish_odd(sums[pair], scale, block, biases[lane + 1], out + z_stride);
  }
}

FSC_NEON_I8MM
void fsc_neon_project_i8mm(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                           int32_t lanes, const int16_t *const *biases, int16_t *z,
                           size_t z_stride) {
  fsc_expect_projection(matrix, inputs, input_stride, lanes, z_stride);
  const int32_t columns = matrix->columns;
  const scale scale = {vdupq_n_s32(-matrix->shift), matrix->multipliers};
  for (int32_t block = 0; block < matrix->rows; block += BLOCK) {
    const int8_t *w = (const int8_t *)matrix->packed + (size_t)block * (size_t)columns;
    for (int32_t lane = 0; lane < lanes; lane += LANES) {
      const int8_t *x = inputs + (size_t)lane * input_stride;
      const int16_t *const *bias = biases + lane;
      int16_t *out = z + (size_t)lane * z_stride;
      const int32_t left = lanes - lane;
      if (left > 2)
        multiply_block(w, columns, x, input_stride, 2, left, &scale, block, bias, out, z_stride);
      else
        multiply_block(w, columns, x, input_stride, 1, left, &scale, block, bias, out, z_stride);
    }
  }
}

#endif
