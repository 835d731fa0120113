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
    #expect(section.payload.prefix(11) == [0x13, 2, 1, 1, 16, 0, 2, 1, 0, 3, 0])
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
    for byte in [0x00, 0x04, 0x10, 0x14, 0x21, 0x81] as [UInt8] {
      #expect(throws: ModelError.valueOutOfRange("set of context models")) {
        try MixerBeginnings(section.changing { $0[0] = byte })
      }
    }
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

  @Test func networksShareTheWeightOfOne() throws {
    let one = try beginnings()
    let two = one.sharingNetworkWeight(of: 1, among: 2)
    let before = weights(one, at: [0, 2, 7])
    #expect(weights(two, at: [0, 2, 7]) == before.map { [$0[0] / 2, $0[0] / 2, $0[2]] })
    let three = one.sharingNetworkWeight(of: 1, among: 3)
    #expect(weights(three, at: [0, 2, 7]) == before.map { Array(repeating: $0[0] / 3, count: 3) })
    // Those of an ensemble add up.
    let again = two.sharingNetworkWeight(of: 2, among: 3)
    #expect(
      weights(again, at: [0, 2, 7])
        == before.map { Array(repeating: $0[0] / 2 * 2 / 3, count: 3) })
    // Nothing else changes.
    let others = [1, 3, 4, 5, 6] + Array(8..<16)
    #expect(weights(three, at: others) == weights(one, at: others))
    let head = 0..<one.shape.weights.lowerBound
    #expect(three.values[head] == one.values[head])
    #expect(three.values[one.shape.final] == one.values[one.shape.final])
    #expect(one.sharingNetworkWeight(of: 1, among: 1) == one)
    let without = try SampleModel.beginnings(set: 1, usesNetwork: false)
    #expect(without.sharingNetworkWeight(of: 1, among: 2) == without)
  }
}
