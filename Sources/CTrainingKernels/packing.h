// How the operands of a product are packed, in blocks of 16 by 16 numbers.
// Padding is zeros. The file that includes this has said before
//
//   FST_ROW_PADDING, FST_DEPTH_PADDING, FST_COLUMN_PADDING
//                        sizes are rounded up to multiples of these, multiples of 16
//   fst_put_left         stores block[row][depth] of a left operand
//   fst_put_right        stores block[depth][column] of a right operand
//   FST_KEEPS_SCALES     whether scales are kept beside the numbers (`fst_kept_scales`, one for
//                        each row and FST_DEPTH_BLOCK of depth), since numbers that are multiplied
//                        with them would not fit
static fst_layout left_layout(int32_t rows, int32_t depth) {
  return (fst_layout){fst_round_up(rows, FST_ROW_PADDING),
                      fst_round_up(depth, FST_DEPTH_PADDING)};
}

static fst_layout right_layout(int32_t depth, int32_t columns) {
  return (fst_layout){fst_round_up(columns, FST_COLUMN_PADDING),
                      fst_round_up(depth, FST_DEPTH_PADDING)};
}

static void pack_left(const fst_half *values, size_t stride, const float *scales, int32_t rows,
                      int32_t depth, void *packed) {
  const fst_layout layout = left_layout(rows, depth);
  for (int32_t row = 0; row < layout.width; row += 16) {
    float factors[16];
    for (int i = 0; i < 16; i++) factors[i] = scales && row + i < rows ? scales[row + i] : 1;
    for (int32_t d = 0; d < layout.depth; d += 16) {
      fst_block block =
          fst_block_of_halves(values + row * stride + d, stride, rows - row, depth - d);
#if FST_KEEPS_SCALES
      if (d % FST_DEPTH_BLOCK == 0)
        memcpy(fst_kept_scales(packed, layout, row, d), factors, sizeof factors);
#else
      fst_scale_rows(&block, factors);
#endif
      fst_put_left(packed, layout, row, d, block);
    }
  }
}

/// What to multiply 16 rows of depth with before they are packed, given their scales and the scale
/// that is kept beside them.
FST_INLINE void fst_relative_scales(const float *scales, int32_t count, float kept,
                                    float *factors) {
  for (int i = 0; i < 16; i++) factors[i] = i < count && kept != 0 ? scales[i] / kept : 0;
}

static void pack_left_transposed(const fst_half *values, size_t stride, const float *scales,
                                 int32_t rows, int32_t depth, void *packed) {
  const fst_layout layout = left_layout(rows, depth);
  float kept = 1;
  for (int32_t d = 0; d < layout.depth; d += 16) {
    const int32_t count = depth - d;
#if FST_KEEPS_SCALES
    if (d % FST_DEPTH_BLOCK == 0) {
      kept = 0;
      for (int32_t i = 0; i < fst_least(count, FST_DEPTH_BLOCK); i++)
        if (!(scales[d + i] <= kept)) kept = scales[d + i];
      for (int32_t row = 0; row < layout.width; row++)
        *fst_kept_scales(packed, layout, row, d) = kept;
    }
#endif
    float factors[16];
    fst_relative_scales(scales + d, count, kept, factors);
    for (int32_t row = 0; row < layout.width; row += 16) {
      fst_block block = fst_block_of_halves(values + d * stride + row, stride, count, rows - row);
      fst_scale_rows(&block, factors);
      fst_put_left(packed, layout, row, d, fst_transposed(block));
    }
  }
}

static void pack_right(const float *weights, size_t stride, int32_t depth, int32_t columns,
                       void *packed) {
  const fst_layout layout = right_layout(depth, columns);
  for (int32_t column = 0; column < layout.width; column += 16)
    for (int32_t d = 0; d < layout.depth; d += 16)
      fst_put_right(packed, layout, d, column,
                    fst_block_of_floats(weights + d * stride + column, stride, depth - d,
                                        columns - column));
}

static void pack_right_transposed(const float *weights, size_t stride, int32_t depth,
                                  int32_t columns, void *packed) {
  const fst_layout layout = right_layout(depth, columns);
  for (int32_t column = 0; column < layout.width; column += 16)
    for (int32_t d = 0; d < layout.depth; d += 16)
      fst_put_right(packed, layout, d, column,
                    fst_transposed(fst_block_of_floats(weights + column * stride + d, stride,
                                                       columns - column, depth - d)));
}

static void pack_right_halves(const fst_half *values, size_t stride, int32_t depth,
                              int32_t columns, void *packed) {
  const fst_layout layout = right_layout(depth, columns);
  for (int32_t column = 0; column < layout.width; column += 16)
    for (int32_t d = 0; d < layout.depth; d += 16)
      fst_put_right(packed, layout, d, column,
                    fst_block_of_halves(values + d * stride + column, stride, depth - d,
                                        columns - column));
}
