// Matrix products in vector registers: some rows by some registers of columns at a time, and
// FST_DEPTH_BLOCK of depth. Such a block of the right operand stays in the first-level cache while
// all rows pass by; so do the sums, in single precision, of FST_TILE_ROWS rows.
//
// The file that includes this has said before: FST_REGISTER_LANES, the elements in a register;
// FST_PRODUCT_ROWS and FST_PANEL_REGISTERS, how many rows and registers of columns there are at a time;
// FST_TILE_ROWS, how many rows' sums stay in the cache, a multiple of 16 and of FST_PRODUCT_ROWS;
// fst_element, the type of a packed right operand's; FST_WORD_DEPTH, how many numbers side by side
// in depth a word or an element holds; fst_block_product, the product of this many rows and a
// block of depth; and what packing.h asks for.
//
// Left operands are [depth / FST_DEPTH_BLOCK][rows][FST_BLOCK_WORDS] in words of 32 bits, since
// those can be copied all over a register as they are loaded, and right operands
// [columns / panel][depth / FST_WORD_DEPTH][panel], where a panel is FST_PANEL_REGISTERS.

enum { FST_DEPTH_BLOCK = 128 };
enum { FST_BLOCK_WORDS = FST_DEPTH_BLOCK / FST_WORD_DEPTH };
enum { FST_PANEL = FST_PANEL_REGISTERS * FST_REGISTER_LANES };
// Rows beyond the last are multiplied, too, up to FST_PRODUCT_ROWS.
enum { FST_ROW_PADDING = 16 % FST_PRODUCT_ROWS == 0 ? 16 : FST_TILE_ROWS };
enum { FST_DEPTH_PADDING = 16, FST_COLUMN_PADDING = FST_PANEL };

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
  return (uint32_t *)packed + fst_words_start(layout) + (block + row) * FST_BLOCK_WORDS +
         d % FST_DEPTH_BLOCK / FST_WORD_DEPTH;
}

FST_INLINE fst_element *fst_right_elements(const void *packed, fst_layout layout, int32_t d,
                                           int32_t column) {
  const size_t panel = (size_t)(column / FST_PANEL) * layout.depth;
  return (fst_element *)packed + (panel + d) / FST_WORD_DEPTH * FST_PANEL + column % FST_PANEL;
}

/// What comes next, to be fetched from the second-level cache while some rows are multiplied: the same
/// rows' next block, and the next block of the right operand, of which each of them fetch a part.
/// Both may lie beyond the end.
typedef struct {
  const void *left, *right;
} fst_ahead;

enum { FST_BLOCK_BYTES = FST_BLOCK_WORDS * FST_PANEL * sizeof(fst_element) };
enum { FST_AHEAD_PER_ROW = FST_BLOCK_BYTES / FST_TILE_ROWS };

/// Fetches what is ahead at `word` of FST_BLOCK_WORDS.
FST_INLINE void fst_fetch(fst_ahead ahead, int32_t word) {
  const int32_t left = FST_PRODUCT_ROWS * sizeof(uint32_t);
  const int32_t right = FST_PRODUCT_ROWS * FST_AHEAD_PER_ROW / FST_BLOCK_WORDS;
  _mm_prefetch((const char *)ahead.left + word * left, _MM_HINT_T0);
  _mm_prefetch((const char *)ahead.right + word * right, _MM_HINT_T0);
}
