/* What the tests of fscomp.h are written with. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fscomp.h"

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

/* Counted in main.c. */
extern int passed, failed;

void check_at(int holds, const char *what, const char *file, int line);

#define CHECK(condition) check_at((condition) != 0, #condition, __FILE__, __LINE__)

/* Whether a call returns a number; what it returned is said if it did not. */
void returns_at(int actual, int expected, const char *what, const char *file, int line);

#define RETURNS(expected, call) returns_at((call), (expected), #call, __FILE__, __LINE__)

/* Text that compresses, the same for the same seed. */
unsigned char *text(size_t size, unsigned seed);

/* Bytes of their own. */
typedef struct bytes {
  unsigned char *start;
  size_t size;
} bytes;

/* An archive of some text at level 1, in blocks of this many bytes. */
bytes archive_of(const unsigned char *plain, size_t size, int block_size);

/* Of a file. */
bytes contents_of(const char *path);

fscomp_options *options_with(int option, int64_t value);

/* The details of the last error. */
fscomp_error_info last_error(void);

/* Kilobytes of memory that the process has. */
long resident(void);

void test_interface(void);
void test_memory(void);
void test_streams(void);
void test_reader(void);
void test_models(const char *model_file, const char *model_archive, const char *model_plain);
void test_processes(void);
void test_shortage(const char *model_file);
void test_leaks(int rounds);

#endif
