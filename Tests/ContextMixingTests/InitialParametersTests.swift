import CMixingKernels
import ContextMixing
import Platform
import Testing

@Suite struct InitialParametersTests {
  @Test func theFileHoldsThemAllAndNothingElse() {
    var size = 0
    _ = fsc_mixing_parameters(&size)
    let expected = InitialParameters.order.reduce(0) {
      $0 + 2 * InitialParameters(models: $1.models, usesNetwork: $1.usesNetwork).values.count
    }
    #expect(size == expected)
  }

  @Test(arguments: ModelSet.allCases, [true, false])
  func theyAreInRange(models: ModelSet, usesNetwork: Bool) {
    let parameters = InitialParameters(models: models, usesNetwork: usesNetwork)
    #expect(parameters.values[..<parameters.firstWeight].allSatisfy { (16...65519).contains($0) })
    // Weights of up to 4, and not all alike.
    let weights = parameters.values[parameters.firstWeight...].map { Int16(bitPattern: $0) }
    #expect(weights.allSatisfy { (-16384...16384).contains($0) })
    #expect(Set(weights).count > 100)
  }

  /// A short text, before anything in it repeats much.
  @Test(arguments: ModelSet.allCases, [true, false])
  func theyHelpFromTheFirstByte(models: ModelSet, usesNetwork: Bool) {
    let text = Array(
      """
      The mill stood where the river turned, and for as long as anyone could remember it had
      ground the corn of three villages. When the old miller died, his daughters could not agree
      who should have it; so they let the wheel stand still for a year, and then for another.
      """.utf8)
    func cost(_ parameters: InitialParameters) -> Double {
      var mixer = ContextMixer(
        byteCount: text.count, laneCount: 1, usesNetwork: usesNetwork, parameters: parameters)
      let block = TestBlock(bytes: text, laneCount: 1)
      let tree = block.tree!
      var bits = 0.0
      for byte in text {
        var rest = byte
        mixer.learn(byte, lane: 0, tree: usesNetwork ? tree : nil) { probability in
          let one = Double(probability) / 0x1p22
          bits -= log2(rest >> 7 == 1 ? one : 1 - one)
          rest <<= 1
        }
      }
      return bits
    }
    let trained = cost(InitialParameters(models: models, usesNetwork: usesNetwork))
    let untrained = cost(.untrained(models: models, usesNetwork: usesNetwork))
    #expect(trained < 0.99 * untrained)
  }

  /// As measured, to see what each part is worth.
  @Test(arguments: ModelSet.allCases, [true, false])
  func everyPartCanBeLeftOut(models: ModelSet, usesNetwork: Bool) {
    let all = InitialParameters(models: models, usesNetwork: usesNetwork)
    let block = TestBlock(
      bytes: Sample.words(2000), laneCount: 2, models: models, usesNetwork: usesNetwork)
    let tree = block.tree
    func cost(_ parameters: InitialParameters) -> Double {
      var mixer = ContextMixer(
        byteCount: block.bytes.count, laneCount: 2, usesNetwork: usesNetwork,
        parameters: parameters)
      var bits = 0.0
      block.forEachByte { lane, position in
        var rest = block.bytes[position]
        mixer.learn(rest, lane: lane, tree: tree) { probability in
          let one = Double(probability) / 0x1p22
          bits -= log2(rest >> 7 == 1 ? one : 1 - one)
          rest <<= 1
        }
      }
      return bits
    }
    let whole = cost(all)
    for part in all.parts {
      let reduced = all.without(part)
      #expect(reduced.values.count < all.values.count)
      #expect(reduced.parts.map(\.description) == all.parts.map(\.description).filter { $0 != "\(part)" })
      let costs = cost(reduced)
      #expect(costs != whole && (0.9...1.2).contains(costs / whole), "\(part)")
    }
  }
}
