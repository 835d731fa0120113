/// The system has not the memory that a block takes in compression. (In decompression it is an
/// `ArchiveError` that says which block.)
public struct OutOfMemoryError: Error, Equatable, CustomStringConvertible {
  /// Bytes.
  public var needed: Int

  public var description: String { "not enough memory: a block takes \(needed) bytes" }
}
