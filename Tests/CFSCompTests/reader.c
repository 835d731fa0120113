/* Any part of an archive. */
#include "check.h"

struct file {
  bytes content;
  size_t most, read;
  int fails;
};

static int64_t read_at(void *user, uint64_t offset, void *buffer, size_t count) {
  struct file *file = user;
  if (file->fails) return file->fails == 1 ? -1 : (int64_t)count + 1;
  if (offset >= file->content.size) return 0;
  if (count > file->content.size - offset) count = file->content.size - offset;
  if (file->most && count > file->most) count = file->most;
  memcpy(buffer, file->content.start + offset, count);
  file->read += count;
  return (int64_t)count;
}

static fscomp_source source_of(struct file *file) {
  fscomp_source source;
  source.struct_size = sizeof source;
  source.size = file->content.size;
  source.read_at = read_at;
  source.user = file;
  return source;
}

/* Two archives, one after the other. */
static bytes joined(bytes a, bytes b) {
  bytes result;
  result.size = a.size + b.size;
  result.start = malloc(result.size);
  memcpy(result.start, a.start, a.size);
  memcpy(result.start + a.size, b.start, b.size);
  free(a.start);
  free(b.start);
  return result;
}

static void ranges(void) {
  unsigned char *plain = text(20000, 9), back[3000];
  struct file file = {{NULL, 0}, 100, 0, 0};
  fscomp_source source;
  fscomp_reader *reader;
  uint64_t offset;
  size_t count;
  file.content = joined(archive_of(plain, 8000, 1000), archive_of(plain + 8000, 12000, 700));
  source = source_of(&file);
  RETURNS(FSCOMP_OK, fscomp_reader_open(NULL, &source, &reader));
  CHECK(fscomp_reader_plain_size(reader) == 20000);
  CHECK(fscomp_reader_archive_size(reader) == file.content.size);
  for (offset = 0; offset < 23000; offset += 1777) {
    size_t expected = offset >= 20000 ? 0 : 20000 - offset < 3000 ? 20000 - (size_t)offset : 3000;
    RETURNS(FSCOMP_OK, fscomp_reader_read(reader, offset, back, 3000, &count));
    CHECK(count == expected && memcmp(back, plain + offset, count) == 0);
  }
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, (uint64_t)-1, back, 3000, &count));
  CHECK(count == 0);
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 5, NULL, 0, &count));
  fscomp_reader_free(reader);
  RETURNS(FSCOMP_OK,
          fscomp_reader_open_memory(NULL, file.content.start, file.content.size, &reader));
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 7990, back, 20, &count));
  CHECK(count == 20 && memcmp(back, plain + 7990, 20) == 0);
  fscomp_reader_free(reader);
  free(file.content.start);
  free(plain);
}

/* Only the index and the blocks that are wanted are read. */
static void economy(void) {
  unsigned char *plain = text(400000, 10), back[100];
  struct file file = {{NULL, 0}, 0, 0, 0};
  fscomp_source source;
  fscomp_reader *reader;
  fscomp_block_info block;
  size_t count;
  file.content = archive_of(plain, 400000, 4000);
  source = source_of(&file);
  RETURNS(FSCOMP_OK, fscomp_reader_open(NULL, &source, &reader));
  file.read = 0;
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 4000 * 37 + 12, back, 100, &count));
  block.struct_size = sizeof block;
  RETURNS(FSCOMP_OK, fscomp_reader_block(reader, 37, &block));
  CHECK(file.read == block.archive_size);
  /* Kept. */
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 4000 * 37 + 999, back, 100, &count));
  CHECK(file.read == block.archive_size);
  fscomp_reader_free(reader);
  free(file.content.start);
  free(plain);
}

/* Where a line begins, counted from 0. */
static size_t line_start(const unsigned char *plain, size_t size, uint64_t line) {
  size_t i = 0;
  while (line > 0 && i < size) line -= plain[i++] == '\n';
  return i;
}

