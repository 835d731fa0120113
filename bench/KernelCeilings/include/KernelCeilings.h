// How fast a processor can run the instructions of matrix products when nothing has to be fetched: what
// kernels can come near and not exceed.
#ifndef FSCOMP_KERNEL_CEILINGS_H
#define FSCOMP_KERNEL_CEILINGS_H

#include <stdint.h>

/// Runs the inner loop of the products of these kernels `rounds` times with all operands in registers,
/// with as many accumulators as they have. Returns the multiply-adds that were done, 0 if no loop is
/// known for the kernels or this processor cannot run them.
int64_t kernel_ceiling(const char *kernels, int64_t rounds);

#endif
