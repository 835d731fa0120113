/* Streams, cut in any way. */
#include "check.h"

/* Pushes and pulls a few bytes at a time. Returns what came out; *state is what ended it. */
static bytes transformed(int compresses, const fscomp_options *options, const unsigned char *src,
                         size_t size, size_t in_step, size_t out_step, int *state) {
  fscomp_compressor *compressor = NULL;
  fscomp_decompressor *decompressor = NULL;
  fscomp_input input;
  fscomp_output output;
  bytes result;
  result.start = malloc(4 * size + 100000);
  result.size = 0;
  if (compresses) {
    RETURNS(FSCOMP_OK, fscomp_compressor_new(options, &compressor));
  } else {
    RETURNS(FSCOMP_OK, fscomp_decompressor_new(options, &decompressor));
  }
  input.src = src;
  input.pos = 0;
  input.size = 0;
  do {
    size_t before;
    int directive;
    if (input.pos == input.size) {
      input.size += in_step < size - input.pos ? in_step : size - input.pos;
    }
    directive = input.size == size ? FSCOMP_END : FSCOMP_CONTINUE;
    output.dst = result.start + result.size;
    output.size = out_step;
    output.pos = 0;
    before = input.pos;
    *state = compresses ? fscomp_compressor_process(compressor, &input, &output, directive)
                        : fscomp_decompressor_process(decompressor, &input, &output, directive);
    result.size += output.pos;
    CHECK(output.pos <= output.size && before <= input.pos && input.pos <= input.size);
    if (*state == FSCOMP_NEEDS_INPUT) CHECK(input.pos == input.size && directive != FSCOMP_END);
    if (*state == FSCOMP_HAS_OUTPUT) CHECK(output.pos == output.size);
  } while (*state == FSCOMP_NEEDS_INPUT || *state == FSCOMP_HAS_OUTPUT);
  fscomp_compressor_free(compressor);
  fscomp_decompressor_free(decompressor);
  return result;
}

static void any_cut(void) {
  static const size_t steps[][2] = {{1, 1}, {1, 5000}, {100, 7}, {777, 1000}, {100000, 100000}};
  unsigned char *plain = text(9000, 4);
  bytes expected = archive_of(plain, 9000, 2000), archive, back;
  size_t i;
  int state;
  for (i = 0; i < sizeof steps / sizeof *steps; i++) {
    fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 2000);
    RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_THREADS, 1 + (int)i % 3));
    archive = transformed(1, options, plain, 9000, steps[i][0], steps[i][1], &state);
    RETURNS(FSCOMP_FINISHED, state);
    CHECK(archive.size == expected.size &&
          memcmp(archive.start, expected.start, archive.size) == 0);
    back = transformed(0, options, archive.start, archive.size, steps[i][0], steps[i][1], &state);
    RETURNS(FSCOMP_FINISHED, state);
    CHECK(back.size == 9000 && memcmp(back.start, plain, 9000) == 0);
    fscomp_options_free(options);
    free(archive.start);
    free(back.start);
  }
  free(expected.start);
  free(plain);
}

/* Several frames, padding behind them, and what may not follow. */
static void concatenated(void) {
  unsigned char *plain = text(3000, 5), *whole;
  bytes a = archive_of(plain, 1000, 400), b = archive_of(plain + 1000, 2000, 5000), back;
  size_t size = a.size + b.size + 700;
  int state;
  whole = calloc(1, size);
  memcpy(whole, a.start, a.size);
  memcpy(whole + a.size, b.start, b.size);
  back = transformed(0, NULL, whole, size, 13, 100, &state);
  RETURNS(FSCOMP_FINISHED, state);
  CHECK(back.size == 3000 && memcmp(back.start, plain, 3000) == 0);
  free(back.start);
  whole[size - 300] = 1;
  back = transformed(0, NULL, whole, size, 13, 100, &state);
  RETURNS(FSCOMP_ERROR_TRAILING_DATA, state);
  CHECK(back.size == 3000 && memcmp(back.start, plain, 3000) == 0);
  free(back.start);
  free(whole);
  free(a.start);
  free(b.start);
  free(plain);
}

