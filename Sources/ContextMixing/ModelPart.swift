/// A part of a set of models that can be left out, to measure what it is worth.
package enum ModelPart: CustomStringConvertible, Sendable {
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
  package var parts: [ModelPart] {
    plan.kinds.enumerated().map { .context(number: $0, name: "\($1)") }
      + plan.selectors.enumerated().map { .mixer(number: $0, name: "\($1)") }
      + (plan.hasSecondMatch ? [.secondMatch] : [])
  }

  /// The same for the same models but one, with which no archive can be made: the numbers of those
  /// that stay are kept, and not learned anew. Two mixers or more have to stay.
  package func without(_ part: ModelPart) -> InitialParameters {
    var reduced = InitialParameters(plan: plan.without(part))
    let contexts = plan.kinds.indices.filter { number in
      if case .context(number, _) = part { false } else { true }
    }
    let mixers = plan.selectors.indices.filter { number in
      if case .mixer(number, _) = part { false } else { true }
    }
    let modes = 0..<plan.modeCount
    var copied = modes.flatMap { mode in
      contexts.flatMap { values[meanings(mode * plan.kinds.count + $0)...].prefix(256) }
    }
    copied += values[confidences(0)..<confidences(reduced.plan.matchCount)]
    var firsts: [Int] = []
    var next = weights
    for selector in plan.selectors {
      firsts.append(next)
      next += plan.modeCount * selector.classCount * inputCount
    }
    for mixer in mixers {
      for row in 0..<plan.modeCount * plan.selectors[mixer].classCount {
        let inputs = values[(firsts[mixer] + row * inputCount)...].prefix(inputCount)
        let head = inputs.prefix(ContextMixer.contextInput)
        let kept = head + contexts.map { inputs.dropFirst(head.count + $0).first! }
        copied += kept + Array(repeating: 0, count: reduced.inputCount - kept.count)
      }
    }
    for position in 0..<8 {
      // Those that stay share the weight of the one that does not.
      let kept = mixers.map { Int(Int16(bitPattern: values[final + 8 * position + $0])) }
      copied += kept.map {
        UInt16(bitPattern: Int16(clamping: $0 * plan.selectors.count / mixers.count))
      }
      copied += Array(repeating: 0, count: 8 - mixers.count)
    }
    precondition(copied.count == reduced.values.count)
    reduced.values = copied
    return reduced
  }
}

extension ModelPlan {
  fileprivate func without(_ part: ModelPart) -> ModelPlan {
    var plan = self
    switch part {
    case .context(let number, _):
      plan.kinds.remove(at: number)
      if !plan.binaryKinds.isEmpty { plan.binaryKinds.remove(at: number) }
    case .mixer(let number, _): plan.selectors.remove(at: number)
    case .secondMatch: plan.hasSecondMatch = false
    }
    return plan
  }
}
