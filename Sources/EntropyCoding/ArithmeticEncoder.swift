/// A binary arithmetic encoder: spends -log2(p) bits on a bit that had probability p.
///
/// The code is carryless, with 64-bit interval ends; `docs/format.md` defines it bit by bit.
public struct ArithmeticEncoder: ~Copyable {
  @usableFromInline var interval = CodeInterval()
  @usableFromInline var output: ByteAccumulator

  /// - Parameter expectedByteCount: how much room to make at first; the output grows as it must.
  public init(expectedByteCount: Int = 4096) {
    output = ByteAccumulator(capacity: expectedByteCount)
  }

  /// How many bytes are settled so far. `finish` adds one at most.
  @inlinable
  public var byteCount: Int { output.count }

  /// Codes one bit.
  ///
  /// - Parameter probability: that the bit is 1, in units of 2^-22: 1 ... 2^22 - 1.
  @inlinable @inline(__always)
  public mutating func encode(_ bit: Bool, probability: UInt64) {
    interval.narrow(to: bit, split: interval.split(at: probability))
    while interval.leadingByteIsSettled {
      output.append(UInt8(truncatingIfNeeded: interval.high >> 56))
      interval.dropLeadingByte()
    }
  }

  /// Codes one byte as 8 bits, the highest first, each under the frequencies of its tree node.
  ///
  /// - Parameter tree: 512 values. `tree[256 + b]`, at least 1, is the frequency of byte b;
  ///   `tree[j] = tree[2j] + tree[2j + 1]` for j in 1 ... 255; `tree[0]` is not read.
  @inlinable @inline(__always)
  public mutating func encode(_ byte: UInt8, tree: UnsafePointer<UInt32>) {
    var node = 1
    var shift: UInt8 = 8
    while shift > 0 {
      shift &-= 1
      let bit = Int((byte &>> shift) & 1)
      let probability = Probability.ofOne(tree[2 &* node &+ 1], outOf: tree[node])
      encode(bit == 1, probability: probability)
      node = 2 &* node &+ bit
    }
  }

  /// Ends the code and returns all of it: the settled bytes, then as few as name a number of the
  /// final interval when followed by zeros.
  public consuming func finish() -> [UInt8] {
    if let byte = interval.finalByte { output.append(byte) }
    return output.bytes
  }
}
