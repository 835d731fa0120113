// Matrix products in vector registers: 8 rows by two registers of columns at a time, and
// FST_DEPTH_BLOCK of depth. Such a block of the right operand stays in the first-level cache while
// all rows pass by; so do the sums, in single precision, of FST_TILE_ROWS rows.
//
// The file that includes this has said before: FST_REGISTER_LANES, the numbers in a register;
// fst_element, the type of a packed right operand; fst_block_product, which adds the product of 8
// rows and a block of depth to `sums`, and what packing.h asks for.
//
// Left operands are [depth / FST_DEPTH_BLOCK][rows][FST_DEPTH_BLOCK] in words of 32 bits, since
// those can be copied all over a register as they are loaded, and right operands
// [columns / panel][depth][panel], where a panel is two registers.

enum { FST_DEPTH_BLOCK = 64, FST_TILE_ROWS = 64, FST_PRODUCT_ROWS = 8 };
enum { FST_PANEL = 2 * FST_REGISTER_LANES };
enum { FST_ROW_PADDING = 16, FST_DEPTH_PADDING = 16, FST_COLUMN_PADDING = FST_PANEL };

/// Where numbers begin in a left operand; scales are before.
FST_INLINE size_t fst_words_start(fst_layout layout) {
  const int32_t blocks = (layout.depth + FST_DEPTH_BLOCK - 1) / FST_DEPTH_BLOCK;
  return (size_t)blocks * (size_t)layout.width;
}

FST_INLINE float *fst_kept_scales(const void *packed, fst_layout layout, int32_t row, int32_t d) {
  return (float *)packed + (size_t)(d / FST_DEPTH_BLOCK) * layout.width + row;
}

FST_INLINE uint32_t *fst_left_words(const void *packed, fst_layout layout, int32_t row,
                                    int32_t d) {
  const size_t block = (size_t)(d / FST_DEPTH_BLOCK) * layout.width;
  return (uint32_t *)packed + fst_words_start(layout) + (block + row) * FST_DEPTH_BLOCK +
         d % FST_DEPTH_BLOCK;
}

FST_INLINE fst_element *fst_right_elements(const void *packed, fst_layout layout, int32_t d,
                                           int32_t column) {
  const size_t panel = (size_t)(column / FST_PANEL) * layout.depth;
  return (fst_element *)packed + (panel + d) * FST_PANEL + column % FST_PANEL;
}
