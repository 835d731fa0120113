import CMixingKernels
import Platform

/// The kernels of this process: those that the environment variable FSCOMP_KERNELS names, or else
/// the fastest. The choice changes speed and nothing else.
struct MixingKernels: @unchecked Sendable {
  // @unchecked: what the pointer points to never changes.
  let table: UnsafePointer<fsc_mixing_kernels>

  static let current = MixingKernels(table: fsc_mixing_kernels_for(getenv("FSCOMP_KERNELS")))
}
