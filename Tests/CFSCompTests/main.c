/* Tests fscomp.h.
 *
 *   main MODEL ARCHIVE PLAIN ROUNDS    MODEL: a model file that is not the one in the library, an
 *                                      archive made with it, and what is in that; ROUNDS: of the
 *                                      test of leaks
 */
#include "check.h"

int passed, failed;

void check_at(int holds, const char *what, const char *file, int line) {
  if (holds) {
    passed++;
  } else {
    failed++;
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
  }
}

void returns_at(int actual, int expected, const char *what, const char *file, int line) {
  if (actual != expected) {
    fprintf(stderr, "%s:%d: returned %s (%s), not %s\n", file, line, fscomp_error_name(actual),
            last_error().message, fscomp_error_name(expected));
  }
  check_at(actual == expected, what, file, line);
}

unsigned char *text(size_t size, unsigned seed) {
  static const char *words[] = {"the ",  "of ",      "and ",     "language ", "network ", "was ",
                                "city ", "century ", "river, ", "people ",   "state.\n", "The "};
  unsigned char *bytes = malloc(size + 16);
  size_t count = 0;
  unsigned state = seed * 2654435761u + 12345u;
  while (count < size) {
    const char *word;
    state = state * 1103515245u + 12345u;
    word = words[(state >> 16) % (sizeof words / sizeof *words)];
    strcpy((char *)bytes + count, word);
    count += strlen(word);
  }
  return bytes;
}

fscomp_options *options_with(int option, int64_t value) {
  fscomp_options *options;
  RETURNS(FSCOMP_OK, fscomp_options_new(&options));
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_LEVEL, 1));
  RETURNS(FSCOMP_OK, fscomp_options_set(options, option, value));
  return options;
}

bytes archive_of(const unsigned char *plain, size_t size, int block_size) {
  fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, block_size);
  size_t capacity = fscomp_compress_bound(options, size);
  bytes archive;
  archive.start = malloc(capacity);
  RETURNS(FSCOMP_OK,
          fscomp_compress(options, plain, size, archive.start, capacity, &archive.size));
  fscomp_options_free(options);
  return archive;
}

fscomp_error_info last_error(void) {
  fscomp_error_info info;
  info.struct_size = sizeof info;
  CHECK(fscomp_last_error(&info) == FSCOMP_OK);
  return info;
}

bytes contents_of(const char *path) {
  FILE *file = fopen(path, "rb");
  bytes content;
  CHECK(file != NULL);
  fseek(file, 0, SEEK_END);
  content.size = (size_t)ftell(file);
  rewind(file);
  content.start = malloc(content.size + 1);
  CHECK(fread(content.start, 1, content.size, file) == content.size);
  fclose(file);
  return content;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  test_interface();
  test_memory();
  test_streams();
  test_reader();
  test_models(arguments[1], arguments[2], arguments[3]);
  test_processes();
  test_shortage(arguments[1]);
  test_leaks(atoi(arguments[4]));
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
