// Every kernel table held to the portable one, byte for byte: matrix products, cells, frequencies.
#include "harness.h"

#include "CKernels.h"

#include <string.h>

// The portable table comes first of all, and is what the others are compared with.
static const fsc_kernels *tables[FSC_MOST_TABLES];
static int table_count;

// MARK: Matrix product

typedef struct {
  int32_t rows, columns, lanes, shift;
  int weights, inputs, multipliers, biases; // kinds
} product;

static void run_product(const fsc_kernels *table, const product *p, const int8_t *weights,
                        const int8_t *inputs, size_t input_stride, const int16_t *multipliers,
                        const int16_t *const *biases, int16_t *z, size_t z_stride) {
  void *packed = place(PACKED, table->packed_size(p->rows, p->columns));
  table->pack(weights, p->rows, p->columns, packed);
  const fsc_matrix matrix = {packed, multipliers, p->rows, p->columns, p->shift};
  table->project(&matrix, inputs, input_stride, p->lanes, biases, z, z_stride);
}

static void test_product(const product *p) {
  const size_t rows = (size_t)p->rows, columns = (size_t)p->columns, lanes = (size_t)p->lanes;
  const size_t input_stride = (columns + 63) / 64 * 64 + 64 * (random_bits() % 2);
  const size_t z_stride = rows + random_bits() % 20, z_count = (lanes - 1) * z_stride + rows;

  int8_t *weights = place(WEIGHTS, rows * columns);
  fill_8(weights, rows * columns, p->weights);
  const size_t input_size = (lanes - 1) * input_stride + (columns + 63) / 64 * 64;
  // Aligned as the contract has it, as both sizes are multiples of FSC_ALIGNMENT.
  int8_t *inputs = place(INPUTS, input_size);
  for (size_t n = 0; n < input_size; n++) inputs[n] = (int8_t)random_bits();
  for (size_t lane = 0; lane < lanes; lane++)
    fill_8(inputs + lane * input_stride, columns, p->inputs);
  int16_t *multipliers = place(MULTIPLIERS, rows * sizeof(int16_t));
  fill_16(multipliers, rows, p->multipliers);
  for (size_t row = 0; row < rows; row++) multipliers[row] &= INT16_MAX;
  int16_t *bias_values = place(BIASES, lanes * rows * sizeof(int16_t));
  fill_16(bias_values, lanes * rows, p->biases);
  const int16_t *biases[256];
  for (size_t lane = 0; lane < lanes; lane++) // some lanes share theirs
    biases[lane] = bias_values + random_bits() % lanes * rows;

  int16_t *expected = place(EXPECTED, z_count * sizeof(int16_t));
  int16_t *z = place(Z, z_count * sizeof(int16_t));
  memset(expected, 0x5A, z_count * sizeof(int16_t));
  run_product(&fsc_kernels_portable, p, weights, inputs, input_stride, multipliers, biases,
              expected, z_stride);
  add_to_digest(expected, z_count * sizeof(int16_t));
  for (int t = 1; t < table_count; t++) {
    memset(z, 0x5A, z_count * sizeof(int16_t));
    run_product(tables[t], p, weights, inputs, input_stride, multipliers, biases, z, z_stride);
    check(memcmp(z, expected, z_count * sizeof(int16_t)) == 0, tables[t]->name,
          "project: %d rows, %d columns, %d lanes, shift %d, weights %d, inputs %d", p->rows,
          p->columns, p->lanes, p->shift, p->weights, p->inputs);
  }
}

/// A product of random size and values. One statement a number, as C orders nothing else.
static product random_product(int32_t most_rows, int32_t most_columns, int32_t most_lanes) {
  product p;
  p.rows = 16 * random_in(1, most_rows / 16);
  p.columns = 16 * random_in(1, most_columns / 16);
  p.lanes = random_in(1, most_lanes);
  p.shift = random_in(0, 15);
  p.weights = random_in(0, KINDS_8 - 1);
  p.inputs = random_in(0, KINDS_8 - 1);
  p.multipliers = random_in(0, KINDS_16 - 1);
  p.biases = random_in(0, KINDS_16 - 1);
  return p;
}

