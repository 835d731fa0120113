import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The kernel tables of this build, and the one in use.
package enum Kernels {
  /// Every table that can run on this machine, slowest first.
  package static let available: [fsc_kernels] = [ScalarKernels.table, fsc_kernels_portable]

  /// The table that models are packed for: the fastest, or the one that the environment variable
  /// FSCOMP_KERNELS names. The choice changes speed and nothing else.
  package static let current: fsc_kernels = {
    guard let name = getenv("FSCOMP_KERNELS") else { return available[available.count - 1] }
    return named(String(cString: name)) ?? available[available.count - 1]
  }()

  package static func named(_ name: String) -> fsc_kernels? {
    available.first { String(cString: $0.name) == name }
  }

  /// The name of the table in use.
  public static var currentName: String { String(cString: current.name) }
}
