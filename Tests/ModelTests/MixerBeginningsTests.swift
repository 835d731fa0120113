import Model
import Testing

@Suite struct MixerBeginningsTests {
  private func beginnings() throws -> MixerBeginnings {
    try SampleModel.beginnings(set: 3, usesNetwork: true)
  }

  @Test func readsWhatItWrote() throws {
    let beginnings = try beginnings()
    let section = beginnings.section
    #expect(try MixerBeginnings(section) == beginnings)
    #expect(Array(section.payload.prefix(11)) == [0x13, 2, 1, 1, 16, 0, 2, 1, 0, 3, 0])
    #expect(section.payload.count == 11 + 2 * beginnings.values.count)
  }

  @Test func partsFollowEachOther() throws {
    let shape = try beginnings().shape
    #expect(shape.meanings == 0..<512)
    #expect(shape.confidences == 512..<864)
    #expect(shape.rowCount == 8)
    #expect(shape.weights == 864..<992)
    #expect(shape.final == 992..<1056)
    #expect(shape.valueCount == 1056)
  }

  @Test func theSizeFollowsFromTheShape() throws {
    let beginnings = try beginnings()
    for at in [1, 2, 3, 4, 7, 9] {
      #expect(throws: ModelError.self, "\(at)") {
        try MixerBeginnings(beginnings.section.changing { $0[at] += 1 })
      }
    }
    #expect(throws: ModelError.self) {
      try MixerBeginnings(beginnings.section.changing { $0.append(0) })
    }
    #expect(throws: ModelError.self) {
      try MixerBeginnings(
        key: beginnings.key, shape: beginnings.shape, values: Array(beginnings.values.dropLast()))
    }
    for count in 0..<20 {
      #expect(throws: ModelError.self) {
        try MixerBeginnings(ModelSection(.beginnings, beginnings.section.payload.prefix(count)))
      }
    }
  }

  @Test func onlySetsOfBlocksHaveThem() throws {
    let section = try beginnings().section
    for byte in [0x00, 0x07, 0x10, 0x14, 0x16, 0x20, 0x27, 0x36, 0x41, 0x81] as [UInt8] {
      #expect(throws: ModelError.valueOutOfRange("set of contexts")) {
        try MixerBeginnings(section.changing { $0[0] = byte })
      }
    }
  }

  @Test func thoseOfCodedTextAreApart() throws {
    let plain = try beginnings()
    let coded = try MixerBeginnings(plain.section.changing { $0[0] |= 0x20 })
    #expect(coded.key.isCoded && coded.key.usesNetwork && coded.key.set == 3)
    #expect(coded.section.payload[0] == 0x33)
    #expect(coded.key != plain.key && plain.key < coded.key)
    #expect(coded.key.description == "full, with the network, coded text")
  }

  @Test func shapesAreBounded() {
    let one = [1]
    for (modes, contexts, matches, inputs, classes) in [
      (0, 1, 1, 16, one), (17, 1, 1, 16, one), (1, 256, 1, 512, one), (1, 1, 16, 16, one),
      (1, 9, 1, 16, one), (1, 1, 1, 1025, one), (1, 1, 1, 16, []), (1, 1, 1, 16, [0]),
      (1, 1, 1, 16, [4097]), (1, 1, 1, 16, Array(repeating: 1, count: 9)),
    ] {
      #expect(throws: ModelError.self) {
        try MixerShape(
          modes: modes, contexts: contexts, matchModels: matches, inputs: inputs,
          classCounts: classes)
      }
    }
  }

  /// Of each row of weights, the inputs at these places.
  private func weights(_ beginnings: MixerBeginnings, at inputs: [Int]) -> [[Int]] {
    let shape = beginnings.shape
    return (0..<shape.rowCount).map { row in
      let first = shape.weights.lowerBound + row * shape.inputs
      return inputs.map { Int(Int16(bitPattern: beginnings.values[first + $0])) }
    }
  }

  /// Of each row, those of this many networks.
  private func networkWeights(_ beginnings: MixerBeginnings, _ count: Int) -> [[Int]] {
    weights(beginnings, at: (0..<count).map(beginnings.shape.input(ofNetwork:)))
  }

  @Test func networksShareTheWeightOfOne() throws {
    let one = try beginnings()
    let before = networkWeights(one, 1)
    let two = try one.sharingNetworkWeight(of: 1, among: 2)
    #expect(networkWeights(two, 2) == before.map { Array(repeating: $0[0] / 2, count: 2) })
    let eight = try one.sharingNetworkWeight(of: 1, among: 8)
    // Where there is no room for another input, rows grow.
    #expect(MixerShape.inputs(contexts: 8, networks: 1) == 16)
    #expect(MixerShape.inputs(contexts: 8, networks: 2) == 32)
    #expect(networkWeights(eight, 8) == before.map { Array(repeating: $0[0] / 8, count: 8) })
    // Those of an ensemble add up.
    let again = try two.sharingNetworkWeight(of: 2, among: 3)
    #expect(
      networkWeights(again, 3) == before.map { Array(repeating: $0[0] / 2 * 2 / 3, count: 3) })
    // Nothing else changes.
    let others = Array(1..<MixerShape.firstContextInput + one.shape.contexts)
    for shared in [two, eight, again] {
      #expect(weights(shared, at: others) == weights(one, at: others))
      let head = 0..<one.shape.weights.lowerBound
      #expect(shared.values[head] == one.values[head])
      #expect(shared.values[shared.shape.final] == one.values[one.shape.final])
    }
    #expect(try one.sharingNetworkWeight(of: 1, among: 1) == one)
    let without = try SampleModel.beginnings(set: 1, usesNetwork: false)
    #expect(try without.sharingNetworkWeight(of: 1, among: 2) == without)
  }
}
