/// Names a model by its content: the XXH64 of its file, less the eight bytes that hold the id.
public struct ModelID: Hashable, Sendable, CustomStringConvertible {
  /// As it stands in archives.
  public let rawValue: UInt64

  /// Of the model with this hash.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// How many bytes at the end of a model file are its id.
  package static let byteCount = 8

  /// As it stands at the end of a model file, lowest byte first; nil unless there are `byteCount`.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var value: UInt64 = 0
    for (index, byte) in bytes.enumerated() { value |= UInt64(byte) << UInt64(8 * index) }
    rawValue = value
  }

  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
