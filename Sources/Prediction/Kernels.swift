import CKernels
import Platform

/// The kernel tables of this build, and the one in use.
public enum Kernels {
  /// Every table that can run on this machine, slowest first: the definition itself, then what C
  /// has for this processor.
  package static let available: [fsc_kernels] = {
    let found = withUnsafeTemporaryAllocation(
      of: UnsafePointer<fsc_kernels>?.self, capacity: Int(FSC_MOST_TABLES)
    ) { tables in
      tables.initialize(repeating: nil)
      let count = Int(fsc_find_kernels(tables.baseAddress))
      return tables.prefix(count).compactMap { $0?.pointee }
    }
    return [ScalarKernels.table] + found
  }()

  /// The table that models are packed for: the one that the environment variable FSCOMP_KERNELS
  /// names, or else the fastest. The choice changes speed and nothing else.
  package static let current: fsc_kernels =
    requestedName.flatMap(named) ?? available[available.count - 1]

  package static func named(_ name: String) -> fsc_kernels? {
    available.first { $0.tableName == name }
  }

  /// The name of the table in use.
  public static var currentName: String { current.tableName }

  /// The names of the tables that can run on this machine, slowest first.
  public static var availableNames: [String] { available.map { $0.tableName } }

  /// What FSCOMP_KERNELS asks for, if this machine has no such table and the fastest is in use
  /// instead: for a program to complain about.
  public static var requestedButUnavailable: String? {
    guard let name = requestedName, named(name) == nil else { return nil }
    return name
  }

  private static let requestedName = getenv("FSCOMP_KERNELS").map { String(cString: $0) }
}

extension fsc_kernels {
  /// The name by which people choose it.
  package var tableName: String { String(cString: name) }
}
