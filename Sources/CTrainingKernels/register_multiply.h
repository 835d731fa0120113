// The loops around fst_block_product (register_product.h).

static size_t left_size(int32_t rows, int32_t depth) {
  const fst_layout layout = left_layout(rows, depth);
  return sizeof(uint32_t) * fst_words_start(layout) * (1 + FST_BLOCK_WORDS);
}

static size_t right_size(int32_t depth, int32_t columns) {
  const fst_layout layout = right_layout(depth, columns);
  return sizeof(fst_element) * (size_t)layout.width * (size_t)(layout.depth / FST_WORD_DEPTH);
}

/// Sums of up to FST_TILE_ROWS rows and one panel of columns.
typedef struct {
  float rows[FST_TILE_ROWS][FST_PANEL];
} __attribute__((aligned(64))) fst_tile;

/// Zeros where the result ends.
FST_INLINE void fst_read_tile(fst_tile *tile, const float *result, size_t stride, int32_t rows,
                              int32_t columns) {
  for (int32_t row = 0; row < fst_round_up(rows, FST_PRODUCT_ROWS); row++)
    for (int32_t column = 0; column < FST_PANEL; column += FST_PART)
      fst_read_part(&tile->rows[row][column], result + row * stride + column,
                    row < rows ? columns - column : 0);
}

FST_INLINE void fst_write_tile(const fst_tile *tile, float *result, size_t stride, int32_t rows,
                               int32_t columns) {
  for (int32_t row = 0; row < rows; row++)
    for (int32_t column = 0; column < FST_PANEL; column += FST_PART)
      fst_write_part(&tile->rows[row][column], result + row * stride + column, columns - column);
}

/// One tile of the result, written to `tile` or added to what is there.
FST_INLINE void fst_tile_product(const void *left, fst_layout l, const void *right, fst_layout r,
                                 int32_t row, int32_t rows, int32_t column, bool adds,
                                 fst_tile *tile) {
  for (int32_t d = 0; d < l.depth; d += FST_DEPTH_BLOCK)
    for (int32_t i = 0; i < rows; i += FST_PRODUCT_ROWS) {
      const fst_element *block = fst_right_elements(right, r, d, column);
      const fst_ahead ahead = {
          fst_left_words(left, l, row + i, d + FST_DEPTH_BLOCK),
          (const char *)(block + FST_BLOCK_WORDS * FST_PANEL) + i * FST_AHEAD_PER_ROW};
      fst_block_product(fst_left_words(left, l, row + i, d),
                        fst_kept_scales(left, l, row + i, d), block,
                        fst_least(FST_DEPTH_BLOCK, l.depth - d), adds || d > 0, tile->rows[i],
                        ahead);
    }
}

static void multiply(const void *left, const void *right, int32_t rows, int32_t depth,
                     int32_t columns, float *result, size_t stride, bool adds) {
  const fst_layout l = left_layout(rows, depth), r = right_layout(depth, columns);
  // The larger operand is walked through once, the smaller many times, from the cache.
  const bool rows_outside = rows > columns;
  const int32_t row_tiles = (rows + FST_TILE_ROWS - 1) / FST_TILE_ROWS;
  const int32_t panels = r.width / FST_PANEL;
  fst_tile tile;
  for (int32_t i = 0; i < row_tiles * panels; i++) {
    const int32_t row = (rows_outside ? i / panels : i % row_tiles) * FST_TILE_ROWS;
    const int32_t column = (rows_outside ? i % panels : i / row_tiles) * FST_PANEL;
    const int32_t height = fst_least(FST_TILE_ROWS, rows - row), width = columns - column;
    float *part = result + row * stride + column;
    if (adds) fst_read_tile(&tile, part, stride, height, width);
    fst_tile_product(left, l, right, r, row, height, column, adds, &tile);
    fst_write_tile(&tile, part, stride, height, width);
  }
}
