// Vectors of eight units for cell.h, in vectors of the compiler's, and what their operations
// compute: other instruction sets' are the same functions, for each unit.
#include "CKernels.h"
#include "CProcessor.h"
#include "moments.h"

#include <string.h>

#define VECTOR_INLINE FSC_INLINE

/// 16-bit numbers of this many units, in an order of the instruction set's own where it says so.
typedef int16_t vector __attribute__((vector_size(16)));
enum { VECTOR_UNITS = 8 };

/// Which units of a vector there are. Others are read as 0, and not written.
typedef int vector_part;
#define WHOLE_VECTOR 0
#define FIRST_16 0

typedef int32_t wide_vector __attribute__((vector_size(32)));

VECTOR_INLINE wide_vector widen(vector v) { return __builtin_convertvector(v, wide_vector); }

VECTOR_INLINE vector narrow(wide_vector v) { return __builtin_convertvector(v, vector); }

/// `v` where the mask is all ones, `w` where it is 0.
VECTOR_INLINE wide_vector choose(wide_vector mask, wide_vector v, wide_vector w) {
  return (v & mask) | (w & ~mask);
}

VECTOR_INLINE vector saturated(wide_vector v) {
  const wide_vector least = (wide_vector){} + INT16_MIN, most = (wide_vector){} + INT16_MAX;
  v = choose(v < least, least, v);
  return narrow(choose(v > most, most, v));
}

VECTOR_INLINE vector load(const int16_t *values, vector_part) {
  vector v;
  memcpy(&v, values, sizeof v);
  return v;
}

VECTOR_INLINE void store(int16_t *values, vector v, vector_part) { memcpy(values, &v, sizeof v); }

/// Stores numbers in -128...127.
VECTOR_INLINE void store_bytes(int8_t *values, vector v, vector_part) {
  typedef int8_t bytes __attribute__((vector_size(8)));
  const bytes b = __builtin_convertvector(v, bytes);
  memcpy(values, &b, sizeof b);
}

VECTOR_INLINE vector all(int16_t value) { return (vector){} + value; }

VECTOR_INLINE vector add_saturated(vector a, vector b) { return saturated(widen(a) + widen(b)); }

VECTOR_INLINE vector subtract_saturated(vector a, vector b) {
  return saturated(widen(a) - widen(b));
}

VECTOR_INLINE vector minimum(vector a, vector b) {
  return narrow(choose(widen(a) < widen(b), widen(a), widen(b)));
}

/// a b / 2^15, rounded; a and b are not both -32768.
VECTOR_INLINE vector multiply_high(vector a, vector b) {
  return narrow((widen(a) * widen(b) + (1 << 14)) >> 15);
}

/// a + multiply_high(b, c), which fits.
VECTOR_INLINE vector multiply_add_high(vector a, vector b, vector c) {
  return a + multiply_high(b, c);
}

// MARK: Moments

typedef uint32_t pairs __attribute__((vector_size(16)));

/// sums + the products of v and w, two in each place, modulo 2^32.
VECTOR_INLINE pairs multiply_add(pairs sums, vector v, vector w) {
  typedef uint32_t products __attribute__((vector_size(32)));
  const products p = (products)(widen(v) * widen(w));
  return sums + (__builtin_shufflevector(p, p, 0, 2, 4, 6) +
                 __builtin_shufflevector(p, p, 1, 3, 5, 7));
}

/// Sums of values and of their squares, in each of 4 places: of 1024 values there at most. {0} is
/// none.
typedef struct {
  pairs values;
  pairs squares;
  pairs high_squares; // of the squares' upper 16 bits
} sums;

VECTOR_INLINE sums add_to(sums s, vector v) {
  const vector high = narrow((widen(v) * widen(v)) >> 16);
  return (sums){multiply_add(s.values, v, all(1)), multiply_add(s.squares, v, v),
                multiply_add(s.high_squares, high, all(1))};
}

VECTOR_INLINE uint32_t total_pairs(pairs p) { return p[0] + p[1] + p[2] + p[3]; }