/* Lines by their numbers, with an index of lines, without, and from one to the other. */
static void lines(void) {
  static const uint64_t all = (uint64_t)-1;
  unsigned char *plain = text(60000, 19), *back = malloc(60000);
  fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 1000);
  fscomp_block_info block;
  uint64_t total, offset, size, counted = 0;
  size_t capacity, count, kind, i;
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_INDEX, FSCOMP_INDEX_LINES));
  capacity = fscomp_compress_bound(options, 60000);
  block.struct_size = sizeof block;
  for (total = 0, i = 0; i < 60000; i++) total += plain[i] == '\n';
  for (kind = 0; kind < 3; kind++) {
    struct file file = {{NULL, 0}, 0, 0, 0};
    const uint64_t ranges[][2] = {{0, 1},         {0, all},   {total / 2, 1},
                                  {total / 2, 9}, {total, 1}, {total - 1, 5},
                                  {total + 1, 1}, {all, all}, {7, 0}};
    fscomp_source source;
    fscomp_reader *reader;
    size_t split = kind == 0 ? 60000 : kind == 1 ? 0 : 30000;
    bytes indexed;
    indexed.start = malloc(capacity);
    RETURNS(FSCOMP_OK,
            fscomp_compress(options, plain, split, indexed.start, capacity, &indexed.size));
    file.content = joined(indexed, archive_of(plain + split, 60000 - split, 1000));
    source = source_of(&file);
    RETURNS(FSCOMP_OK, fscomp_reader_open(NULL, &source, &reader));
    for (i = 0; i < fscomp_reader_block_count(reader); i++) {
      RETURNS(FSCOMP_OK, fscomp_reader_block(reader, i, &block));
      CHECK((block.newlines == -1) == (block.plain_offset >= split));
      if (kind == 0) counted += (uint64_t)block.newlines;
    }
    for (i = 0; i < sizeof ranges / sizeof *ranges; i++) {
      uint64_t first = ranges[i][0], more = ranges[i][1];
      size_t start = line_start(plain, 60000, first);
      size_t end = more > all - first ? 60000 : line_start(plain, 60000, first + more);
      RETURNS(FSCOMP_OK, fscomp_reader_find_lines(reader, first, more, &offset, &size));
      CHECK(offset == start && size == end - start);
      RETURNS(FSCOMP_OK, fscomp_reader_read(reader, offset, back, (size_t)size, &count));
      CHECK(count == size && memcmp(back, plain + start, count) == 0);
    }
    fscomp_reader_free(reader);
    /* With an index of lines, the blocks that a line begins and ends in are read, once. */
    RETURNS(FSCOMP_OK, fscomp_reader_open(NULL, &source, &reader));
    file.read = 0;
    RETURNS(FSCOMP_OK, fscomp_reader_find_lines(reader, total / 2, 1, &offset, &size));
    RETURNS(FSCOMP_OK, fscomp_reader_read(reader, offset, back, (size_t)size, &count));
    if (kind == 0) {
      uint64_t first, last, read = 0;
      RETURNS(FSCOMP_OK, fscomp_reader_find(reader, offset - 1, &first));
      RETURNS(FSCOMP_OK, fscomp_reader_find(reader, offset + size - 1, &last));
      for (; first <= last; first++) {
        RETURNS(FSCOMP_OK, fscomp_reader_block(reader, first, &block));
        read += block.archive_size;
      }
      CHECK(file.read == read);
    }
    fscomp_reader_free(reader);
    free(file.content.start);
  }
  CHECK(counted == total);
  fscomp_options_free(options);
  free(back);
  free(plain);
}

static void listing(void) {
  unsigned char *plain = text(5000, 11);
  bytes archive = joined(archive_of(plain, 3000, 1000), archive_of(plain, 2000, 2000));
  fscomp_reader *reader;
  fscomp_frame_info frame;
  fscomp_block_info block;
  fscomp_model *model;
  uint64_t i, number, end = 0;
  RETURNS(FSCOMP_OK, fscomp_model_load_default(&model));
  RETURNS(FSCOMP_OK, fscomp_reader_open_memory(NULL, archive.start, archive.size, &reader));
  CHECK(fscomp_reader_frame_count(reader) == 2 && fscomp_reader_block_count(reader) == 4);
  frame.struct_size = sizeof frame;
  block.struct_size = sizeof block;
  RETURNS(FSCOMP_OK, fscomp_reader_frame(reader, 1, &frame));
  CHECK(frame.first_block == 3 && frame.block_count == 1 && frame.plain_size == 2000);
  CHECK(frame.offset + frame.archive_size == archive.size);
  CHECK(frame.model_id == fscomp_model_id(model));
  for (i = 0; i < 4; i++) {
    RETURNS(FSCOMP_OK, fscomp_reader_block(reader, i, &block));
    CHECK(block.plain_offset == end && block.offset < archive.size);
    CHECK(block.plain_size == (i < 3 ? 1000 : 2000));
    RETURNS(FSCOMP_OK, fscomp_reader_find(reader, end, &number));
    CHECK(number == i);
    end += block.plain_size;
  }
  RETURNS(FSCOMP_OK, fscomp_reader_find(reader, 4999, &number));
  CHECK(number == 3);
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_find(reader, 5000, &number));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_find(reader, (uint64_t)-1, &number));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_block(reader, 4, &block));
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_frame(reader, 2, &frame));
  block.struct_size = 8;
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_block(reader, 0, &block));
  fscomp_reader_free(reader);
  fscomp_model_free(model);
  free(archive.start);
  free(plain);
}