static void flushes(void) {
  unsigned char *plain = text(5000, 6), archive[20000], back[6000];
  fscomp_compressor *compressor;
  fscomp_decompressor *decompressor;
  fscomp_input input, packed;
  fscomp_output output, unpacked;
  size_t end;
  RETURNS(FSCOMP_OK, fscomp_compressor_new(NULL, &compressor));
  RETURNS(FSCOMP_OK, fscomp_decompressor_new(NULL, &decompressor));
  input.src = plain;
  input.pos = 0;
  output.dst = archive;
  output.size = sizeof archive;
  output.pos = 0;
  packed.src = archive;
  packed.pos = 0;
  unpacked.dst = back;
  unpacked.size = sizeof back;
  unpacked.pos = 0;
  for (end = 0; end <= 5000; end += 1250) {
    input.size = end;
    RETURNS(FSCOMP_FLUSHED, fscomp_compressor_process(compressor, &input, &output, FSCOMP_FLUSH));
    CHECK(input.pos == end);
    packed.size = output.pos;
    RETURNS(FSCOMP_FLUSHED,
            fscomp_decompressor_process(decompressor, &packed, &unpacked, FSCOMP_FLUSH));
    /* All that went in has come out again. */
    CHECK(unpacked.pos == end && memcmp(back, plain, end) == 0);
  }
  RETURNS(FSCOMP_FINISHED, fscomp_compressor_process(compressor, NULL, &output, FSCOMP_END));
  RETURNS(FSCOMP_FINISHED, fscomp_compressor_process(compressor, NULL, &output, FSCOMP_END));
  packed.size = output.pos;
  RETURNS(FSCOMP_FINISHED,
          fscomp_decompressor_process(decompressor, &packed, &unpacked, FSCOMP_END));
  CHECK(unpacked.pos == 5000);
  /* Behind the end. */
  input.pos = 0;
  RETURNS(FSCOMP_ERROR_STATE,
          fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE));
  fscomp_compressor_free(compressor);
  fscomp_decompressor_free(decompressor);
  free(plain);
}

static void damage_comes_last(void) {
  unsigned char *plain = text(4000, 7);
  bytes archive = archive_of(plain, 4000, 1000), back;
  int state;
  size_t step;
  archive.start[archive.size - 60] ^= 1;
  for (step = 1; step < 5000; step = 7 * step + 3) {
    back = transformed(0, NULL, archive.start, archive.size, step, step, &state);
    CHECK(state < -100);
    CHECK(back.size >= 2000 && back.size % 1000 == 0);
    CHECK(memcmp(back.start, plain, back.size) == 0);
    free(back.start);
  }
  free(plain);
  free(archive.start);
}

static void arguments(void) {
  fscomp_compressor *compressor;
  fscomp_input input;
  fscomp_output output;
  char room[10];
  RETURNS(FSCOMP_OK, fscomp_compressor_new(NULL, &compressor));
  input.src = "hello";
  input.size = 5;
  input.pos = 6;
  output.dst = room;
  output.size = 10;
  output.pos = 0;
  RETURNS(FSCOMP_ERROR_ARGUMENT,
          fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE));
  input.pos = 0;
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_compressor_process(compressor, &input, &output, 3));
  RETURNS(FSCOMP_ERROR_ARGUMENT,
          fscomp_compressor_process(compressor, &input, NULL, FSCOMP_CONTINUE));
  output.pos = 11;
  RETURNS(FSCOMP_ERROR_ARGUMENT,
          fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE));
  output.pos = 0;
  /* None of these was the end of it. */
  RETURNS(FSCOMP_NEEDS_INPUT,
          fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE));
  CHECK(input.pos == 5);
  fscomp_compressor_free(compressor);
}

struct calls {
  fscomp_compressor *compressor;
  int count, last, inner;
};

static int stop_soon(void *user, uint64_t plain_bytes, uint64_t archive_bytes) {
  struct calls *calls = user;
  fscomp_output output = {NULL, 0, 0};
  (void)plain_bytes;
  (void)archive_bytes;
  calls->inner = fscomp_compressor_process(calls->compressor, NULL, &output, FSCOMP_CONTINUE);
  return ++calls->count >= calls->last;
}

static void cancelled(void) {
  unsigned char *plain = text(400000, 8), *room = malloc(500000);
  struct calls calls = {NULL, 0, 2, 0};
  fscomp_options *options;
  fscomp_input input;
  fscomp_output output;
  RETURNS(FSCOMP_OK, fscomp_options_new(&options));
  RETURNS(FSCOMP_OK, fscomp_options_set_progress(options, stop_soon, &calls));
  RETURNS(FSCOMP_OK, fscomp_compressor_new(options, &calls.compressor));
  fscomp_options_free(options);
  input.src = plain;
  input.size = 400000;
  input.pos = 0;
  output.dst = room;
  output.size = 500000;
  output.pos = 0;
  RETURNS(FSCOMP_ERROR_CANCELLED,
          fscomp_compressor_process(calls.compressor, &input, &output, FSCOMP_END));
  CHECK(calls.count == 2);
  CHECK(calls.inner == FSCOMP_ERROR_BUSY);
  /* The same again. */
  RETURNS(FSCOMP_ERROR_CANCELLED,
          fscomp_compressor_process(calls.compressor, &input, &output, FSCOMP_END));
  fscomp_compressor_free(calls.compressor);
  free(plain);
  free(room);
}

void test_streams(void) {
  any_cut();
  concatenated();
  flushes();
  damage_comes_last();
  arguments();
  cancelled();
}
