/// Puts the repeats of a block back where they belong. Where it has none, there is no list of them.
package struct RepeatDecoder: Sendable {
  private let plainSize: Int
  private let restSize: Int

  /// - Parameters:
  ///   - plainSize: of the block, in bytes.
  ///   - restSize: how many of these are in no repeat: all, if there is none.
  package init(plainSize: Int, restSize: Int) {
    self.plainSize = plainSize
    self.restSize = restSize
  }

  /// How many bytes the list takes that a payload begins with.
  ///
  /// - Throws: `RepeatListError` if there is none of a block of that size.
  package func listSize(in payload: [UInt8]) throws(RepeatListError) -> Int {
    var reader = RepeatReader(plainSize: plainSize, restSize: restSize)
    while try reader.next(in: payload.span) != nil {}
    return reader.offset
  }

  /// - Parameters:
  ///   - rest: `restSize` bytes: what lies between the repeats.
  ///   - payload: begins with the list.
  /// - Returns: the plain bytes.
  /// - Throws: as `listSize`.
  package func expand(
    _ rest: [UInt8], by payload: [UInt8]
  ) throws(RepeatListError) -> [UInt8] {
    precondition(rest.count == restSize)
    if restSize == plainSize { return rest }
    var error: RepeatListError?
    let plain = [UInt8](unsafeUninitializedCapacity: plainSize) { plain, count in
      rest.withUnsafeBufferPointer { rest in
        guard let rest = rest.baseAddress, let start = plain.baseAddress else { return }
        do throws(RepeatListError) {
          try expand(rest, by: payload.span, to: start)
          count = plainSize
        } catch let thrown {
          error = thrown
        }
      }
    }
    if let error { throw error }
    return plain
  }

  /// The reader sees to it that no repeat lies outside the `plainSize` bytes of `start`, that all take
  /// `restSize` bytes of the rest between them at most, and that each copies bytes that are there.
  private func expand(
    _ rest: UnsafePointer<UInt8>, by payload: Span<UInt8>, to start: UnsafeMutablePointer<UInt8>
  ) throws(RepeatListError) {
    var reader = RepeatReader(plainSize: plainSize, restSize: restSize)
    var (read, written) = (0, 0)
    while let copy = try reader.next(in: payload) {
      (start + written).initialize(from: rest + read, count: copy.literals)
      read += copy.literals
      written += copy.literals
      Self.repeatBytes(before: start + written, distance: copy.distance, count: copy.count)
      written += copy.count
    }
    (start + written).initialize(from: rest + read, count: restSize - read)
  }

  /// Writes `count` bytes to `end`, each the same as the one `distance` before it. What is there twice
  /// can be copied at once the next time, so that a run takes few steps.
  private static func repeatBytes(
    before end: UnsafeMutablePointer<UInt8>, distance: Int, count: Int
  ) {
    let source = end - distance
    var written = 0
    while written < count {
      let piece = min(distance + written, count - written)
      (end + written).initialize(from: source, count: piece)
      written += piece
    }
  }
}
