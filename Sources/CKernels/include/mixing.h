// The inner loops of a mixer of predictions, small enough to be inlined where they are used.
//
// A weight is a 32-bit number in two planes: `high` holds its upper 16 bits, signed, `low` the
// rest. Prediction needs only `high`, which is what makes it fast; training needs both, since steps
// are small. The plain C below is the definition; the vector code equals it on every input.
#ifndef FSCOMP_MIXING_H
#define FSCOMP_MIXING_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The sum of inputs[i] * high[i] modulo 2^32, as a signed number. `count` is a multiple of 8;
/// both arrays are aligned to 16 bytes.
static inline int32_t fsc_mixer_dot(const int16_t *inputs, const int16_t *high, int32_t count) {
#if defined(__SSE2__)
  __m128i sum = _mm_setzero_si128();
  for (int32_t i = 0; i < count; i += 8) {
    const __m128i x = _mm_load_si128((const __m128i *)(inputs + i));
    const __m128i w = _mm_load_si128((const __m128i *)(high + i));
    sum = _mm_add_epi32(sum, _mm_madd_epi16(x, w));
  }
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
  sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
  return _mm_cvtsi128_si32(sum);
#else
  uint32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += (uint32_t)((int32_t)inputs[i] * high[i]);
  return (int32_t)sum;
#endif
}

/// Adds inputs[i] * error to every weight; the upper half saturates. `count` is a multiple of 8;
/// the arrays are aligned to 16 bytes.
static inline void fsc_mixer_train(const int16_t *inputs, int16_t error, int16_t *high,
                                   uint16_t *low, int32_t count) {
#if defined(__SSE2__)
  const __m128i e = _mm_set1_epi16(error);
  const __m128i sign = _mm_set1_epi16((int16_t)0x8000);
  for (int32_t i = 0; i < count; i += 8) {
    const __m128i x = _mm_load_si128((const __m128i *)(inputs + i));
    const __m128i l = _mm_load_si128((const __m128i *)(low + i));
    const __m128i h = _mm_load_si128((const __m128i *)(high + i));
    const __m128i sum = _mm_add_epi16(l, _mm_mullo_epi16(x, e));
    // All ones, that is -1, where the lower half wrapped.
    const __m128i carry = _mm_cmpgt_epi16(_mm_xor_si128(l, sign), _mm_xor_si128(sum, sign));
    const __m128i upper = _mm_adds_epi16(h, _mm_mulhi_epi16(x, e));
    _mm_store_si128((__m128i *)(low + i), sum);
    _mm_store_si128((__m128i *)(high + i), _mm_subs_epi16(upper, carry));
  }
#else
  for (int32_t i = 0; i < count; i++) {
    const int32_t step = (int32_t)inputs[i] * error;
    const uint32_t sum = (uint32_t)low[i] + ((uint32_t)step & 0xFFFF);
    int32_t upper = high[i] + (step >> 16);
    upper = upper > 32767 ? 32767 : upper < -32768 ? -32768 : upper;
    upper += (int32_t)(sum >> 16);
    high[i] = (int16_t)(upper > 32767 ? 32767 : upper);
    low[i] = (uint16_t)sum;
  }
#endif
}

/// The same for several mixers that share their inputs. `planes[m]` points to the upper half of the
/// weights of mixer m, `count` of them, directly followed by the lower half. `count` is a multiple
/// of 16; all arrays of weights, and the inputs, are aligned to 32 bytes.
typedef struct {
  void (*dot)(const int16_t *inputs, int16_t *const *planes, int32_t mixers, int32_t count,
              int32_t *sums);
  void (*train)(const int16_t *inputs, const int16_t *steps, int16_t *const *planes,
                int32_t mixers, int32_t count);
} fsc_mixer_kernels;

/// Made of the two functions above.
extern const fsc_mixer_kernels fsc_mixer_portable;

/// The fastest that this processor can run.
const fsc_mixer_kernels *fsc_mixer_best_kernels(void);

/// What mixers begin with: the bytes of mixing.bin, and how many there are.
const uint8_t *fsc_mixing_parameters(intptr_t *size);

// Contexts: each remembers bits in a slot of states, one for each beginning of a nibble; what a
// state means is a probability that learns, 22 bits of it above 10 bits of count.

/// Writes a stretched prediction for each of `count` contexts, 0 where nothing has been seen (state
/// 0). `slots[i][nibble]` is the state, `meanings` is [count][256], `stretches` has 4096 numbers.
/// Returns how many contexts have been seen.
static inline int32_t fsc_contexts_predict(uint8_t *const *slots, intptr_t nibble,
                                           const uint32_t *meanings, const int16_t *stretches,
                                           int16_t *inputs, intptr_t count) {
  int32_t seen = 0;
  for (intptr_t i = 0; i < count; i++) {
    const uint32_t state = slots[i][nibble];
    const int16_t stretched = stretches[meanings[256 * i + state] >> 20];
    seen += state != 0;
    inputs[i] = state != 0 ? stretched : 0;
  }
  return seen;
}

/// One step of a probability that learns: by `reciprocals[n]` / 2^16 of the error towards `target`,
/// which is 0 or 2^22 - 1, when n bits have been seen; n grows up to `limit` < 1024.
static inline uint32_t fsc_probability_step(uint32_t probability, int64_t target,
                                            const int32_t *reciprocals, uint32_t limit) {
  const uint32_t seen = probability & 1023;
  const int64_t value = probability >> 10;
  const int64_t moved = value + (((target - value) * reciprocals[seen]) >> 16);
  return (uint32_t)moved << 10 | (seen + (seen < limit));
}

/// Shows a bit to `count` contexts: to the meaning of each one's state, and to the state, which
/// becomes `next[2 * state + bit]`.
static inline void fsc_contexts_update(uint8_t *const *slots, intptr_t nibble, intptr_t bit,
                                       uint32_t *meanings, const uint8_t *next,
                                       const int32_t *reciprocals, uint32_t limit,
                                       intptr_t count) {
  const int64_t target = bit ? (1 << 22) - 1 : 0;
  for (intptr_t i = 0; i < count; i++) {
    uint8_t *const place = slots[i] + nibble;
    const uint32_t state = *place;
    uint32_t *const meaning = meanings + 256 * i + state;
    *meaning = fsc_probability_step(*meaning, target, reciprocals, limit);
    *place = next[2 * state + (uint32_t)bit];
  }
}

/// Asks for the cache line at `address`, which is about to be read and written.
static inline void fsc_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

#endif
