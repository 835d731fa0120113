import CMixingKernels

/// What a mixer begins with, learned beforehand from text of many kinds: what histories mean, how
/// far matches can be trusted, and how much weight each input gets.
///
/// All are numbers of 16 bits in one row, in this order:
///
///     meanings     [modes][context kinds][256]                probabilities in units of 2^-16
///     confidences  [match models][44][8]                      probabilities in units of 2^-16
///     weights      [selectors][modes][their classes][inputs]  signed, in units of 2^-12
///     final        [8][8]                                     signed, in units of 2^-12
///
/// The rows of all plans, one after the other, each number with its lower byte first, are the file
/// `mixing.bin`: small, standard and full with a network, then the same without one.
package struct InitialParameters {
  package var values: [UInt16]
  let plan: ModelPlan
  let inputCount: Int

  /// Those of the file.
  package init(models: ModelSet, usesNetwork: Bool) {
    self.init(plan: ModelPlan(models: models, usesNetwork: usesNetwork))
    var offset = 0
    for (network, set) in Self.order {
      if network == usesNetwork && set == models { break }
      let plan = ModelPlan(models: set, usesNetwork: network)
      offset += 2 * InitialParameters(plan: plan).values.count
    }
    var size = 0
    guard let bytes = fsc_mixing_parameters(&size) else { return }
    precondition(size >= offset + 2 * values.count, "mixing.bin does not fit the plans")
    for i in values.indices {
      values[i] = UInt16(bytes[offset + 2 * i]) | UInt16(bytes[offset + 2 * i + 1]) << 8
    }
  }

  /// A guess, from which training begins.
  package static func untrained(models: ModelSet, usesNetwork: Bool) -> InitialParameters {
    let plan = ModelPlan(models: models, usesNetwork: usesNetwork)
    var result = InitialParameters(plan: plan)
    let histories = BitHistory.shared
    for i in 0..<plan.modeCount * plan.kinds.count * 256 {
      result.values[i] = histories.initialProbability[i & 255]
    }
    for i in 0..<MatchModel.confidenceCount * plan.matchCount {
      let bucket = i % MatchModel.confidenceCount / 8
      // The longer, the surer.
      result.values[result.confidences(0) + i] = UInt16(65535 - 65536 / (4 * bucket + 6))
    }
    var weights = [Int16](repeating: 0, count: result.inputCount)
    weights[ContextMixer.networkInput] = usesNetwork ? 4096 : 0
    weights[ContextMixer.matchInput] = 600
    for i in plan.kinds.indices {
      weights[ContextMixer.contextInput + i] = usesNetwork ? 150 : 600
    }
    var next = result.weights
    for selector in plan.selectors {
      for _ in 0..<plan.modeCount * selector.classCount {
        for weight in weights {
          result.values[next] = UInt16(bitPattern: weight)
          next += 1
        }
      }
    }
    for i in 0..<64 where i % 8 < plan.selectors.count {
      result.values[next + i] = UInt16(4096 / plan.selectors.count)
    }
    return result
  }

  /// The order of the file.
  package static var order: [(usesNetwork: Bool, models: ModelSet)] {
    [true, false].flatMap { network in ModelSet.allCases.map { (network, $0) } }
  }

  /// All zero.
  init(plan: ModelPlan) {
    self.plan = plan
    inputCount = ContextMixer.inputCount(plan)
    values = []
    values = [UInt16](repeating: 0, count: final + 64)
  }

  /// Where signed numbers begin.
  package var firstWeight: Int { weights }

  // Where the parts begin.
  func meanings(_ context: Int) -> Int { 256 * context }
  func confidences(_ match: Int) -> Int {
    256 * plan.modeCount * plan.kinds.count + match * MatchModel.confidenceCount
  }
  var weights: Int { confidences(plan.matchCount) }
  var final: Int {
    weights + plan.selectors.reduce(0) { $0 + plan.modeCount * $1.classCount } * inputCount
  }
}

/// What one of the parameters has become, and from how much: for training.
package struct LearnedParameter {
  /// In the units of the parameter.
  package var value: Int32
  /// How many bits have taught it, up to some hundreds.
  package var experience: Int32
}
