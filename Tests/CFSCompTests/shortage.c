/* A system that refuses memory: each mapping that the library asks for in turn. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "check.h"

/* The first mapping that is refused, from 1, and the last; 0: none. */
static long first, last;
static long asked, refused;

/* In the place of the C library's, for all of the process but the C library itself. */
void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
  if (first > 0 && flags & MAP_ANONYMOUS) {
    long number = __atomic_add_fetch(&asked, 1, __ATOMIC_RELAXED);
    if (first <= number && number <= last) {
      __atomic_add_fetch(&refused, 1, __ATOMIC_RELAXED);
      errno = ENOMEM;
      return MAP_FAILED;
    }
  }
  return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}

static unsigned char *plain, *room, *back;
static bytes archive, model_bytes;
static fscomp_options *options;
static size_t size, capacity;

static int compress_all(void) {
  size_t written = 0;
  int error = fscomp_compress(options, plain, size, room, capacity, &written);
  CHECK(error || (written == archive.size && memcmp(room, archive.start, written) == 0));
  return error;
}

static int decompress_all(void) {
  size_t written = 0;
  int error = fscomp_decompress(options, archive.start, archive.size, back, size, &written);
  CHECK(error || written == size);
  /* What is said to be there is. */
  CHECK(written <= size && memcmp(back, plain, written) == 0);
  return error;
}

/* In pieces; after an error the same again. */
static int compress_stream(void) {
  fscomp_compressor *compressor;
  fscomp_input input = {plain, 0, 0};
  fscomp_output output = {room, capacity, 0};
  int state = fscomp_compressor_new(options, &compressor);
  if (state) return state;
  while (state >= 0 && state != FSCOMP_FINISHED) {
    input.size += size / 8;
    state = fscomp_compressor_process(compressor, &input, &output,
                                      input.size == size ? FSCOMP_END : FSCOMP_CONTINUE);
  }
  if (state < 0) {
    RETURNS(state, fscomp_compressor_process(compressor, NULL, &output, FSCOMP_END));
  } else {
    CHECK(output.pos == archive.size && memcmp(room, archive.start, archive.size) == 0);
  }
  fscomp_compressor_free(compressor);
  return state < 0 ? state : FSCOMP_OK;
}

/* A part; what fails can be read by the same reader when there is memory again. */
static int read_part(void) {
  fscomp_reader *reader;
  size_t count = 0;
  int error = fscomp_reader_open_memory(options, archive.start, archive.size, &reader);
  if (error) return error;
  error = fscomp_reader_read(reader, size / 3, back, size / 2, &count);
  CHECK(error || (count == size / 2 && memcmp(back, plain + size / 3, count) == 0));
  if (error) {
    first = 0;
    RETURNS(FSCOMP_OK, fscomp_reader_read(reader, size / 3, back, size / 2, &count));
    CHECK(count == size / 2 && memcmp(back, plain + size / 3, count) == 0);
  }
  fscomp_reader_free(reader);
  return error;
}

static int load_model(void) {
  fscomp_model *model;
  int error = fscomp_model_load_memory(model_bytes.start, model_bytes.size, &model);
  CHECK((model != NULL) == (error == FSCOMP_OK));
  fscomp_model_free(model);
  return error;
}

/* Refuses the first mapping, the second, and so on, until the work asks for no more of them: that one
   alone, or all from there on. */
static void refuse_each(int (*work)(void), int forever) {
  int errors = 0;
  long number;
  for (number = 1;; number++) {
    int error;
    asked = refused = 0;
    last = forever ? 1L << 62 : number;
    first = number;
    error = work();
    first = 0;
    if (refused == 0) {
      RETURNS(FSCOMP_OK, error);
      break;
    }
    /* What is asked for first is the memory of the first block, while none is at work. */
    CHECK(error == FSCOMP_ERROR_MEMORY || (error == FSCOMP_OK && number > 1));
    errors += error != FSCOMP_OK;
  }
  CHECK(errors > 0 && number > 1);
}

void test_shortage(const char *model_file) {
  static int (*const works[])(void) = {compress_all, decompress_all, compress_stream, read_part,
                                       load_model};
  /* Level, bytes in all, and in a block: of the largest, contexts have a mapping of their own, for
     which the heap stands in. */
  static const int kinds[][3] = {{1, 6000, 1500}, {5, 6000, 1500}, {1, 100000, 100000}};
  size_t i, kind, threads;
  model_bytes = contents_of(model_file);
  for (kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
    options = options_with(FSCOMP_OPTION_BLOCK_SIZE, kinds[kind][2]);
    RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_LEVEL, kinds[kind][0]));
    size = (size_t)kinds[kind][1];
    capacity = fscomp_compress_bound(options, size);
    plain = text(size, 21);
    room = malloc(capacity);
    back = malloc(size);
    archive.start = malloc(capacity);
    RETURNS(FSCOMP_OK,
            fscomp_compress(options, plain, size, archive.start, capacity, &archive.size));
    for (threads = 1; threads <= 3; threads += 2) {
      RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_THREADS, (int64_t)threads));
      for (i = 0; i < sizeof works / sizeof *works; i++) {
        refuse_each(works[i], 0);
        refuse_each(works[i], 1);
      }
    }
    free(archive.start);
    free(plain);
    free(room);
    free(back);
    fscomp_options_free(options);
  }
  free(model_bytes.start);
}
