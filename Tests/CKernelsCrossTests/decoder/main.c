// Decodes archives and compares them with what they were made of.
//
//   decoder KERNELS MODEL ARCHIVE PLAIN    exits with 0 if they are equal
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

intptr_t decode_archive(const uint8_t *archive, intptr_t archive_size, const uint8_t *model,
                        intptr_t model_size, const char *kernels, uint8_t *plain,
                        intptr_t capacity);

static uint8_t *read_file(const char *path, intptr_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) {
    perror(path);
    exit(2);
  }
  *size = ftell(file);
  rewind(file);
  uint8_t *bytes = malloc((size_t)*size + 1);
  if (fread(bytes, 1, (size_t)*size, file) != (size_t)*size) {
    perror(path);
    exit(2);
  }
  fclose(file);
  return bytes;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  intptr_t model_size, archive_size, expected_size;
  const uint8_t *model = read_file(arguments[2], &model_size);
  const uint8_t *archive = read_file(arguments[3], &archive_size);
  const uint8_t *expected = read_file(arguments[4], &expected_size);
  uint8_t *plain = malloc((size_t)expected_size + 1);
  const intptr_t size = decode_archive(archive, archive_size, model, model_size, arguments[1],
                                       plain, expected_size);
  return size != expected_size || memcmp(plain, expected, (size_t)size) != 0;
}
