/// What the mixers of one set of contexts begin with, learned beforehand from text of many
/// kinds: what histories mean, how far matches can be trusted, and how much weight each input gets.
package struct MixerBeginnings: Equatable, Sendable {
  /// Which mixers they are for.
  package struct Key: Hashable, Comparable, Sendable {
    /// The set of contexts, 1...6, as in the headers of blocks. The last three are for text without the
    /// network alone.
    package let set: UInt8
    package let usesNetwork: Bool
    /// Whether they mix predictions of coded text.
    package let isCoded: Bool

    package init(set: UInt8, usesNetwork: Bool, isCoded: Bool) throws(ModelError) {
      guard (1...3).contains(set) || (4...6).contains(set) && !usesNetwork else {
        throw .valueOutOfRange("set of contexts")
      }
      self.set = set
      self.usesNetwork = usesNetwork
      self.isCoded = isCoded
    }

    /// As in the headers of blocks: the set, bit 4 where the network takes part, and bit 5 in coded
    /// text.
    init(byte: UInt8) throws(ModelError) {
      guard byte & 0xC0 == 0 else { throw .valueOutOfRange("set of contexts") }
      try self.init(
        set: byte & 0x0F, usesNetwork: byte & 0x10 != 0, isCoded: byte & 0x20 != 0)
    }

    var byte: UInt8 { self.set | (usesNetwork ? 0x10 : 0) | (isCoded ? 0x20 : 0) }

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
  /// The same for `count` networks, all of equal weight, where there were `before`. The weights add up
  /// to what they did, up to rounding towards zero.
  package func sharingNetworkWeight(of before: Int, among count: Int) throws(ModelError)
    -> MixerBeginnings
  {
    guard key.usesNetwork, count != before else { return self }
    let wider = try shape.with(networks: count)
    var shared = Array(values[..<shape.weights.lowerBound])
    let kept = min(shape.inputs, MixerShape.firstContextInput + shape.contexts)
    for row in 0..<shape.rowCount {
      let old = values.dropFirst(shape.weights.lowerBound + row * shape.inputs)
      func weight(_ input: Int) -> Int { Int(Int16(bitPattern: old[old.startIndex + input])) }
      let sum = (0..<before).reduce(0) { $0 + weight(shape.input(ofNetwork: $1)) }
      var new = old.prefix(kept) + Array(repeating: 0, count: wider.inputs - kept)
      for network in 0..<count {
        new[new.startIndex + wider.input(ofNetwork: network)] = UInt16(
          bitPattern: Int16(clamping: sum / count))
      }
      shared += new
    }
    shared += values[shape.final]
    return try MixerBeginnings(key: key, shape: wider, values: shared)
  }
}

extension MixerBeginnings.Key: CustomStringConvertible {
  package var description: String {
    setName + (usesNetwork ? ", with the network" : ", without the network")
      + (isCoded ? ", coded text" : "")
  }

  package var setName: String { Self.setNames[Int(self.set) - 1] }
  private static let setNames = ["small", "standard", "full", "quick", "moderate", "broad"]
}