/// The totals of `count` sums, 4 or 1: of the values and of their squares.
VECTOR_INLINE void total(const sums *s, int count, int32_t *values, int64_t *squares) {
  for (int n = 0; n < count; n++) {
    // What the squares' upper bits leave: below 1024 x 2^16 in each place, so nothing is lost.
    const pairs high = s[n].high_squares, low = s[n].squares - (high << 16);
    values[n] = (int32_t)total_pairs(s[n].values);
    squares[n] = ((int64_t)total_pairs(high) << 16) + total_pairs(low);
  }
}

// MARK: Layer norm

typedef fsc_moments scale;

VECTOR_INLINE scale scale_of(fsc_moments m) { return m; }

/// (z - mean) x factor / 2^shift; the difference and the result saturate.
VECTOR_INLINE vector scaled(vector z, const scale *s) {
  const wide_vector deviation = widen(saturated(widen(z) - s->mean));
  return saturated((deviation * s->factor + (1 << (s->shift - 1))) >> s->shift);
}

/// Where the gains and biases of one of a cell's norms are.
typedef fsc_norm norm;
#define norm_of fsc_norm_of

/// u gain / 2^9 + bias, rounded; gains and biases are those of units n and following.
VECTOR_INLINE vector apply_norm(vector u, norm norm, int32_t n) {
  const wide_vector gain = widen(load(norm.gains + n, WHOLE_VECTOR));
  const wide_vector bias = widen(load(norm.biases + n, WHOLE_VECTOR));
  return saturated((widen(u) * gain + bias * 512 + 256) >> 9);
}

// MARK: Activations

/// A table of coefficients, of which all c2 are in -256...-1: in registers where that helps.
typedef struct {
  const int16_t (*table)[32];
} segments;

VECTOR_INLINE segments load_segments(const int16_t table[3][32]) { return (segments){table}; }

/// |v|, 32767 for -32768.
VECTOR_INLINE vector magnitude(vector v) {
  typedef uint16_t magnitudes __attribute__((vector_size(16)));
  const magnitudes ones = (magnitudes)(v >> 15), m = ((magnitudes)v ^ ones) - ones;
  return (vector)(m - (m >> 15));
}

/// Where in its segment a magnitude is, in Q15.
VECTOR_INLINE vector fraction(vector magnitude) { return (magnitude & 1023) << 5; }

typedef struct {
  vector c0, c1, c2;
} coefficients;

/// Of the segments of magnitudes: table[...][magnitude / 2^10].
VECTOR_INLINE coefficients look_up(const segments *s, vector magnitude) {
  coefficients c;
  for (int k = 0; k < VECTOR_UNITS; k++) {
    const int segment = magnitude[k] >> 10;
    c.c0[k] = s->table[0][segment];
    c.c1[k] = s->table[1][segment];
    c.c2[k] = s->table[2][segment];
  }
  return c;
}

/// -magnitude where `sign` is negative; either, as the magnitude is 0, where it is 0.
VECTOR_INLINE vector with_sign_of(vector sign, vector magnitude) {
  const vector ones = sign >> 15; // if negative
  return (magnitude ^ ones) - ones;
}

/// (f + 1) / 2 in Q15, rounded down.
VECTOR_INLINE vector halfway_to_one(vector f) { return (f >> 1) + (1 << 14); }

// MARK: State

/// Numbers in the order of a state, in that of gates.
VECTOR_INLINE vector as_gates(vector v) { return v; }

/// 1 - share in Q15, of a share in 1...32767.
VECTOR_INLINE vector complement(vector share) { return all(INT16_MIN) - share; }

/// (a p + b q) / 2^15, rounded and saturated; the sum fits 32 bits. `a` and the result are in the
/// order of a state, the others in that of gates.
VECTOR_INLINE vector weighted(vector a, vector p, vector b, vector q) {
  return saturated((widen(a) * widen(p) + widen(b) * widen(q) + (1 << 14)) >> 15);
}
