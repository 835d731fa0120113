// The loops around fst_block_product (register_product.h).

static size_t left_size(int32_t rows, int32_t depth) {
  const fst_layout layout = left_layout(rows, depth);
  return sizeof(uint32_t) * fst_words_start(layout) * (1 + FST_DEPTH_BLOCK);
}

static size_t right_size(int32_t depth, int32_t columns) {
  const fst_layout layout = right_layout(depth, columns);
  return sizeof(fst_element) * (size_t)layout.width * (size_t)layout.depth;
}

/// Sums of up to FST_TILE_ROWS rows and one panel of columns.
typedef struct {
  float rows[FST_TILE_ROWS][FST_PANEL];
} __attribute__((aligned(64))) fst_tile;

FST_INLINE void fst_read_tile(fst_tile *tile, const float *result, size_t stride, int32_t rows,
                              int32_t columns) {
  for (int32_t row = 0; row < rows; row++)
    for (int32_t column = 0; column < FST_PANEL; column += 16)
      _mm512_store_ps(&tile->rows[row][column],
                      _mm512_maskz_loadu_ps(fst_first_lanes(columns - column),
                                            result + row * stride + column));
}

FST_INLINE void fst_write_tile(const fst_tile *tile, float *result, size_t stride, int32_t rows,
                               int32_t columns) {
  for (int32_t row = 0; row < rows; row++)
    for (int32_t column = 0; column < FST_PANEL; column += 16)
      _mm512_mask_storeu_ps(result + row * stride + column, fst_first_lanes(columns - column),
                            _mm512_load_ps(&tile->rows[row][column]));
}

static void multiply(const void *left, const void *right, int32_t rows, int32_t depth,
                     int32_t columns, float *result, size_t stride, bool adds) {
  const fst_layout l = left_layout(rows, depth), r = right_layout(depth, columns);
  fst_tile tile;
  for (int32_t column = 0; column < columns; column += FST_PANEL) {
    for (int32_t row = 0; row < rows; row += FST_TILE_ROWS) {
      const int32_t count = fst_least(FST_TILE_ROWS, rows - row);
      float *part = result + row * stride + column;
      memset(&tile, 0, sizeof tile);
      if (adds) fst_read_tile(&tile, part, stride, count, columns - column);
      for (int32_t d = 0; d < l.depth; d += FST_DEPTH_BLOCK)
        for (int32_t i = 0; i < count; i += FST_PRODUCT_ROWS)
          fst_block_product(fst_left_words(left, l, row + i, d),
                            fst_kept_scales(left, l, row + i, d),
                            fst_right_elements(right, r, d, column),
                            fst_least(FST_DEPTH_BLOCK, l.depth - d), tile.rows[i]);
      fst_write_tile(&tile, part, stride, count, columns - column);
    }
  }
}
