#include <stdio.h>
#include <string.h>

#include "support.h"

/* The order and the names of the header; every number once. */
#define ERRORS(each)                                                                      \
  each(FSCOMP_OK, "no error")                                                             \
  each(FSCOMP_ERROR_ARGUMENT, "an argument is not allowed")                               \
  each(FSCOMP_ERROR_MEMORY, "not enough memory")                                          \
  each(FSCOMP_ERROR_CANCELLED, "cancelled")                                               \
  each(FSCOMP_ERROR_SOURCE, "the archive could not be read")                              \
  each(FSCOMP_ERROR_DESTINATION_TOO_SMALL, "the result is larger than its place")         \
  each(FSCOMP_ERROR_STATE, "the call does not follow those before it")                    \
  each(FSCOMP_ERROR_BUSY, "the object is in use by another call")                         \
  each(FSCOMP_ERROR_FORKED, "the object was made before this process was forked")         \
  each(FSCOMP_ERROR_INTERNAL, "an internal error")                                        \
  each(FSCOMP_ERROR_SINK, "the result could not be written")                              \
  each(FSCOMP_ERROR_NOT_AN_ARCHIVE, "not an fscomp archive")                              \
  each(FSCOMP_ERROR_UNSUPPORTED_VERSION, "a version of the format that is not known")     \
  each(FSCOMP_ERROR_RESERVED_FLAGS, "a feature of the format that is not known")          \
  each(FSCOMP_ERROR_FRAME_HEADER_DAMAGED, "a frame header is damaged")                    \
  each(FSCOMP_ERROR_TRUNCATED, "the archive is truncated")                                \
  each(FSCOMP_ERROR_BLOCK_HEADER_DAMAGED, "a block header is damaged")                    \
  each(FSCOMP_ERROR_CONTENT_MISMATCH, "the content of a block is damaged")                \
  each(FSCOMP_ERROR_INDEX_DAMAGED, "the index is damaged")                                \
  each(FSCOMP_ERROR_INDEX_MISMATCH, "the index does not match the blocks")                \
  each(FSCOMP_ERROR_TRAILING_DATA, "something that is not a frame follows the archive")   \
  each(FSCOMP_ERROR_MEMORY_LIMIT, "a block takes more memory than the limit allows")      \
  each(FSCOMP_ERROR_MODEL_NOT_FOUND, "the model is not at hand")                          \
  each(FSCOMP_ERROR_MODEL_UNUSABLE, "the model cannot be used")

const char *fscomp_error_name(int error) {
  if (error > 0) error = FSCOMP_OK;
  switch (error) {
#define NAME(number, text) \
  case number:             \
    return #number;
    ERRORS(NAME)
#undef NAME
  }
  return "FSCOMP_ERROR_UNKNOWN";
}

const char *fscomp_error_string(int error) {
  if (error > 0) error = FSCOMP_OK;
  switch (error) {
#define TEXT(number, text) \
  case number:             \
    return text;
    ERRORS(TEXT)
#undef TEXT
  }
  return "an unknown error";
}

int fscomp_version_number(void) { return FSCOMP_VERSION_NUMBER; }

#define STRING(x) #x
#define NUMBERS(major, minor, patch) STRING(major) "." STRING(minor) "." STRING(patch)

const char *fscomp_version_string(void) {
  return NUMBERS(FSCOMP_VERSION_MAJOR, FSCOMP_VERSION_MINOR, FSCOMP_VERSION_PATCH)
      FSCOMP_VERSION_PRERELEASE;
}

static _Thread_local fscomp_error_info last = {.struct_size = sizeof last};

/* Cuts a text between two characters. */
static void copy(char *to, size_t capacity, const char *text) {
  size_t count = strlen(text);
  if (count >= capacity) {
    count = capacity - 1;
    while (count > 0 && ((unsigned char)text[count] & 0xC0) == 0x80) count--;
  }
  memcpy(to, text, count);
  memset(to + count, 0, capacity - count);
}

void fscabi_set_last_error(int error, uint64_t block, uint64_t offset, const char *message) {
  last.error = error;
  last.block = block;
  last.offset = offset;
  copy(last.message, sizeof last.message, message ? message : fscomp_error_string(error));
}

int fscomp_last_error(fscomp_error_info *info) {
  if (!info || info->struct_size < offsetof(fscomp_error_info, message) + 1) {
    return FSCOMP_ERROR_ARGUMENT;
  }
  size_t size = info->struct_size < sizeof last ? info->struct_size : sizeof last;
  size_t place = offsetof(fscomp_error_info, message);
  memcpy((char *)info + sizeof info->struct_size, (char *)&last + sizeof last.struct_size,
         place - sizeof last.struct_size);
  copy(info->message, size - place, last.message);
  return FSCOMP_OK;
}
