/// What the mixers of one set of context models begin with, learned beforehand from text of many
/// kinds: what histories mean, how far matches can be trusted, and how much weight each input gets.
package struct MixerBeginnings: Equatable, Sendable {
  /// Which mixers they are for.
  package struct Key: Hashable, Comparable, Sendable {
    /// The set of context models, 1...3, as in the headers of blocks.
    package let set: UInt8
    package let usesNetwork: Bool

    package init(set: UInt8, usesNetwork: Bool) throws(ModelError) {
      guard (1...3).contains(set) else { throw .valueOutOfRange("set of context models") }
      self.set = set
      self.usesNetwork = usesNetwork
    }

    /// As in the headers of blocks: the set, and bit 4 where the network takes part.
    init(byte: UInt8) throws(ModelError) {
      guard byte & 0xEF == byte & 0x0F else { throw .valueOutOfRange("set of context models") }
      try self.init(set: byte & 0x0F, usesNetwork: byte & 0x10 != 0)
    }

    var byte: UInt8 { self.set | (usesNetwork ? 0x10 : 0) }

    package static func < (a: Key, b: Key) -> Bool { a.byte < b.byte }
  }

  package let key: Key
  package let shape: MixerShape
  /// In the order that `MixerShape` says; signed ones as their bit patterns.
  package private(set) var values: [UInt16]

  /// - Parameter values: `shape.valueCount` of them.
  package init(key: Key, shape: MixerShape, values: [UInt16]) throws(ModelError) {
    guard values.count == shape.valueCount else {
      throw .wrongSize(
        part: "\(key)", expected: 2 * shape.valueCount, actual: 2 * values.count)
    }
    self.key = key
    self.shape = shape
    self.values = values
  }
}

extension MixerBeginnings {
  /// The same for `count` networks, all of equal weight, where there were `before`, no more than
  /// that. The weights add up to what they did, up to rounding towards zero.
  package func sharingNetworkWeight(of before: Int, among count: Int) -> MixerBeginnings {
    guard key.usesNetwork else { return self }
    var shared = self
    let inputs = MixerShape.networkInputs
    for row in 0..<shape.rowCount {
      let first = shape.weights.lowerBound + row * shape.inputs
      let sum = inputs.prefix(before).reduce(0) {
        $0 + Int(Int16(bitPattern: values[first + $1]))
      }
      for input in inputs.prefix(count) {
        shared.values[first + input] = UInt16(bitPattern: Int16(clamping: sum / count))
      }
    }
    return shared
  }
}

extension MixerBeginnings.Key: CustomStringConvertible {
  package var description: String {
    setName + (usesNetwork ? ", with the network" : ", without the network")
  }

  package var setName: String { ["small", "standard", "full"][Int(self.set) - 1] }
}
