import CMixingKernels
import Platform

/// The kernels of this process: those that the environment variable FSCOMP_KERNELS names, or else
/// the fastest. The choice changes speed and nothing else.
package struct MixingKernels: @unchecked Sendable {
  // @unchecked: what the pointer points to never changes.
  let table: UnsafePointer<fsc_mixing_kernels>
  /// Whether narrow mixes take their own, faster way.
  package var knowsNarrow = true

  private init(table: UnsafePointer<fsc_mixing_kernels>) { self.table = table }

  /// - Parameter name: of the codec's kernels.
  package init(named name: String) { self.init(table: fsc_mixing_kernels_for(name)) }

  package static let current = MixingKernels(table: fsc_mixing_kernels_for(getenv("FSCOMP_KERNELS")))
}