static void test_products(void) {
  random_state = 1;
  for (int32_t lanes = 1; lanes <= 33; lanes++) // every way to end, and random values
    for (int32_t rows = 16; rows <= 48; rows += 16)
      test_product(&(product){rows, 16 * random_in(1, 20), lanes, 4 + lanes % 8, 0, 0, 0, 2});
  for (int32_t shift = 0; shift <= 15; shift++) // every kind of values, extremes first of all
    for (int weights = 0; weights < KINDS_8; weights++)
      for (int inputs = 0; inputs < KINDS_8; inputs++) {
        product p = random_product(16, brief ? 32 : 192, 9);
        p.shift = shift;
        p.weights = weights;
        p.inputs = inputs;
        test_product(&p);
      }
  for (int n = 0; n < (brief ? 20 : 400); n++) { // anything
    const product p = random_product(128, 640, 20);
    test_product(&p);
  }
  for (int kind = 0; kind < 3; kind++) // the largest sums
    for (int32_t shift = 0; shift <= 15; shift += 5)
      test_product(&(product){16, 8192, 3, shift, kind, 1, 3, 0});
  test_product(&(product){32, 512, 256, 8, 0, 0, 0, 0});
  test_product(&(product){32, 80, 255, 7, 0, 0, 0, 0});
  if (!brief) test_product(&(product){2048, 1024, 5, 9, 0, 0, 0, 2});
}

// MARK: Cell

/// Steps `cell` once, from the state at START and the pre-activations at OTHER.
static void test_step(const fsc_cell *cell, const char *what, long which) {
  const size_t units = (size_t)cell->units, rows = (size_t)fsc_gate_count(cell->kind) * units;
  const int16_t *start = place(START, 2 * units), *pre_activations = place(OTHER, 2 * rows);
  int16_t *z = place(Z, 2 * rows), *state = place(STATE, 2 * units);
  int8_t *hidden = place(HIDDEN, units);
  uint8_t *expected = place(EXPECTED, 3 * units);
  for (int t = 0; t < table_count; t++) {
    memcpy(z, pre_activations, 2 * rows);
    memcpy(state, start, 2 * units);
    memset(hidden, 0x5A, units);
    const fsc_kernels *table = tables[t];
    fsc_cell ready = *cell;
    if (table->pack_cell) {
      void *packed = place(PACKED, table->packed_cell_size(cell));
      table->pack_cell(cell, packed);
      ready.packed = packed;
    }
    table->step_cells(&ready, (fsc_cell_lanes){1, z, rows, state, hidden, units});
    if (t == 0) {
      memcpy(expected, state, 2 * units);
      memcpy(expected + 2 * units, hidden, units);
      add_to_digest(expected, 3 * units);
    } else {
      check(memcmp(state, expected, 2 * units) == 0 &&
                memcmp(hidden, expected + 2 * units, units) == 0,
            table->name, "step_cells: kind %d, %s, %d units, case %ld", cell->kind, what,
            cell->units, which);
    }
  }
}

static uint32_t random_epsilon(void) {
  switch (random_bits() % 4) {
  case 0: return 1;
  case 1: return 1 << 30;
  default: return 1 + (uint32_t)random_in(0, (1 << random_in(1, 30)) - 1);
  }
}

/// An LSTM. Kinds of values: of the gates' gains, their biases, the cell state's gains, their
/// biases.
static fsc_cell make_cell(int32_t units, const int kinds[4]) {
  const size_t size = (size_t)units * sizeof(int16_t);
  fsc_cell cell = {.kind = FSC_LSTM, .units = units, .cell_epsilon = random_epsilon()};
  for (int gate = 0; gate < 4; gate++) cell.gate_epsilons[gate] = random_epsilon();
  int16_t *values[4] = {place(GAINS, 4 * size), place(BIASES, 4 * size),
                        place(CELL_GAINS, size), place(CELL_BIASES, size)};
  fill_16(values[0], 4 * (size_t)units, kinds[0]);
  fill_16(values[1], 4 * (size_t)units, kinds[1]);
  fill_16(values[2], (size_t)units, kinds[2]);
  fill_16(values[3], (size_t)units, kinds[3]);
  cell.gate_gains = values[0];
  cell.gate_biases = values[1];
  cell.cell_gains = values[2];
  cell.cell_biases = values[3];
  return cell;
}

