// A small network run for many steps by every kernel table: each byte is drawn from the frequencies
// that came before, so that a single wrong bit anywhere changes all that follows.
#include "harness.h"

#include "CKernels.h"

#include <stdlib.h>
#include <string.h>

enum { FAST = 48, SLOW = 80, CELLS = 4, LANES = 5, STEPS = 400, STRIDE = 128 };
_Static_assert(FAST + SLOW <= STRIDE && STRIDE % FSC_ALIGNMENT == 0, "hidden states need room");

/// One of the network's matrices, and the norms of the cell it is of, in memory of its own.
typedef struct {
  fsc_matrix matrix;
  fsc_cell cell;
} layer;

/// Random numbers that are never given back.
static int16_t *random_16(size_t count, int32_t low, int32_t high) {
  int16_t *values = malloc(count * sizeof *values);
  for (size_t n = 0; n < count; n++) values[n] = (int16_t)random_in(low, high);
  return values;
}

static fsc_matrix make_matrix(const fsc_kernels *table, int32_t rows, int32_t columns,
                              int32_t shift) {
  int8_t *weights = malloc((size_t)rows * (size_t)columns);
  fill_8(weights, (size_t)rows * (size_t)columns, 0);
  void *packed = aligned_alloc(FSC_ALIGNMENT, (table->packed_size(rows, columns) + 63) / 64 * 64);
  table->pack(weights, rows, columns, packed);
  free(weights);
  return (fsc_matrix){packed, random_16((size_t)rows, 8000, 32767), rows, columns, shift};
}

static fsc_cell make_cell(const fsc_kernels *table, int32_t kind, int32_t units) {
  const size_t count = (size_t)units;
  fsc_cell cell = {
      .kind = kind,
      .units = units,
      .gate_epsilons = {100, 1000, 10, 1},
      .cell_epsilon = 66,
      .gate_gains = random_16(4 * count, -4000, 4000),
      .gate_biases = random_16(4 * count, -8000, 8000),
      .cell_gains = random_16(count, -4000, 4000),
      .cell_biases = random_16(count, -4000, 4000),
      .own_weights = random_16(4 * count, -8000, 8000),
  };
  if (table->pack_cell) {
    void *packed = aligned_alloc(FSC_ALIGNMENT, (table->packed_cell_size(&cell) + 63) / 64 * 64);
    table->pack_cell(&cell, packed);
    cell.packed = packed;
  }
  return cell;
}

/// The byte that a random number stands for.
static uint8_t draw(const uint32_t *tree) {
  uint32_t target = (uint32_t)(random_bits() % tree[1]), node = 1;
  while (node < 256) {
    node *= 2;
    if (target >= tree[node]) target -= tree[node++];
  }
  return (uint8_t)node;
}

/// Writes what the trees of each step look like, with a slow cell of some kind among LSTMs.
static void run(const fsc_kernels *table, int32_t slow_kind, int steps, uint64_t *hashes) {
  static _Alignas(64) int8_t hidden[LANES][STRIDE];
  static int16_t fast[LANES][FAST], slow[LANES][SLOW], z[LANES][4 * SLOW], logits[LANES][256];
  static uint32_t trees[LANES][512];
  static const int16_t none[4 * SLOW];
  random_state = 6;
  memset(hidden, 0, sizeof hidden);
  memset(fast, 0, sizeof fast);
  memset(slow, 0, sizeof slow);
  // F1 with the byte, S, F2 with what S says, F3.
  const int32_t own = slow_kind == FSC_LSTM ? SLOW : 0; // what S sees of its own hidden state
  const int32_t columns[CELLS] = {FAST, FAST + own, FAST + SLOW, FAST};
  layer layers[CELLS];
  for (int n = 0; n < CELLS; n++) {
    const int32_t units = n == 1 ? SLOW : FAST, kind = n == 1 ? slow_kind : FSC_LSTM;
    layers[n].matrix = make_matrix(table, fsc_gate_count(kind) * units, columns[n], 4 + n);
    layers[n].cell = make_cell(table, kind, units);
  }
  const fsc_matrix output = make_matrix(table, 256, FAST, 7);
  const int16_t *output_biases = random_16(256, -500, 500);
  const int16_t *embedding = random_16(256 * 4 * FAST, -3000, 3000);

  for (int step = 0; step < steps; step++) {
    const int16_t *biases[LANES];
    for (int lane = 0; lane < LANES; lane++) biases[lane] = output_biases;
    table->project(&output, hidden[0], STRIDE, LANES, biases, logits[0], 256);
    hashes[step] = 0xCBF29CE484222325;
    for (int lane = 0; lane < LANES; lane++) {
      table->make_tree(logits[lane], trees[lane]);
      for (int node = 1; node < 512; node++)
        hashes[step] = (hashes[step] ^ trees[lane][node]) * 0x100000001B3;
      biases[lane] = embedding + draw(trees[lane]) * 4 * FAST;
    }
    for (int n = 0; n < CELLS; n++) {
      table->project(&layers[n].matrix, hidden[0], STRIDE, LANES, biases, z[0], 4 * SLOW);
      for (int lane = 0; lane < LANES; lane++) biases[lane] = none;
      const bool is_slow = n == 1;
      table->step_cells(&layers[n].cell,
                        (fsc_cell_lanes){LANES, z[0], 4 * SLOW, is_slow ? slow[0] : fast[0],
                                         hidden[0] + (is_slow ? FAST : 0), STRIDE});
    }
  }
}

void test_network(void) {
  const fsc_kernels *tables[FSC_MOST_TABLES];
  const int32_t count = fsc_find_kernels(tables);
  const int steps = brief ? 40 : STEPS;
  uint64_t expected[STEPS], hashes[STEPS];
  for (int32_t kind = FSC_LSTM; kind <= FSC_DIAGONAL_GRU; kind++) {
    run(tables[0], kind, steps, expected);
    add_to_digest(expected, (size_t)steps * sizeof expected[0]);
    for (int32_t t = 1; t < count; t++) {
      run(tables[t], kind, steps, hashes);
      int same = 0;
      while (same < steps && hashes[same] == expected[same]) same++;
      check(same == steps, tables[t]->name, "network of slow kind %d: step %d of %d", kind, same,
            steps);
    }
  }
}
