import Model

extension InitialParameters {
  /// A guess, from which training begins.
  package static func untrained(
    _ mix: Mix, networkCount: Int, codes: CodeLayout? = nil
  ) -> InitialParameters {
    let plan = MixPlan(mix, networkCount: networkCount, codes: codes)
    var result = InitialParameters(plan: plan)
    let histories = BitHistory.shared
    let meanings: [UInt16] = result.meanings.indices.map {
      histories.initialProbability[$0 & 255]
    }
    // The longer a match, the surer.
    let confidences = (0..<MatchModel.confidenceCount).map { number in
      let bucket = number / 8
      return UInt16(65535 - 65536 / (4 * bucket + 6))
    }
    var weights = [Int16](repeating: 0, count: plan.inputCount)
    for network in 0..<plan.networkCount {
      weights[plan.input(ofNetwork: network)] = Int16(4096 / plan.networkCount)
    }
    weights[MixerInputs.match] = 600
    for i in plan.contexts.indices {
      weights[MixerInputs.count + i] = mix.usesNetwork ? 150 : 600
    }
    let classes = plan.modeCount * plan.selectors.reduce(0) { $0 + $1.classCount }
    let share = UInt16(4096 / plan.selectors.count)
    let final = (0..<MixerNetwork.mostMixers).map { $0 < plan.selectors.count ? share : 0 }
    let row = weights.map { UInt16(bitPattern: $0) }
    result.values = meanings
    for _ in plan.matchLengths { result.values += confidences }
    for _ in 0..<classes { result.values += row }
    for _ in 0..<8 { result.values += final }
    return result
  }
}
