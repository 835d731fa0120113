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
  /// What contexts know beforehand; in coded text only.
  package var prior: Prior?
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
    let networkCount = file.networkCount(ContextSets(mix.set))
    guard !mix.usesNetwork || networkCount > 0 else { throw .malformed("there is no network") }
    guard !mix.isCoded || file.dictionary != nil else { throw .malformed("there is no dictionary") }
    let plan = MixPlan(mix, networkCount: networkCount, codes: file.dictionary?.layout)
    let key = try mix.key()
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
      key: mix.key(), shape: plan.shape(), values: values)
  }
}

extension Mix {
  fileprivate func key() throws(ModelError) -> MixerBeginnings.Key {
    try MixerBeginnings.Key(set: set.rawValue, usesNetwork: usesNetwork, isCoded: isCoded)
  }
}

extension ContextSets {
  package init(_ set: MixSet) { self.init(number: set.rawValue) }
}

extension ModelFile {
  /// Whether it has what a mix begins with.
  package func hasBeginnings(of mix: Mix) -> Bool {
    beginnings.contains { $0.key == (try? mix.key()) }
  }

  /// Every mix that blocks can have with the model. Its networks take part only in what they read.
  package var mixes: [Mix] {
    let readsCoded = dictionary?.isReadByNetworks ?? false
    return Mix.all.filter { mix in
      (!mix.isCoded || dictionary != nil)
        && (!mix.usesNetwork
          || networkCount(ContextSets(mix.set)) > 0 && mix.isCoded == readsCoded)
    }
  }
}

extension ModelFile {
  /// The same with mixers for every mix that blocks can have, and no others: its own where they fit,
  /// those of another model, or else a guess.
  package func completed(from other: ModelFile? = nil) throws(ModelError) -> ModelFile {
    var all: [MixerBeginnings] = []
    for mix in mixes {
      let guess = try InitialParameters.untrained(
        mix, networkCount: networkCount(ContextSets(mix.set)), codes: dictionary?.layout
      ).beginnings(of: mix)
      let fitting = (beginnings + (other?.beginnings ?? [])).first {
        $0.key == guess.key && $0.shape == guess.shape
      }
      all.append(fitting ?? guess)
    }
    return try ModelFile(
      dictionary: dictionary, metadata: metadata, networks: networks, beginnings: all,
      prior: prior)
  }
}

extension MixPlan {
  fileprivate func shape() throws(ModelError) -> MixerShape {
    try MixerShape(
      modes: modeCount, contexts: contexts.count, matchModels: matchLengths.count,
      inputs: inputCount, classCounts: selectors.map { $0.classCount })
  }
}
