import CSystem

/// What a limit on address space (`ulimit -v`) leaves room for.
enum AddressSpace {
  /// For what is not counted: stacks, small objects, buffers of the standard library.
  private static let reserve = 12 << 20
  private static let threadReserve = 2 << 20

  /// Bytes that may still be taken; nil without a limit.
  private static var free: Int? {
    let free = csystem_free_address_space()
    return free < 0 ? nil : Int(free)
  }

  private static var exhausted: FileError {
    FileError("not enough memory", "the limit on address space leaves too little (ulimit -v)")
  }

  /// - Throws: `FileError` if so much is not to be had.
  static func require(_ byteCount: Int) throws(FileError) {
    if let free, free < byteCount + reserve { throw exhausted }
  }

  /// As many of the wanted threads as there is room for.
  /// - Throws: `FileError` if there is none for one.
  static func threads(_ wanted: Int, eachTaking byteCount: Int) throws(FileError) -> Int {
    guard let free else { return wanted }
    try require(byteCount)
    return max(1, min(wanted, (free - reserve) / (byteCount + threadReserve)))
  }

  /// As much of the wanted memory as there is room for.
  static func memory(_ wanted: Int) -> Int {
    guard let free else { return wanted }
    return min(wanted, max(0, free - reserve))
  }
}
