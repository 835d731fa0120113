/* Bytes in memory, in one call. */
#include "check.h"

static void round_trips(void) {
  static const size_t sizes[] = {0, 1, 17, 5000, 70000};
  size_t i, written;
  uint64_t plain_size;
  int level;
  for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t size = sizes[i], capacity = fscomp_compress_bound(NULL, size);
    unsigned char *plain = text(size, 1), *archive = malloc(capacity), *back = malloc(size + 1);
    for (level = 1; level <= 6; level += size > 100 ? 5 : 1) {
      fscomp_options *options = options_with(FSCOMP_OPTION_LEVEL, level);
      RETURNS(FSCOMP_OK, fscomp_compress(options, plain, size, archive, capacity, &written));
      CHECK(size < 5000 || written < size / 2);
      RETURNS(FSCOMP_OK, fscomp_plain_size(archive, written, &plain_size));
      CHECK(plain_size == size);
      memset(back, 0, size);
      RETURNS(FSCOMP_OK, fscomp_decompress(options, archive, written, back, size, &written));
      CHECK(written == size && memcmp(back, plain, size) == 0);
      fscomp_options_free(options);
    }
    free(plain);
    free(archive);
    free(back);
  }
}

/* What the threads do is the same. */
static void threads(void) {
  unsigned char *plain = text(50000, 2), *back = malloc(50000);
  bytes one = archive_of(plain, 50000, 6000);
  fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 6000);
  size_t capacity = fscomp_compress_bound(options, 50000), written;
  unsigned char *archive = malloc(capacity);
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_THREADS, 4));
  RETURNS(FSCOMP_OK, fscomp_compress(options, plain, 50000, archive, capacity, &written));
  CHECK(written == one.size && memcmp(archive, one.start, written) == 0);
  RETURNS(FSCOMP_OK, fscomp_decompress(options, archive, written, back, 50000, &written));
  CHECK(written == 50000 && memcmp(back, plain, 50000) == 0);
  fscomp_options_free(options);
  free(plain);
  free(back);
  free(archive);
  free(one.start);
}

/* Noise, whatever the blocks: the bound holds, and less room is an error. */
static void bounds(void) {
  static const int block_sizes[] = {1, 7, 100, 0};
  unsigned char noise[1000];
  size_t i, written;
  unsigned state = 7;
  for (i = 0; i < sizeof noise; i++) noise[i] = (state = state * 1103515245u + 12345u) >> 23;
  for (i = 0; i < sizeof block_sizes / sizeof *block_sizes; i++) {
    fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, block_sizes[i]);
    size_t capacity = fscomp_compress_bound(options, sizeof noise);
    unsigned char *archive = malloc(capacity), back[1000];
    RETURNS(FSCOMP_OK,
            fscomp_compress(options, noise, sizeof noise, archive, capacity, &written));
    RETURNS(FSCOMP_ERROR_DESTINATION_TOO_SMALL,
            fscomp_compress(options, noise, sizeof noise, archive, written - 1, &capacity));
    RETURNS(FSCOMP_OK, fscomp_compress(options, noise, sizeof noise, archive, written, &written));
    RETURNS(FSCOMP_ERROR_DESTINATION_TOO_SMALL,
            fscomp_decompress(options, archive, written, back, 999, &capacity));
    RETURNS(FSCOMP_OK, fscomp_decompress(options, archive, written, back, 1000, &written));
    CHECK(written == sizeof noise && memcmp(back, noise, sizeof noise) == 0);
    fscomp_options_free(options);
    free(archive);
  }
}

/* Every truncation and many flipped bits are errors, with what was intact before. */
static void damage(void) {
  unsigned char *plain = text(4000, 3), *back = malloc(4000);
  bytes archive = archive_of(plain, 4000, 1000);
  size_t i, written;
  for (i = 0; i < archive.size; i += i < 40 ? 1 : 13) {
    CHECK(fscomp_decompress(NULL, archive.start, i, back, 4000, &written) < 0);
    CHECK(written % 1000 == 0 && memcmp(back, plain, written) == 0);
  }
  for (i = 0; i < archive.size; i += 11) {
    archive.start[i] ^= 0x10;
    CHECK(fscomp_decompress(NULL, archive.start, archive.size, back, 4000, &written) < 0);
    CHECK(written % 1000 == 0 && memcmp(back, plain, written) == 0);
    archive.start[i] ^= 0x10;
  }
  /* In the payload of the last block: behind it is an index of some 40 bytes. */
  archive.start[archive.size - 60] ^= 1;
  RETURNS(FSCOMP_ERROR_CONTENT_MISMATCH,
          fscomp_decompress(NULL, archive.start, archive.size, back, 4000, &written));
  CHECK(last_error().block >= 2 && last_error().offset > 15);
  CHECK(written == 1000 * (last_error().block - 1));
  free(plain);
  free(back);
  free(archive.start);
}

static void limits(void) {
  unsigned char *plain = text(4000, 3), *back = malloc(4000);
  bytes archive = archive_of(plain, 4000, 1000);
  fscomp_options *options = options_with(FSCOMP_OPTION_MEMORY_LIMIT, 5000);
  size_t written;
  RETURNS(FSCOMP_ERROR_MEMORY_LIMIT,
          fscomp_decompress(options, archive.start, archive.size, back, 4000, &written));
  fscomp_options_free(options);
  free(plain);
  free(back);
  free(archive.start);
}

void test_memory(void) {
  round_trips();
  threads();
  bounds();
  damage();
  limits();
}
