import Platform

/// Why bytes are no list of repeats.
package enum RepeatListError: Error, Equatable, Sendable {
  /// The bytes end within the list, or a number is not in its shortest form.
  case noNumber
  /// A repeat begins before the block does, or copies itself from where it is.
  case wrongDistance
  /// The repeats are longer than what the rest leaves of the block, a repeat has no bytes, or there are
  /// more bytes between two of them than the rest has.
  case wrongSize
}

/// Goes through the list of repeats that the payload of a block begins with, and refuses what is none.
///
/// For each repeat the list has three varints: `literals`, `distance` and `count`. It ends where the
/// repeats have as many bytes as the rest of the block leaves of it, so a repeat that is read lies within
/// the block, and there is no list of another size.
package struct RepeatReader {
  private static let mostBytesOfNumber = 4

  /// Bytes of the payload that were read.
  package private(set) var offset = 0
  /// Plain bytes up to the end of the repeat that was read last.
  private var plainCount = 0
  /// Bytes of the rest that come behind it.
  private var literalsLeft: Int
  /// Bytes of the repeats that come behind it.
  private var repeatedLeft: Int

  /// - Parameters:
  ///   - plainSize: of the block, in bytes.
  ///   - restSize: how many of these are in no repeat: all, if there is none.
  package init(plainSize: Int, restSize: Int) {
    literalsLeft = restSize
    repeatedLeft = plainSize - restSize
  }

  /// - Parameter payload: the same in each call.
  /// - Returns: the next repeat; nil behind the last one.
  package mutating func next(in payload: Span<UInt8>) throws(RepeatListError) -> Repeat? {
    if repeatedLeft == 0 { return nil }
    let literals = try number(in: payload)
    let distance = try number(in: payload)
    let count = try number(in: payload)
    guard literals <= literalsLeft, count >= 1, count <= repeatedLeft else { throw .wrongSize }
    guard distance >= 1, distance <= plainCount + literals else { throw .wrongDistance }
    literalsLeft -= literals
    repeatedLeft -= count
    plainCount += literals + count
    return Repeat(literals: literals, distance: distance, count: count)
  }

  private mutating func number(in payload: Span<UInt8>) throws(RepeatListError) -> Int {
    switch Varint.parse(payload, at: offset, maximumByteCount: Self.mostBytesOfNumber) {
    case .value(let value, let byteCount):
      offset += byteCount
      return value
    case .incomplete, .invalid: throw .noNumber
    }
  }
}
