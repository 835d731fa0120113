// Every table of mixing kernels held to the plain definitions of mixers.h. Contexts are plain C, and
// where there is no other table, as on AArch64, so are mixers: results go into the digest all the same.
#include "harness.h"

#include "mixing.h"

#include <stdlib.h>

enum { MOST_TABLES = 4, SETS = 3, LINES = 768, NODES = 386 };

/// The tables, plain C first.
static const fsc_mixing_kernels *tables[MOST_TABLES];
static int table_count;

static void find_tables(void) {
  static const char *const names[] = {"portable", "sse2", "avx2", "avx512"};
  table_count = 0;
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
    const fsc_mixing_kernels *table = fsc_mixing_kernels_for(names[n]);
    bool is_new = true;
    for (int t = 0; t < table_count; t++) is_new = is_new && tables[t] != table;
    if (is_new) tables[table_count++] = table;
  }
}

/// An edge, a small number, or any.
static int16_t number(void) {
  static const int16_t edges[] = {INT16_MIN, INT16_MIN + 1, -256, -1, 0, 1, 255, INT16_MAX};
  switch (random_bits() % 4) {
  case 0: return edges[random_bits() % 8];
  case 1: return (int16_t)random_in(-300, 300);
  default: return (int16_t)random_bits();
  }
}

static void fill_numbers(int16_t *out, size_t count) {
  for (size_t n = 0; n < count; n++) out[n] = number();
}

// MARK: Mixers

/// Mixers with all that they point to.
typedef struct {
  _Alignas(64) fsc_mixers mixers;
  _Alignas(64) int16_t weights[(FSC_MOST_MIXERS + 1) * SETS * 2 * FSC_MOST_INPUTS];
  _Alignas(64) int16_t final_weights[SETS * FSC_FINAL_STRIDE];
  _Alignas(64) int16_t initial[FSC_MOST_INPUTS];
  uint8_t counts[(FSC_MOST_MIXERS + 1) * SETS], final_counts[SETS];
  int32_t rates[256];
  uint32_t nodes[NODES];
} mixer_memory;

static void make_mixers(mixer_memory *m, int32_t mixers, int32_t count) {
  memset(m, 0, sizeof *m);
  fill_numbers(m->weights, (size_t)(mixers * SETS * 2 * count));
  fill_numbers(m->final_weights, SETS * FSC_FINAL_STRIDE);
  fill_numbers(m->initial, FSC_MOST_INPUTS);
  static const uint8_t counts[] = {0, 1, 100, 254, 255};
  for (int32_t n = 0; n < mixers * SETS; n++) m->counts[n] = counts[random_bits() % 5];
  for (int n = 0; n < 256; n++) m->rates[n] = random_in(0, 1 << 14);
  for (int n = 0; n < NODES; n++) m->nodes[n] = (uint32_t)random_in(0, (1 << 22) - 1);
}

/// Points the mixers of a copy to its own memory.
static fsc_mixers *attach(mixer_memory *m, int32_t mixers, int32_t count) {
  fsc_mixers *const state = &m->mixers;
  state->mixers = mixers;
  state->count = count;
  state->weights = m->weights;
  state->counts = m->counts;
  state->initial = m->initial;
  state->rates = state->final_rates = m->rates;
  state->final_weights = m->final_weights;
  state->final_counts = m->final_counts;
  state->squash_nodes = m->nodes;
  for (int32_t n = 0; n < FSC_MOST_MIXERS; n++)
    fsc_mixers_place(state, n, SETS * (n < mixers ? n : mixers), 0);
  return state;
}

/// What mixers say, and what they have learned, as a hash.
static uint64_t seen_of(const mixer_memory *m, fsc_mixed mixed) {
  uint64_t hash = (uint64_t)(uint32_t)mixed.stretched << 32 | (uint32_t)mixed.probability;
  for (size_t n = 0; n < sizeof m->weights / 2; n++)
    hash = (hash ^ (uint16_t)m->weights[n]) * 0x100000001B3;
  for (size_t n = 0; n < SETS * FSC_FINAL_STRIDE; n++)
    hash = (hash ^ (uint16_t)m->final_weights[n]) * 0x100000001B3;
  for (size_t n = 0; n < sizeof m->counts; n++) hash = (hash ^ m->counts[n]) * 0x100000001B3;
  for (int32_t n = 0; n < FSC_MOST_MIXERS; n++)
    hash = (hash ^ (uint16_t)m->mixers.results[n]) * 0x100000001B3;
  for (int32_t n = 0; n < m->mixers.mixers; n++)
    hash = (hash ^ (uint32_t)m->mixers.outputs[n]) * 0x100000001B3;
  return hash;
}