static void failures(void) {
  unsigned char *plain = text(5000, 12), back[5000];
  struct file file = {{NULL, 0}, 0, 0, 0};
  fscomp_source source;
  fscomp_reader *reader;
  size_t count;
  file.content = archive_of(plain, 5000, 1000);
  source = source_of(&file);
  file.fails = 1;
  RETURNS(FSCOMP_ERROR_SOURCE, fscomp_reader_open(NULL, &source, &reader));
  CHECK(reader == NULL);
  file.fails = 2;
  RETURNS(FSCOMP_ERROR_SOURCE, fscomp_reader_open(NULL, &source, &reader));
  file.fails = 0;
  RETURNS(FSCOMP_OK, fscomp_reader_open(NULL, &source, &reader));
  file.fails = 1;
  RETURNS(FSCOMP_ERROR_SOURCE, fscomp_reader_read(reader, 10, back, 10, &count));
  CHECK(count == 0);
  /* It goes on when the source does. */
  file.fails = 0;
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 10, back, 10, &count));
  CHECK(count == 10 && memcmp(back, plain + 10, 10) == 0);
  /* Damage is that of its block. */
  file.content.start[file.content.size - 150] ^= 4;
  CHECK(fscomp_reader_read(reader, 0, back, 5000, &count) < -100);
  CHECK(last_error().block > 1);
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 0, back, 1000, &count));
  fscomp_reader_free(reader);
  source.size = (uint64_t)-1;
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_open(NULL, &source, &reader));
  source.size = 0;
  RETURNS(FSCOMP_ERROR_TRUNCATED, fscomp_reader_open(NULL, &source, &reader));
  source.read_at = NULL;
  RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_reader_open(NULL, &source, &reader));
  free(file.content.start);
  free(plain);
}

static int append(void *user, const void *from, size_t count) {
  bytes *to = user;
  if (to->size + count > 20000) return 1;
  memcpy(to->start + to->size, from, count);
  to->size += count;
  return 0;
}

/* Parts of whole blocks become what one call would have made. */
static void joins(void) {
  static const size_t ends[][4] = {{2000, 5000, 9300, 0}, {9300, 0, 0, 0}, {700, 0, 0, 0}};
  unsigned char *plain = text(9300, 18);
  size_t i, j;
  for (i = 0; i < sizeof ends / sizeof *ends; i++) {
    struct file files[4];
    fscomp_source sources[4];
    bytes made, whole;
    size_t start = 0;
    memset(files, 0, sizeof files);
    for (j = 0; ends[i][j]; j++) {
      files[j].content = archive_of(plain + start, ends[i][j] - start, 1000);
      sources[j] = source_of(&files[j]);
      start = ends[i][j];
    }
    made.start = malloc(20000);
    made.size = 0;
    RETURNS(FSCOMP_OK, fscomp_join(sources, j, append, &made));
    whole = archive_of(plain, start, 1000);
    CHECK(made.size == whole.size && memcmp(made.start, whole.start, made.size) == 0);
    made.size = 20000;
    RETURNS(FSCOMP_ERROR_SINK, fscomp_join(sources, j, append, &made));
    files[j - 1].fails = 1;
    made.size = 0;
    RETURNS(FSCOMP_ERROR_SOURCE, fscomp_join(sources, j, append, &made));
    RETURNS(FSCOMP_ERROR_ARGUMENT, fscomp_join(sources, 0, append, &made));
    while (j-- > 0) free(files[j].content.start);
    free(made.start);
    free(whole.start);
  }
  free(plain);
}

void test_reader(void) {
  ranges();
  economy();
  lines();
  listing();
  failures();
  joins();
}
