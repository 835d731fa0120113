/* Versions, errors, options: what is there before anything is compressed. */
#include "check.h"

static void errors(void) {
  static const int all[] = {0,  -1, -2, -3, -4, -5, -6, -7, -8, -9, -10,
                            -101, -102, -103, -104, -105, -106, -107, -108, -109, -110, -111,
                            -112, -113};
  size_t i, j;
  for (i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK(strcmp(fscomp_error_name(all[i]), "FSCOMP_ERROR_UNKNOWN") != 0);
    CHECK(strlen(fscomp_error_string(all[i])) > 0);
    for (j = 0; j < i; j++) {
      CHECK(strcmp(fscomp_error_name(all[i]), fscomp_error_name(all[j])) != 0);
      CHECK(strcmp(fscomp_error_string(all[i]), fscomp_error_string(all[j])) != 0);
    }
  }
  CHECK(strcmp(fscomp_error_name(FSCOMP_FINISHED), "FSCOMP_OK") == 0);
  CHECK(strcmp(fscomp_error_name(-11), "FSCOMP_ERROR_UNKNOWN") == 0);
  CHECK(strcmp(fscomp_error_name(FSCOMP_ERROR_TRUNCATED), "FSCOMP_ERROR_TRUNCATED") == 0);
}

static void details(void) {
  fscomp_error_info info;
  size_t written;
  RETURNS(FSCOMP_ERROR_NOT_AN_ARCHIVE, fscomp_decompress(NULL, "hello", 5, NULL, 0, &written));
  CHECK(last_error().error == FSCOMP_ERROR_NOT_AN_ARCHIVE);
  CHECK(strstr(last_error().message, "not an fscomp archive") != NULL);
  /* A call that succeeds leaves them. */
  CHECK(fscomp_compress_bound(NULL, 10) > 10);
  CHECK(last_error().error == FSCOMP_ERROR_NOT_AN_ARCHIVE);
  info.struct_size = 0;
  CHECK(fscomp_last_error(&info) == FSCOMP_ERROR_ARGUMENT);
  CHECK(fscomp_last_error(NULL) == FSCOMP_ERROR_ARGUMENT);
}

static void options(void) {
  static const struct {
    int option;
    int64_t standard, good, bad;
  } rows[] = {
      {FSCOMP_OPTION_LEVEL, 6, 9, 10},
      {FSCOMP_OPTION_LEVEL, 6, 1, 0},
      {FSCOMP_OPTION_BLOCK_SIZE, 0, 1000, -1},
      {FSCOMP_OPTION_BLOCK_SIZE, 0, (1 << 28) - 1, 1 << 28},
      {FSCOMP_OPTION_LANES, 0, 256, 512},
      {FSCOMP_OPTION_LANES, 0, 4, 3},
      {FSCOMP_OPTION_NETWORK, FSCOMP_NETWORK_DEFAULT, FSCOMP_NETWORK_OFF, 4},
      {FSCOMP_OPTION_NETWORK, FSCOMP_NETWORK_DEFAULT, FSCOMP_NETWORK_AUTO, -1},
      {FSCOMP_OPTION_THREADS, 1, 7, 5000},
      {FSCOMP_OPTION_THREADS, 1, 2, -1},
      {FSCOMP_OPTION_MEMORY_LIMIT, 1 << 29, 1 << 20, 0},
      {FSCOMP_OPTION_SEEKABLE, 0, 1, 2},
      {FSCOMP_OPTION_INDEX, FSCOMP_INDEX_BLOCKS, FSCOMP_INDEX_LINES, 2},
      {FSCOMP_OPTION_INDEX, FSCOMP_INDEX_BLOCKS, FSCOMP_INDEX_LINES, -1},
  };
  fscomp_options *options;
  int64_t value;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    RETURNS(FSCOMP_OK, fscomp_options_new(&options));
    RETURNS(FSCOMP_OK, fscomp_options_get(options, rows[i].option, &value));
    CHECK(value == rows[i].standard);
    RETURNS(FSCOMP_OK, fscomp_options_set(options, rows[i].option, rows[i].good));
    RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_set(options, rows[i].option, rows[i].bad));
    RETURNS(FSCOMP_OK, fscomp_options_get(options, rows[i].option, &value));
    CHECK(value == rows[i].good);
    fscomp_options_free(options);
  }
  RETURNS(FSCOMP_OK, fscomp_options_new(&options));
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_SEEKABLE, 1));
  RETURNS(FSCOMP_OK, fscomp_options_get(options, FSCOMP_OPTION_BLOCK_SIZE, &value));
  CHECK(value == 65536);
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_THREADS, 0));
  RETURNS(FSCOMP_OK, fscomp_options_get(options, FSCOMP_OPTION_THREADS, &value));
  CHECK(value >= 1);
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_set(options, 99, 1));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_get(options, 99, &value));
  fscomp_options_free(options);
}

/* NULL is never the end of the host. */
static void nulls(void) {
  int64_t value;
  size_t size;
  uint64_t large;
  void *room[1];
  fscomp_reader *reader;
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_new(NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_set(NULL, FSCOMP_OPTION_LEVEL, 1));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_get(NULL, FSCOMP_OPTION_LEVEL, &value));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_set_model(NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_add_model(NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_options_set_progress(NULL, NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_model_load_default(NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_model_load_memory(NULL, 3, (fscomp_model **)room));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_model_load_file(NULL, (fscomp_model **)room));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_model_load_named(NULL, (fscomp_model **)room));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compress(NULL, NULL, 5, room, 8, &size));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compress(NULL, "hello", 5, NULL, 8, &size));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compress(NULL, "hello", 5, room, 8, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compress(NULL, "hello", (size_t)-1, room, 8, &size));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_decompress(NULL, NULL, 5, room, 8, &size));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_plain_size(NULL, 5, &large));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_plain_size("hello", 5, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compressor_new(NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_decompressor_new(NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compressor_process(NULL, NULL, NULL, FSCOMP_END));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_decompressor_process(NULL, NULL, NULL, FSCOMP_END));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_open(NULL, NULL, &reader));
  CHECK(reader == NULL);
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_open_memory(NULL, NULL, 5, &reader));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_read(NULL, 0, room, 8, &size));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_frame(NULL, 0, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_block(NULL, 0, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_find_lines(NULL, 0, 1, &large, &large));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_find_lines(NULL, 0, 1, NULL, NULL));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_join(NULL, 1, NULL, NULL));
  CHECK(fscomp_reader_plain_size(NULL) == 0 && fscomp_reader_archive_size(NULL) == 0);
  CHECK(fscomp_reader_frame_count(NULL) == 0 && fscomp_reader_block_count(NULL) == 0);
  CHECK(fscomp_model_id(NULL) == 0 && fscomp_model_name(NULL) == NULL);
  CHECK(fscomp_compress_bound(NULL, (size_t)-1) == 0);
  CHECK(fscomp_compress_bound(NULL, ((size_t)-1) / 2) == 0);
  fscomp_options_free(NULL);
  fscomp_model_free(NULL);
  fscomp_compressor_free(NULL);
  fscomp_decompressor_free(NULL);
  fscomp_reader_free(NULL);
}

void test_interface(void) {
  char version[32];
  CHECK(fscomp_version_number() == FSCOMP_VERSION_NUMBER);
  sprintf(version, "%d.%d.%d%s", FSCOMP_VERSION_MAJOR, FSCOMP_VERSION_MINOR,
          FSCOMP_VERSION_PATCH, FSCOMP_VERSION_PRERELEASE);
  CHECK(strcmp(version, fscomp_version_string()) == 0);
  errors();
  details();
  options();
  nulls();
}
