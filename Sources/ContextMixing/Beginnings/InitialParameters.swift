import Model

/// What the mixing of a block begins with, learned beforehand from text of many kinds: what histories
/// mean, how far matches can be trusted, and how much weight each input gets.
///
/// All are numbers of 16 bits in one row, as the section `MIXB` of a model has them:
///
///     meanings     [modes][contexts][256]                     probabilities in units of 2^-16
///     confidences  [match models][44][8]                      probabilities in units of 2^-16
///     weights      [selectors][modes][their classes][inputs]  signed, in units of 2^-12
///     final        [8][8]                                     signed, in units of 2^-12
package struct InitialParameters: Sendable {
  package var values: [UInt16]
  let plan: MixPlan

  /// All zero.
  init(plan: MixPlan) {
    self.plan = plan
    values = []
    values = [UInt16](repeating: 0, count: final + 8 * MixerNetwork.mostMixers)
  }

  // Where the parts begin.
  private var firstConfidence: Int { 256 * plan.modeCount * plan.contexts.count }

  /// Where signed numbers begin.
  package var firstWeight: Int {
    firstConfidence + plan.matchLengths.count * MatchModel.confidenceCount
  }

  private var final: Int {
    firstWeight + plan.modeCount * plan.selectors.reduce(0) { $0 + $1.classCount } * plan.inputCount
  }

  // The parts.
  var meanings: ArraySlice<UInt16> { values[..<firstConfidence] }

  func confidences(_ match: Int) -> ArraySlice<UInt16> {
    values[(firstConfidence + match * MatchModel.confidenceCount)...]
      .prefix(MatchModel.confidenceCount)
  }

  var weights: ArraySlice<UInt16> { values[firstWeight..<final] }

  func finalWeights(bitPosition: Int) -> ArraySlice<UInt16> {
    values[(final + bitPosition * MixerNetwork.mostMixers)...].prefix(MixerNetwork.mostMixers)
  }
}

/// What one of the parameters has become, and from how much: for training.
package struct LearnedParameter {
  /// In the units of the parameter.
  package var value: Int32
  /// How many bits have taught it, up to some hundreds.
  package var experience: Int32
}

extension InitialParameters {
  /// Takes what a model has for a mix.
  ///
  /// - Throws: `ModelError` if it has nothing, or something for other contexts than those that are
  ///   there.
  package init(_ mix: Mix, from file: ModelFile) throws(ModelError) {
    guard !mix.usesNetwork || !file.networks.isEmpty else {
      throw .malformed("there is no network")
    }
    let plan = MixPlan(mix, networkCount: file.networks.count)
    let key = try MixerBeginnings.Key(set: mix.set.rawValue, usesNetwork: mix.usesNetwork)
    guard let beginnings = file.beginnings.first(where: { $0.key == key }) else {
      throw .malformed("mixers (\(key)) are missing")
    }
    guard beginnings.shape == (try plan.shape()) else { throw .valueOutOfRange("shape of \(key)") }
    self.init(plan: plan)
    values = beginnings.values
  }

  /// As a section of a model.
  package func beginnings(of mix: Mix) throws(ModelError) -> MixerBeginnings {
    try MixerBeginnings(
      key: MixerBeginnings.Key(set: mix.set.rawValue, usesNetwork: mix.usesNetwork),
      shape: plan.shape(), values: values)
  }
}

extension MixPlan {
  fileprivate func shape() throws(ModelError) -> MixerShape {
    try MixerShape(
      modes: modeCount, contexts: contexts.count, matchModels: matchLengths.count,
      inputs: inputCount, classCounts: selectors.map { $0.classCount })
  }
}
