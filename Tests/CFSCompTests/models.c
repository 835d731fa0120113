/* Models, from memory, files, and by name. */
#include "check.h"

void test_models(const char *model_file, const char *model_archive, const char *model_plain) {
  bytes model_bytes = contents_of(model_file), archive = contents_of(model_archive);
  bytes plain = contents_of(model_plain);
  unsigned char *back = malloc(plain.size + 1), *made;
  fscomp_model *standard, *model, *again;
  fscomp_options *options;
  fscomp_reader *reader;
  size_t written, capacity;

  RETURNS(FSCOMP_OK, fscomp_model_load_default(&standard));
  RETURNS(FSCOMP_OK, fscomp_model_load_named("default", &again));
  CHECK(fscomp_model_id(standard) == fscomp_model_id(again) && fscomp_model_id(standard) != 0);
  CHECK(strlen(fscomp_model_name(standard)) > 0);
  fscomp_model_free(again);

  RETURNS(FSCOMP_ERROR_MODEL_NOT_FOUND, fscomp_model_load_named("no such model", &model));
  CHECK(model == NULL);
  RETURNS(FSCOMP_ERROR_MODEL_NOT_FOUND, fscomp_model_load_named("", &model));
  RETURNS(FSCOMP_ERROR_MODEL_UNUSABLE, fscomp_model_load_file("/nowhere.fsm", &model));
  RETURNS(FSCOMP_ERROR_MODEL_UNUSABLE, fscomp_model_load_file(model_archive, &model));
  RETURNS(FSCOMP_ERROR_MODEL_UNUSABLE, fscomp_model_load_memory("hello", 5, &model));
  RETURNS(FSCOMP_ERROR_MODEL_UNUSABLE, fscomp_model_load_memory(NULL, 0, &model));
  model_bytes.start[model_bytes.size / 2] ^= 1;
  RETURNS(FSCOMP_ERROR_MODEL_UNUSABLE,
          fscomp_model_load_memory(model_bytes.start, model_bytes.size, &model));
  model_bytes.start[model_bytes.size / 2] ^= 1;
  RETURNS(FSCOMP_OK, fscomp_model_load_memory(model_bytes.start, model_bytes.size, &model));
  RETURNS(FSCOMP_OK, fscomp_model_load_file(model_file, &again));
  CHECK(fscomp_model_id(model) == fscomp_model_id(again));
  CHECK(fscomp_model_id(model) != fscomp_model_id(standard));
  fscomp_model_free(again);

  /* Not at hand, then given. */
  RETURNS(FSCOMP_ERROR_MODEL_NOT_FOUND,
          fscomp_decompress(NULL, archive.start, archive.size, back, plain.size, &written));
  RETURNS(FSCOMP_OK, fscomp_options_new(&options));
  RETURNS(FSCOMP_OK, fscomp_options_add_model(options, model));
  RETURNS(FSCOMP_OK,
          fscomp_decompress(options, archive.start, archive.size, back, plain.size, &written));
  CHECK(written == plain.size && memcmp(back, plain.start, written) == 0);
  RETURNS(FSCOMP_OK, fscomp_reader_open_memory(options, archive.start, archive.size, &reader));
  fscomp_options_free(options);

  /* What was made with it keeps it. */
  RETURNS(FSCOMP_OK, fscomp_options_new(&options));
  RETURNS(FSCOMP_OK, fscomp_options_set_model(options, model));
  fscomp_model_free(model);
  memset(back, 0, plain.size);
  RETURNS(FSCOMP_OK, fscomp_reader_read(reader, 0, back, plain.size, &written));
  CHECK(written == plain.size && memcmp(back, plain.start, written) == 0);
  fscomp_reader_free(reader);
  capacity = fscomp_compress_bound(options, plain.size);
  made = malloc(capacity);
  RETURNS(FSCOMP_OK, fscomp_compress(options, plain.start, plain.size, made, capacity, &capacity));
  RETURNS(FSCOMP_ERROR_MODEL_NOT_FOUND,
          fscomp_decompress(NULL, made, capacity, back, plain.size, &written));
  RETURNS(FSCOMP_OK, fscomp_decompress(options, made, capacity, back, plain.size, &written));
  CHECK(written == plain.size && memcmp(back, plain.start, written) == 0);
  fscomp_options_free(options);
  fscomp_model_free(standard);
  free(made);
  free(back);
  free(model_bytes.start);
  free(archive.start);
  free(plain.start);
}
