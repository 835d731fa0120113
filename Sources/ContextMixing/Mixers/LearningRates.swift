import Platform

/// How far weights move, by how many bits their set has learned from: far at first.
struct LearningRates: ~Copyable {
  /// [256]; the last is for all counts above, too.
  let values: OwnedBuffer<Int32>

  static let size = BufferSize<Int32>(256)

  /// Both in units of 2^-16, at most 2^14.
  init(first: Int, last: Int) {
    values = OwnedBuffer(Self.size)
    for count in 0..<256 {
      values[count] = Int32(last + (first - last) * 16 / (count + 16))
    }
  }
}
