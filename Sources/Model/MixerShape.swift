/// How many numbers mixers begin with, and where each is.
///
/// They are in one row, in this order:
///
///     meanings     [modes][contexts][256]                     probabilities in units of 2^-16
///     confidences  [match models][352]                        probabilities in units of 2^-16
///     weights      [mixers][modes][classes of each][inputs]   signed, in units of 2^-12
///     final        [8][8]                                     signed, in units of 2^-12
package struct MixerShape: Hashable, Sendable {
  /// Kinds of data that have contexts and weights of their own, 1...16.
  package let modes: Int
  /// Contexts in each mode, 0...255.
  package let contexts: Int
  /// Match models, 0...15.
  package let matchModels: Int
  /// Inputs of each mixer, 8...1024: a network, matches and the like come first, contexts from
  /// `firstContextInput` on, then further networks.
  package let inputs: Int
  /// For each mixer of the first layer, of which there are 1...8: how many sets of weights it
  /// begins with, 1...4096.
  package let classCounts: [Int]

  package static let meaningsOfContext = 256
  package static let confidencesOfMatchModel = 352
  package static let finalCount = 64
  package static let firstContextInput = 8

  /// Which input is a network's: the first of them, and for further networks those after the
  /// contexts.
  package func input(ofNetwork network: Int) -> Int {
    network == 0 ? 0 : Self.firstContextInput + contexts + network - 1
  }

  /// How many inputs there are for this many contexts and networks: a multiple of 16, as kernels take
  /// them.
  package static func inputs(contexts: Int, networks: Int) -> Int {
    (firstContextInput + contexts + max(networks - 1, 0) + 15) / 16 * 16
  }

  /// The same for another number of networks.
  package func with(networks: Int) throws(ModelError) -> MixerShape {
    try MixerShape(
      modes: modes, contexts: contexts, matchModels: matchModels,
      inputs: Self.inputs(contexts: contexts, networks: networks), classCounts: classCounts)
  }

  package init(
    modes: Int, contexts: Int, matchModels: Int, inputs: Int, classCounts: [Int]
  ) throws(ModelError) {
    guard (1...16).contains(modes), (0...255).contains(contexts), (0...15).contains(matchModels),
      (8...1024).contains(inputs), inputs >= Self.firstContextInput + contexts,
      (1...8).contains(classCounts.count), classCounts.allSatisfy((1...4096).contains)
    else { throw .valueOutOfRange("shape of mixers") }
    self.modes = modes
    self.contexts = contexts
    self.matchModels = matchModels
    self.inputs = inputs
    self.classCounts = classCounts
  }

  /// Rows of weights, one for each class of each mixer in each mode.
  package var rowCount: Int { modes * classCounts.reduce(0, +) }

  package var meanings: Range<Int> { 0..<modes * contexts * Self.meaningsOfContext }
  package var confidences: Range<Int> {
    meanings.upperBound..<meanings.upperBound + matchModels * Self.confidencesOfMatchModel
  }
  package var weights: Range<Int> {
    confidences.upperBound..<confidences.upperBound + rowCount * inputs
  }
  package var final: Range<Int> { weights.upperBound..<weights.upperBound + Self.finalCount }

  package var valueCount: Int { final.upperBound }
}