void test_mixers(void) {
  static mixer_memory start, memory;
  static _Alignas(64) int16_t predictions[FSC_MOST_CONTEXTS];
  enum { BITS = 20 };
  find_tables();
  random_state = 7;
  for (int32_t mixers = 1; mixers <= FSC_MOST_MIXERS; mixers++)
    for (int32_t count = 16; count <= FSC_MOST_INPUTS; count += 16)
      for (int repeat = 0; repeat < (brief ? 2 : 30); repeat++) {
        make_mixers(&start, mixers, count);
        const uint64_t seed = random_bits();
        uint64_t expected[BITS];
        for (int t = 0; t < table_count; t++) {
          memory = start;
          fsc_mixers *const state = attach(&memory, mixers, count);
          random_state = seed;
          int same = 0;
          for (int bit = 0; bit < BITS; bit++) {
            const bool is_small = random_bits() & 1;
            for (int32_t n = 0; n < FSC_MOST_CONTEXTS; n++) {
              const int16_t value = number();
              predictions[n] = n + 8 >= count ? 0 : is_small ? value % 64 : value;
            }
            fsc_mixer_head head;
            head.words[0] = random_bits();
            head.words[1] = random_bits();
            for (int32_t n = 0; n < mixers; n++)
              fsc_mixers_choose(state, n, random_in(0, SETS - 1), 0);
            state->final_set = random_in(0, SETS - 1);
            const fsc_mixed mixed = tables[t]->mix(state, head, predictions);
            tables[t]->train(state, (int32_t)(random_bits() & 1));
            const uint64_t seen = seen_of(&memory, mixed);
            if (t == 0) expected[bit] = seen;
            same += seen == expected[bit];
          }
          if (t == 0)
            add_to_digest(expected, sizeof expected);
          else
            check(same == BITS, tables[t]->name, "mixing: %d mixers, %d inputs, case %d", mixers,
                  count, repeat);
        }
      }
}

// MARK: Contexts

/// Contexts with all that they point to.
typedef struct {
  _Alignas(64) fsc_contexts contexts;
  _Alignas(64) uint8_t lines[LINES * FSC_LINE_BYTES];
  uint32_t meanings[FSC_MOST_CONTEXTS * 256];
  int16_t stretched[FSC_MOST_CONTEXTS * 256];
  int16_t stretches[4097];
  uint8_t next[514], totals[256];
  int32_t reciprocals[1024];
} context_memory;

/// States and meanings that may never occur; rules of how they follow each other that are any.
static void make_contexts(context_memory *m) {
  memset(m, 0, sizeof *m);
  const int32_t most = random_in(0, 255); // many zeros, as in a young table
  for (size_t n = 0; n < sizeof m->lines; n++) m->lines[n] = (uint8_t)random_in(0, most);
  for (size_t n = 0; n < FSC_MOST_CONTEXTS * 256; n++) {
    const uint32_t any = (uint32_t)random_bits();
    const uint32_t kinds[] = {any, 0, UINT32_MAX, any | 1023, any & ~1023u};
    m->meanings[n] = kinds[random_bits() % 5];
  }
  for (int n = 0; n < 4097; n++) m->stretches[n] = number();
  for (size_t n = 0; n < FSC_MOST_CONTEXTS * 256; n++)
    m->stretched[n] = n & 255 ? m->stretches[m->meanings[n] >> 20] : 0;
  for (int n = 0; n < 514; n++) m->next[n] = (uint8_t)random_bits();
  for (int n = 0; n < 256; n++) m->totals[n] = (uint8_t)random_in(0, 9);
  for (int n = 0; n < 1024; n++) m->reciprocals[n] = (2 << 16) / (2 * n + 3);
}

static fsc_contexts *attach_contexts(context_memory *m, int32_t count) {
  fsc_contexts *const state = &m->contexts;
  state->count = count;
  state->limit = 255;
  state->lines = m->lines;
  state->meanings = m->meanings;
  state->stretched = m->stretched;
  state->stretches = m->stretches;
  state->next = m->next;
  state->totals = m->totals;
  state->reciprocals = m->reciprocals;
  return state;
}

static uint64_t hash_of(uint64_t hash, const void *data, size_t size) {
  const uint8_t *const bytes = data;
  for (size_t n = 0; n < size; n++) hash = (hash ^ bytes[n]) * 0x100000001B3;
  return hash;
}

/// Places of one nibble: contexts that agree in nothing, in their lines, in their checks, or in
/// both.
static void make_places(uint64_t places[FSC_MOST_CONTEXTS], int32_t lines) {
  const int kind = random_in(0, 3);
  uint64_t common = 0;
  for (int32_t n = 0; n <= FSC_MOST_CONTEXTS; n++) {
    const uint64_t line = random_bits() % (uint64_t)lines;
    const uint64_t place = line << 32 | (random_bits() & 0xFFFFFFFF);
    const int dice = random_in(0, 15);
    if (n == 0)
      common = place;
    else if (kind == 0 && dice < 4)
      places[n - 1] = common;
    else if (kind == 1 && dice < 4)
      places[n - 1] = (common & ~UINT64_C(0xFF)) | (place & 3);
    else if (kind == 2 && dice < 8)
      places[n - 1] = (common & 0xFF) | (place & ~UINT64_C(0xFF));
    else
      places[n - 1] = place;
  }
}

