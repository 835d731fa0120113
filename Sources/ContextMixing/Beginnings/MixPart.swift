/// A part of a mix that can be left out, to measure what it is worth.
package enum MixPart: CustomStringConvertible, Sendable {
  /// The context of this number in the plan; in binary data the one in its place.
  case context(number: Int, name: String)
  /// The mixer of this number in the plan.
  case mixer(number: Int, name: String)
  /// The match model for longer matches.
  case secondMatch

  package var description: String {
    switch self {
    case .context(_, let name): name
    case .mixer(_, let name): "mixer chosen by \(name)"
    case .secondMatch: "second match model"
    }
  }
}

extension InitialParameters {
  /// All that `without` takes.
  package var parts: [MixPart] {
    plan.contexts.enumerated().map { .context(number: $0, name: "\($1)") }
      + (plan.selectors.count > 1
        ? plan.selectors.enumerated().map { .mixer(number: $0, name: "\($1)") } : [])
      + (plan.matchLengths.count > 1 ? [.secondMatch] : [])
  }

  /// The same for the same mix less one part, with which no archive can be made: the numbers of
  /// those that stay are kept, and not learned anew. One mixer has to stay.
  package func without(_ part: MixPart) -> InitialParameters {
    var reduced = InitialParameters(plan: plan.without(part))
    let contexts = plan.contexts.indices.filter { number in
      if case .context(number, _) = part { false } else { true }
    }
    let mixers = plan.selectors.indices.filter { number in
      if case .mixer(number, _) = part { false } else { true }
    }
    let modes = 0..<plan.modeCount
    var copied = modes.flatMap { mode in
      contexts.flatMap { meanings.dropFirst(256 * (mode * plan.contexts.count + $0)).prefix(256) }
    }
    for match in reduced.plan.matchLengths.indices { copied += confidences(match) }
    var rest = weights
    for (mixer, selector) in plan.selectors.enumerated() {
      for _ in 0..<plan.modeCount * selector.classCount {
        let inputs = rest.prefix(plan.inputCount)
        rest = rest.dropFirst(plan.inputCount)
        guard mixers.contains(mixer) else { continue }
        let kept = inputs.prefix(MixerInputs.count)
          + contexts.map { inputs[inputs.startIndex + MixerInputs.count + $0] }
        copied += kept + Array(repeating: 0, count: reduced.plan.inputCount - kept.count)
      }
    }
    for position in 0..<8 {
      // Those that stay share the weight of the one that does not.
      let final = finalWeights(bitPosition: position).map { Int(Int16(bitPattern: $0)) }
      copied += mixers.map {
        UInt16(bitPattern: Int16(clamping: final[$0] * plan.selectors.count / mixers.count))
      }
      copied += Array(repeating: 0, count: MixerNetwork.mostMixers - mixers.count)
    }
    precondition(copied.count == reduced.values.count)
    reduced.values = copied
    return reduced
  }
}

extension MixPlan {
  fileprivate func without(_ part: MixPart) -> MixPlan {
    var plan = self
    switch part {
    case .context(let number, _):
      plan.contexts.remove(at: number)
      if !plan.binaryContexts.isEmpty { plan.binaryContexts.remove(at: number) }
    case .mixer(let number, _): plan.selectors.remove(at: number)
    case .secondMatch: plan.matchLengths.removeLast()
    }
    return plan
  }
}
