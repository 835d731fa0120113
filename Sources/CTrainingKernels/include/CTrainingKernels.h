// The arithmetic of training, behind one small table of functions: matrix products, LSTM cells
// forward and backward, the loss, and the gradient of the embedding.
//
// Streams of bytes are trained on side by side; a row is what belongs to one stream at one step.
// Between the functions numbers are single precision, or half precision (IEEE binary16) where they
// are many and have to wait for the backward pass. All tables compute the same up to the rounding
// of the operands of a product, to half precision or, in tiles, to bfloat16, and of its sums. Each
// table gives the same result for the same input every time.
#ifndef FSCOMP_CTRAININGKERNELS_H
#define FSCOMP_CTRAININGKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Values that Swift may pass between threads: nothing they point to ever changes.
#if __has_attribute(swift_attr)
#define FST_SENDABLE __attribute__((swift_attr("@Sendable")))
#else
#define FST_SENDABLE
#endif

/// Bytes to which packed operands are aligned.
enum { FST_ALIGNMENT = 64 };

/// An IEEE binary16 number.
typedef uint16_t fst_half;

/// What rows of gradients are scaled to before they are rounded to half precision: their largest
/// magnitude is in FST_HALF_RANGE / 2 ..< FST_HALF_RANGE. So small that 128 products of them with
/// weights up to 127 can be added up in half precision.
#define FST_HALF_RANGE 4.0f

/// Numbers that `cell_forward` leaves behind per row: the inverse standard deviations of the four
/// gates, and mean and inverse standard deviation of the cell state.
enum { FST_MOMENTS = 6 };

/// The layer norms of an LSTM cell of `units` units, a multiple of 16; gates in the order i, j, f,
/// o.
typedef struct {
  int32_t units;          // H
  const float *gate_gain; // [4H]
  const float *gate_bias; // [4H]
  const float *cell_gain; // [H]
  const float *cell_bias; // [H]
} fst_norms;

/// One step of one cell, forward.
typedef struct {
  fst_norms norms;
  int32_t rows;
  // Read:
  float *sums;                // [rows][4H], products with the weight matrix; left in any state
  const float *embedding;     // [256][4H], added to the sums; null where a cell has no such input
  const uint8_t *bytes;       // [rows], which row of `embedding`
  const float *previous_cell; // [rows][H]
  // Written:
  float *cell;             // [rows][H]
  fst_half *normalized;    // [rows][4H], gates after normalization, before gain and bias; or null
  float *moments;          // [rows][FST_MOMENTS]; null if `normalized` is
  fst_half *hidden[2];     // [rows] of H each, in one or two places; the second may be null
  size_t hidden_stride[2]; // halves from row to row
  bool rounds_hidden;      // to multiples of 1/127, as the codec does
} fst_cell_forward;

/// One step of one cell, backward. What `cell_forward` wrote is read.
typedef struct {
  fst_norms norms;
  int32_t rows;
  // Read:
  const fst_half *normalized;
  const float *moments;
  const float *previous_cell;
  const float *cell;
  const float *hidden_gradient;   // [rows] of H
  size_t hidden_gradient_stride;  // floats from row to row
  // Updated:
  float *cell_gradient;      // [rows][H]: in with respect to `cell`, out to `previous_cell`
  float *parameter_gradient; // [10H], added to: gate gain, gate bias, cell gain, cell bias
  // Written:
  fst_half *gate_gradient;    // [rows][4H], with respect to `sums`; times
  float *gate_gradient_scale; // [rows]
  float *scratch;             // room for 13H floats
} fst_cell_backward;

/// The loss of some rows, in natural logarithm units, and where it comes from.
typedef struct {
  int32_t rows;
  float weight; // of each row in the loss that is differentiated
  // Read:
  const float *bias;      // [256]
  const uint8_t *targets; // [rows]
  // Updated:
  float *logits;        // [rows][256], without the bias; left in any state
  float *bias_gradient; // [256], added to
  // Written:
  fst_half *gradient;    // [rows][256], with respect to the logits, or null; times
  float *gradient_scale; // [rows], null if `gradient` is
} fst_cross_entropy;

/// One implementation, for one instruction set.
///
/// A product is result[row][column] (+)= sum over depth of left[row][depth] x right[depth][column].
/// Its operands are packed first, each in a layout of the table's own; packed operands are aligned
/// to FST_ALIGNMENT. Sizes may be any, but multiples of 64 waste nothing.
typedef struct FST_SENDABLE {
  const char *name;

  /// Bytes of packed operands.
  size_t (*left_size)(int32_t rows, int32_t depth);
  size_t (*right_size)(int32_t depth, int32_t columns);

  /// left[row][d] = values[row * stride + d] * scales[row]; no scales: 1.
  void (*pack_left)(const fst_half *values, size_t stride, const float *scales, int32_t rows,
                    int32_t depth, void *packed);

  /// left[row][d] = values[d * stride + row] * scales[d]. `rows` is a multiple of 16.
  void (*pack_left_transposed)(const fst_half *values, size_t stride, const float *scales,
                               int32_t rows, int32_t depth, void *packed);

  /// right[d][column] = weights[d * stride + column]
  void (*pack_right)(const float *weights, size_t stride, int32_t depth, int32_t columns,
                     void *packed);

  /// right[d][column] = weights[column * stride + d]
  void (*pack_right_transposed)(const float *weights, size_t stride, int32_t depth,
                                int32_t columns, void *packed);

  /// right[d][column] = values[d * stride + column]. `columns` is a multiple of 16.
  void (*pack_right_halves)(const fst_half *values, size_t stride, int32_t depth,
                            int32_t columns, void *packed);

  /// The product, written to `result + row * stride`, or added to what is there.
  void (*multiply)(const void *left, const void *right, int32_t rows, int32_t depth,
                   int32_t columns, float *result, size_t stride, bool adds);

  void (*cell_forward)(const fst_cell_forward *step);
  void (*cell_backward)(const fst_cell_backward *step);

  /// Returns the sum of the rows' losses, not weighted.
  double (*cross_entropy)(const fst_cross_entropy *step);

  /// Adds gate gradients of F1 to the rows of the embedding's gradient that their bytes chose:
  /// gradient[bytes[row]][column] += values[row * stride + column] * scales[row], for `columns`
  /// columns, a multiple of 16. `gradient` has rows of `stride` numbers, too.
  void (*add_embedding_gradient)(const uint8_t *bytes, const fst_half *values,
                                 const float *scales, int32_t rows, int32_t columns,
                                 size_t stride, float *gradient);
} fst_kernels;

/// Plain C, for any machine.
extern const fst_kernels fst_kernels_portable;

/// No machine has more tables than this.
enum { FST_MOST_TABLES = 6 };

/// Writes the tables that this machine can run to `tables`, which has room for FST_MOST_TABLES,
/// slowest first, and returns how many there are; at least one.
int32_t fst_find_kernels(const fst_kernels **tables);

/// Rounds each row of a matrix [rows][columns] to -127...127 times the row's scale, which is its
/// largest magnitude / 127: what quantization to 8 bits does. `rounded` may be `weights`.
void fst_round_weights(const float *weights, int32_t rows, int32_t columns, float *rounded);

/// The nearest half-precision number, ties to even; and the number that one stands for.
fst_half fst_float_to_half(float value);
float fst_half_to_float(fst_half half);

#endif
