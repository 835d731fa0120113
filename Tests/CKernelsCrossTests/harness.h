// What the tests of all kernels share: counts, a digest, numbers to test with and places to put
// them.
#ifndef CROSS_TESTS_HARNESS_H
#define CROSS_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether a few cases of each kind are enough.
extern bool brief;

extern long passed, failed;

/// FNV-1a of all results of portable kernels: the same on every machine.
extern uint64_t digest;

void add_to_digest(const void *data, size_t size);

/// Counts a comparison of a table's results with the portable ones, and complains of the first few
/// that differ.
__attribute__((format(printf, 3, 4)))
void check(bool equal, const char *table, const char *format, ...);

// MARK: Numbers

extern uint64_t random_state;

uint64_t random_bits(void);

/// low...high
int32_t random_in(int32_t low, int32_t high);

enum { KINDS_8 = 5, KINDS_16 = 9 };

/// Numbers in -127...127, of kind 0 ..< KINDS_8: any for 0, edges for others.
void fill_8(int8_t *out, size_t count, int kind);

/// The same with kinds 0 ..< KINDS_16.
void fill_16(int16_t *out, size_t count, int kind);

// MARK: Places

/// The arrays of a case; each has its own address space before its forbidden page.
typedef enum {
  WEIGHTS, INPUTS, MULTIPLIERS, BIASES, Z, PACKED, EXPECTED,
  GAINS, CELL_GAINS, CELL_BIASES, STATE, HIDDEN, START, OTHER,
  SLOTS
} slot;

/// Memory that ends at a page that may not be touched, so that reading or writing past it is fatal.
void *place(slot slot, size_t size);

// MARK: Tests

void test_kernels(void);
void test_mixers(void);
void test_contexts(void);
void test_mixing(void);
void test_network(void);

#endif
