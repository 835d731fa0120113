import CTrainingKernels

/// One implementation of the fused engine's arithmetic, for one instruction set.
public struct FusedKernels: Sendable {
  let table: fst_kernels

  /// `portable`, `avx2`, `avx512`, `avx512bf16`, `avx512fp16` or `amx`.
  public var name: String { String(cString: table.name) }

  /// Those that this machine can run, slowest first; at least one.
  public static let available: [FusedKernels] = {
    let count = Int(FST_MOST_TABLES)
    return withUnsafeTemporaryAllocation(of: UnsafePointer<fst_kernels>?.self, capacity: count) {
      $0.initialize(repeating: nil)
      let found = Int(fst_find_kernels($0.baseAddress!))
      return $0[..<found].map { FusedKernels(table: $0!.pointee) }
    }
  }()

  /// The fastest that this machine can run.
  public static var fastest: FusedKernels { available[available.count - 1] }

  /// Whether it is faster than products by a general library.
  public var isFast: Bool { name != "portable" }

  func leftBytes(rows: Int, depth: Int) -> Int { table.left_size(Int32(rows), Int32(depth)) }

  func rightBytes(depth: Int, columns: Int) -> Int {
    table.right_size(Int32(depth), Int32(columns))
  }
}