/// A cell of another kind. Kinds of values: of the gates' gains, their biases, weights of the own
/// state.
static fsc_cell make_other_cell(int32_t kind, int32_t units, const int kinds[3]) {
  const size_t rows = (size_t)fsc_gate_count(kind) * (size_t)units;
  fsc_cell cell = {.kind = kind, .units = units};
  for (int gate = 0; gate < 4; gate++) cell.gate_epsilons[gate] = random_epsilon();
  int16_t *values[3] = {place(GAINS, 2 * rows), place(BIASES, 2 * rows),
                        place(CELL_GAINS, 2 * rows)};
  for (int n = 0; n < 3; n++) fill_16(values[n], rows, kinds[n]);
  cell.gate_gains = values[0];
  cell.gate_biases = values[1];
  if (kind == FSC_DIAGONAL_GRU) cell.own_weights = values[2];
  return cell;
}

/// Any values at all, and every input of every gate: gains are then zero, so that the biases are
/// what the activations see.
static void test_other_cells(void) {
  random_state = 7;
  static const int32_t sizes[] = {16, 32, 48, 64, 112, 272, 1008, 4096};
  for (int32_t kind = FSC_MIN_GRU; kind <= FSC_DIAGONAL_GRU; kind++) {
    long which = 0;
    for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
      const size_t units = (size_t)sizes[size], rows = (size_t)fsc_gate_count(kind) * units;
      const int repeats = brief ? 10 : units > 1000 ? 100 : 300;
      for (int repeat = 0; repeat < repeats; repeat++) {
        int kinds[3];
        for (int n = 0; n < 3; n++) kinds[n] = random_in(0, KINDS_16 - 1);
        const fsc_cell cell = make_other_cell(kind, sizes[size], kinds);
        const bool sweeps = repeat % 3 == 0;
        if (sweeps) {
          memset((void *)cell.gate_gains, 0, 2 * rows);
          const uint32_t first = (uint32_t)random_bits();
          for (size_t n = 0; n < rows; n++)
            ((int16_t *)cell.gate_biases)[n] = (int16_t)(first + 40503 * (uint32_t)n);
        }
        int16_t *state = place(START, 2 * units);
        fill_16(state, units, random_in(0, KINDS_16 - 1));
        for (size_t n = 0; n < units; n++)
          if (state[n] == INT16_MIN) state[n] = -INT16_MAX;
        fill_16(place(OTHER, 2 * rows), rows, random_in(0, KINDS_16 - 1));
        test_step(&cell, sweeps ? "every activation" : "any values", which++);
      }
    }
  }
}

/// Any values at all: gates of one kind first, then of different kinds.
static void test_cells(void) {
  random_state = 2;
  static const int32_t sizes[] = {16, 32, 48, 64, 112, 176, 272, 512, 1008, 2048, 4080, 4096};
  long which = 0;
  for (size_t size = 0; size < sizeof sizes / sizeof sizes[0]; size++) {
    const size_t units = (size_t)sizes[size];
    const int repeats = brief ? 20 : units > 1000 ? 150 : 500;
    for (int repeat = 0; repeat < repeats; repeat++) {
      int kinds[4];
      for (int n = 0; n < 4; n++) kinds[n] = random_in(0, KINDS_16 - 1);
      const fsc_cell cell = make_cell(sizes[size], kinds);
      fill_16(place(START, 2 * units), units, random_in(0, KINDS_16 - 1));
      int16_t *z = place(OTHER, 8 * units);
      for (int gate = 0; gate < 4; gate++)
        fill_16(z + gate * (int)units, units, (repeat + gate * (repeat / 9)) % KINDS_16);
      test_step(&cell, "any values", which++);
    }
  }
}

