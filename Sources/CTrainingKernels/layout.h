// What all packed operands have in common.
#ifndef FSCOMP_LAYOUT_H
#define FSCOMP_LAYOUT_H

#include <stdint.h>

#define FST_INLINE static inline __attribute__((always_inline))

FST_INLINE int32_t fst_least(int32_t a, int32_t b) { return a < b ? a : b; }

FST_INLINE int32_t fst_round_up(int32_t value, int32_t step) {
  return (value + step - 1) / step * step;
}

/// Size of a packed operand, padding included.
typedef struct {
  int32_t width, depth; // width: rows of a left operand, columns of a right one
} fst_layout;

#endif
