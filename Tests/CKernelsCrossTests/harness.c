#define _DEFAULT_SOURCE
#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

long passed, failed;
bool brief;
uint64_t digest = 0xCBF29CE484222325;

void add_to_digest(const void *data, size_t size) {
  const uint8_t *bytes = data;
  for (size_t n = 0; n < size; n++) digest = (digest ^ bytes[n]) * 0x100000001B3;
}

void check(bool equal, const char *table, const char *format, ...) {
  if (equal) {
    passed++;
    return;
  }
  if (++failed > 20) return;
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: differs from portable: ", table);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  va_end(arguments);
}

uint64_t random_state;

/// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t random_bits(void) {
  uint64_t x = random_state += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

int32_t random_in(int32_t low, int32_t high) {
  return low + (int32_t)(random_bits() % (uint64_t)(high - low + 1));
}

void fill_8(int8_t *out, size_t count, int kind) {
  for (size_t n = 0; n < count; n++) {
    switch (kind) {
    case 1: out[n] = 127; break;
    case 2: out[n] = -127; break;
    case 3: out[n] = n & 1 ? 127 : -127; break;
    case 4: out[n] = (int8_t)random_in(-3, 3); break;
    default: out[n] = (int8_t)random_in(-127, 127);
    }
  }
}

void fill_16(int16_t *out, size_t count, int kind) {
  const int16_t constant = (int16_t)random_bits();
  for (size_t n = 0; n < count; n++) {
    switch (kind) {
    case 1: out[n] = (int16_t)random_in(-255, 255); break;
    case 2: out[n] = (int16_t)random_in(-5000, 5000); break;
    case 3: out[n] = INT16_MAX; break;
    case 4: out[n] = INT16_MIN; break;
    case 5: out[n] = n & 1 ? INT16_MAX : INT16_MIN; break;
    case 6: out[n] = constant; break;
    case 7: out[n] = 0; break;
    case 8: out[n] = random_bits() & 1 ? INT16_MAX : INT16_MIN; break;
    default: out[n] = (int16_t)random_bits();
    }
  }
  if (kind == 7) out[random_bits() % count] = constant; // a spike
}

void *place(slot slot, size_t size) {
  enum { CAPACITY = 16 << 20, GUARD = 65536 };
  static uint8_t *ends[SLOTS];
  if (ends[slot] == NULL) {
    uint8_t *memory = mmap(NULL, CAPACITY + GUARD, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + CAPACITY, GUARD, PROT_NONE) != 0 ||
        size > CAPACITY) {
      perror("mmap");
      exit(1);
    }
    ends[slot] = memory + CAPACITY;
  }
  return ends[slot] - size;
}
