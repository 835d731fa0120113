// The integer kernels of the FS-RNN, behind one small table of functions.
//
// What each function computes is defined, operation by operation, by the Swift code in
// Sources/Prediction/Definition; every table here gives the same result on every input.
#ifndef FSCOMP_CKERNELS_H
#define FSCOMP_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Values that Swift may pass between threads: nothing they point to ever changes.
#if __has_attribute(swift_attr)
#define FSC_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define FSC_SENDABLE
#endif

/// Bytes to which rows of hidden states and packed matrices are padded and aligned.
enum { FSC_ALIGNMENT = 64 };

/// A quantized matrix as one kernel table packed it. Weights are in -127...127.
typedef struct FSC_SENDABLE {
  const void *packed;         // made by `pack`; its layout is the kernel table's own
  const int16_t *multipliers; // [rows], 0...32767: the scale of each row
  int32_t rows;               // a multiple of 16
  int32_t columns;            // a multiple of 16, or 0: the product is then the biases
  int32_t shift;              // 0...15: right shift of the accumulators
} fsc_matrix;

/// What a cell computes of its gates and its state, by the numbers of model files.
enum {
  FSC_LSTM = 0,         // gates i, j, f, o
  FSC_MIN_GRU = 1,      // gates z, candidate
  FSC_MIN_LSTM = 2,     // gates f, i, candidate
  FSC_DIAGONAL_GRU = 3, // gates z, r, candidate
};

/// One cell of `units` units, without its matrix: its layer norms, and what its kind has beside
/// them. G is the number of its gates.
typedef struct FSC_SENDABLE {
  int32_t kind;
  int32_t units;              // H, a multiple of 16, 16...4096
  uint32_t gate_epsilons[4];  // of G gates: 1...2^30, in squared units of the pre-activations
  const int16_t *gate_gains;  // [GH], Q11
  const int16_t *gate_biases; // [GH], Q12
  uint32_t cell_epsilon;      // LSTM: 1...2^30, in squared units of the cell state
  const int16_t *cell_gains;  // LSTM: [H], Q11
  const int16_t *cell_biases; // LSTM: [H], Q12
  const int16_t *own_weights; // diagonal GRU: [GH], Q12, of the unit's own state
  const void *packed;         // gains and biases as `pack_cell` laid them out
} fsc_cell;

static inline int32_t fsc_gate_count(int32_t kind) {
  return kind == FSC_LSTM ? 4 : kind == FSC_MIN_GRU ? 2 : 3;
}

/// The state of one cell in some lanes; H is its units, G the number of its gates.
typedef struct {
  int32_t count;         // 0 and more
  int16_t *z;            // [count][z_stride]: GH pre-activations; left in any state
  size_t z_stride;       // at least GH
  int16_t *cell_states;  // [count][H], updated: LSTM Q8; others Q15, -32767...32767
  int8_t *hidden_states; // [count][hidden_stride]: H are written, -127...127
  size_t hidden_stride;  // at least H
} fsc_cell_lanes;

/// All lanes but the first.
static inline fsc_cell_lanes fsc_next_lanes(const fsc_cell *cell, fsc_cell_lanes lanes) {
  lanes.count--;
  lanes.z += lanes.z_stride;
  lanes.cell_states += cell->units;
  lanes.hidden_states += lanes.hidden_stride;
  return lanes;
}

/// One implementation of the arithmetic, for one instruction set.
typedef struct FSC_SENDABLE {
  const char *name;

  /// Bytes that `pack` writes for a matrix of this size.
  size_t (*packed_size)(int32_t rows, int32_t columns);

  /// Lays out a row-major matrix for `project`. `packed` is aligned to FSC_ALIGNMENT.
  void (*pack)(const int8_t *weights, int32_t rows, int32_t columns, void *packed);

  /// Bytes that `pack_cell` writes, by kind and units; both functions are null in a table that
  /// reads gains and biases as they are.
  size_t (*packed_cell_size)(const fsc_cell *cell);

  /// Lays out the gains and biases of a cell for `step_cells`, all of whose fields but `packed`
  /// are set. `packed` is aligned to FSC_ALIGNMENT.
  void (*pack_cell)(const fsc_cell *cell, void *packed);

  /// z[lane][row] = biases[lane][row] + the scaled product of the row and the lane's input.
  ///
  /// Lane n's input is the `columns` bytes at `inputs + n * input_stride`, -127...127; the
  /// stride is a multiple of FSC_ALIGNMENT and at least `columns` rounded up to one, and the
  /// bytes after `columns` hold any values. `z + n * z_stride` receives `rows` values.
  void (*project)(const fsc_matrix *matrix, const int8_t *inputs, size_t input_stride,
                  int32_t lanes, const int16_t *const *biases, int16_t *z, size_t z_stride);

  /// Steps a cell in some lanes.
  void (*step_cells)(const fsc_cell *cell, fsc_cell_lanes lanes);

  /// Makes the frequency tree of one lane: logits [256] in Q7 of base-2 logarithms; tree
  /// [512]: tree[256 + b] >= 1 for byte b, tree[j] = tree[2j] + tree[2j + 1] for 1 <= j < 256.
  void (*make_tree)(const int16_t *logits, uint32_t *tree);
} fsc_kernels;

/// Plain C, for any machine.
extern const fsc_kernels fsc_kernels_portable;

/// No machine has more tables than this.
enum { FSC_MOST_TABLES = 8 };

/// Writes the tables that this machine can run to `tables`, which has room for FSC_MOST_TABLES,
/// slowest first, and returns how many there are; at least one.
int32_t fsc_find_kernels(const fsc_kernels **tables);

/// Segment k holds f(k / 4 + t / 4), 0 <= t < 1, as c0 + c1 t + c2 t^2, in Q15, of
/// f(v) = tanh(v / 2): [0][k] = c0, [1][k] = c1, [2][k] = c2.
extern const int16_t fsc_tanh_half_segments[3][32];

/// The same of f(v) = -ln(1 + exp(-v)).
extern const int16_t fsc_log_sigmoid_segments[3][32];

/// Entry i is 2^19 / sqrt(64.5 + i), rounded.
extern const uint16_t fsc_inverse_sqrt_seeds[192];

#endif
