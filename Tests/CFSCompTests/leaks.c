/* Whether memory stays what it is. */
#include "check.h"

long resident(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long size = 0, pages = 0;
  if (file) {
    if (fscanf(file, "%ld %ld", &size, &pages) != 2) pages = 0;
    fclose(file);
  }
  return 4 * pages;
}

/* Each round: one call, a stream that is given up in the middle, a reader, and an error. */
void test_leaks(int rounds) {
  unsigned char *plain = text(200, 17), archive[1000], back[1000];
  fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 150);
  long before = 0;
  int i, wrong = 0;
  for (i = 0; i < rounds; i++) {
    fscomp_compressor *compressor;
    fscomp_reader *reader;
    fscomp_input input;
    fscomp_output output;
    size_t size = 100 + (size_t)i % 100, written, count;
    if (i == rounds / 10) before = resident();
    wrong += fscomp_compress(options, plain, size, archive, sizeof archive, &written) != 0;
    wrong += fscomp_decompress(options, archive, written, back, sizeof back, &count) != 0;
    wrong += count != size || memcmp(back, plain, size) != 0;
    wrong += fscomp_decompress(options, archive, written - 1, back, sizeof back, &count) >= 0;
    wrong += fscomp_reader_open_memory(options, archive, written, &reader) != 0;
    if (i % 10 == 0) {
      wrong += fscomp_reader_read(reader, 50, back, 40, &count) != 0 || count != 40;
      wrong += fscomp_compressor_new(options, &compressor) != 0;
      input.src = plain;
      input.size = 200;
      input.pos = 0;
      output.dst = back;
      output.size = sizeof back;
      output.pos = 0;
      wrong += fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE) < 0;
      fscomp_compressor_free(compressor);
    }
    fscomp_reader_free(reader);
  }
  CHECK(wrong == 0);
  /* Less than a byte a round, but for what an allocator may keep. */
  if (rounds >= 1000) {
    printf("%d round trips: %ld KB more than after %d\n", rounds, resident() - before, rounds / 10);
    CHECK(resident() - before < 1024);
  }
  fscomp_options_free(options);
  free(plain);
}
