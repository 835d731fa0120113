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
  listing();
  failures();
  joins();
}