/// Layer norm, seen through the forget gate: the cell state before is the largest there is and
/// the gate's inputs are small, so that each value of the normalized gate shows in the state.
static void test_layer_norm(void) {
  random_state = 3;
  for (long which = 0; which < (brief ? 40 : 1500); which++) {
    const size_t units = 16 * (size_t)random_in(1, which % 10 == 0 ? 256 : 40);
    const fsc_cell cell = make_cell((int32_t)units, (const int[]){1, 2, 0, 2});
    int16_t *gains = (int16_t *)cell.gate_gains, *biases = (int16_t *)cell.gate_biases;
    for (size_t n = 0; n < 4 * units; n++)
      gains[n] = (int16_t)random_in(-2500, 2500);
    for (size_t n = 0; n < units; n++) biases[n] = INT16_MIN; // nothing comes in
    fill_16(place(START, 2 * units), units, 3);
    int16_t *z = place(OTHER, 8 * units);
    const int32_t spread = 1 << random_in(0, 14);
    const int32_t mean = random_in(-32768, 32767);
    for (size_t n = 0; n < 4 * units; n++) {
      const int32_t value = mean + random_in(-spread, spread);
      z[n] = (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
    }
    test_step(&cell, "layer norm", which);
  }
}

/// Every one of the 65536 inputs of each of the five activations: gains are zero, so that the
/// biases are what the activations see. In the first pass the state before is the largest there
/// is and shows the forget gate bit by bit; in the others it is random, and its rounding shows
/// the last bits of the other gates.
static void test_activations(void) {
  random_state = 4;
  enum { UNITS = 4096 };
  for (int pass = 0; pass < (brief ? 1 : 6); pass++) {
    const uint32_t steps[5] = {1, 40503, 1, 25173, 13849}; // odd: each is a permutation
    for (long part = 0; part < 65536 / UNITS; part++) {
      const fsc_cell cell = make_cell(UNITS, (const int[]){6, 0, 6, 0});
      memset((void *)cell.gate_gains, 0, 8 * UNITS);
      memset((void *)cell.cell_gains, 0, 2 * UNITS);
      int16_t *biases = (int16_t *)cell.gate_biases;
      int16_t *cell_biases = (int16_t *)cell.cell_biases;
      for (uint32_t n = 0; n < UNITS; n++) {
        const uint32_t value = (uint32_t)part * UNITS + n;
        for (uint32_t gate = 0; gate < 4; gate++)
          biases[gate * UNITS + n] = (int16_t)(value * steps[gate] + (uint32_t)pass * 4001);
        cell_biases[n] = (int16_t)(value * steps[4]);
        if (pass == 0) biases[n] = INT16_MIN;
        if (pass == 1) biases[3 * UNITS + n] = INT16_MAX; // all of tanh(cell) comes out
        if (pass == 2) cell_biases[n] = INT16_MAX;        // all of the output gate comes out
      }
      fill_16(place(START, 2 * UNITS), UNITS, pass == 0 ? 3 : 0);
      fill_16(place(OTHER, 8 * UNITS), 4 * UNITS, 0);
      test_step(&cell, "every activation", part);
    }
  }
}

// MARK: Frequencies

static void test_tree(const char *what, long which) {
  const int16_t *logits = place(START, 256 * sizeof(int16_t));
  uint32_t *expected = place(EXPECTED, 512 * sizeof(uint32_t));
  uint32_t *tree = place(OTHER, 512 * sizeof(uint32_t));
  memset(expected, 0x5A, 512 * sizeof(uint32_t));
  fsc_kernels_portable.make_tree(logits, expected);
  add_to_digest(expected, 512 * sizeof(uint32_t));
  for (int t = 1; t < table_count; t++) {
    memset(tree, 0xA5, 512 * sizeof(uint32_t));
    tables[t]->make_tree(logits, tree);
    check(memcmp(tree, expected, 512 * sizeof(uint32_t)) == 0, tables[t]->name,
          "make_tree: %s, case %ld", what, which);
  }
}

static void test_trees(void) {
  random_state = 5;
  int16_t *logits = place(START, 256 * sizeof(int16_t));
  for (long which = 0; which < (brief ? 2 : 50) * KINDS_16; which++) {
    fill_16(logits, 256, (int)(which % KINDS_16));
    test_tree("any values", which);
  }
  for (long first = 0; first < 65536; first += 255) { // every distance from the largest
    const int32_t top = (int32_t)(random_bits() % 256);
    for (int32_t b = 0; b < 256; b++) {
      const int32_t below = (int32_t)first + b - (b > top);
      logits[b] = (int16_t)(b == top ? INT16_MAX
                                     : INT16_MAX - (below > 65535 ? 65535 : below));
    }
    test_tree("every distance", first);
  }
}

void test_kernels(void) {
  table_count = fsc_find_kernels(tables);
  test_products();
  test_cells();
  test_other_cells();
  test_layer_norm();
  test_activations();
  test_trees();
}