void test_contexts(void) {
  static context_memory memory;
  enum { NIBBLES = 20 };
  static const int32_t line_counts[] = {1, 2, 16, 256, LINES};
  random_state = 8;
  for (int32_t count = 1; count <= FSC_MOST_CONTEXTS; count++)
    for (size_t lines = 0; lines < sizeof line_counts / sizeof line_counts[0]; lines++) {
      if (brief && (count + (int32_t)lines) % 8 != 0) continue;
      make_contexts(&memory);
      fsc_contexts *const state = attach_contexts(&memory, count);
      uint64_t results[NIBBLES];
      for (int n = 0; n < NIBBLES; n++) {
        uint64_t places[FSC_MOST_CONTEXTS], seen = 0xCBF29CE484222325;
        make_places(places, line_counts[lines]);
        fsc_contexts_find(state, places);
        seen = hash_of(seen, state->slots, (size_t)count * sizeof state->slots[0]);
        for (int32_t nibble = 1; nibble < 16;) {
          const int32_t bit = (int32_t)(random_bits() & 1);
          const int32_t known = fsc_contexts_predict(state, nibble);
          seen = hash_of(seen, &known, sizeof known);
          seen = hash_of(seen, state->predictions, sizeof state->predictions);
          fsc_contexts_update(state, nibble, bit);
          nibble = nibble << 1 | bit;
        }
        seen = hash_of(seen, memory.lines, sizeof memory.lines);
        results[n] = hash_of(seen, memory.meanings, sizeof memory.meanings);
      }
      add_to_digest(results, sizeof results);
    }
}

// MARK: Both

/// A stream of bits as a block has it: contexts predict, mixers mix, and the next bit is drawn from
/// what they say, so that a single wrong bit anywhere changes all that follows.
void test_mixing(void) {
  static mixer_memory mixers;
  static context_memory contexts;
  enum { BYTES = 2000, MIXERS = 7, COUNT = 32, CONTEXTS = 24 };
  find_tables();
  const int bytes = brief ? 100 : BYTES;
  uint64_t expected = 0;
  for (int t = 0; t < table_count; t++) {
    random_state = 9;
    make_contexts(&contexts);
    memset(contexts.lines, 0, sizeof contexts.lines);
    make_mixers(&mixers, MIXERS, COUNT);
    for (int n = 0; n < NODES; n++) mixers.nodes[n] = (uint32_t)(5000 + n * 10800);
    for (int n = 0; n < 4097; n++) contexts.stretches[n] = (int16_t)(n * 4 - 8192);
    fsc_mixers *const m = attach(&mixers, MIXERS, COUNT);
    fsc_contexts *const c = attach_contexts(&contexts, CONTEXTS);
    uint64_t seen = 0xCBF29CE484222325, history = 0;
    for (int n = 0; n < bytes; n++) {
      int32_t byte = 1;
      while (byte < 256) {
        // Contexts of the last bytes, of the half byte before, and of what is known of this one.
        uint64_t places[FSC_MOST_CONTEXTS] = {0};
        for (int32_t i = 0; i < CONTEXTS; i++) {
          const uint64_t known = i % 6 ? history << (64 - 8 * (i % 6)) : 0;
          const uint64_t hash = (known ^ (uint64_t)byte << 8 ^ (uint64_t)i) * 0x9E3779B97F4A7C15;
          places[i] = (hash >> 40) % LINES << 32 | (hash & 0xFFFFFFFF);
        }
        fsc_contexts_find(c, places);
        for (int32_t nibble = 1; nibble < 16;) {
          const int32_t known = fsc_contexts_predict(c, nibble);
          for (int32_t i = 0; i < MIXERS; i++)
            fsc_mixers_choose(m, i, (byte + known * i) % SETS, 0);
          m->final_set = nibble % SETS;
          fsc_mixer_head head = {{0x0100010001000100, history}};
          const fsc_mixed mixed = tables[t]->mix(m, head, c->predictions);
          const int32_t bit = random_in(0, (1 << 22) - 1) < mixed.probability;
          seen = hash_of(seen, &mixed, sizeof mixed);
          tables[t]->train(m, bit);
          fsc_contexts_update(c, nibble, bit);
          nibble = nibble << 1 | bit;
          byte = byte << 1 | bit;
        }
      }
      history = history << 8 | (uint64_t)(byte & 0xFF);
    }
    seen = hash_of(seen, contexts.lines, sizeof contexts.lines);
    seen = hash_of(seen, contexts.meanings, sizeof contexts.meanings);
    if (t == 0) {
      expected = seen;
      add_to_digest(&seen, sizeof seen);
    } else {
      check(seen == expected, tables[t]->name, "a stream of %d bytes", bytes);
    }
  }
}
