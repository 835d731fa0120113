import CMixingKernels

/// The first inputs of the mixers; those of the contexts follow them, and then those of a second
/// network and more. Stretched probabilities in units of 1/256 where nothing else is said; 0 says
/// nothing. Where each is, is part of the format, as weights begin by it.
enum MixerInputs {
  /// What the first network says.
  static let network = Int(FSC_INPUT_NETWORK)
  /// How sure the first match model is of the bit it expects.
  static let match = Int(FSC_INPUT_MATCH)
  /// Always the same.
  static let bias = Int(FSC_INPUT_BIAS)
  /// Whether a match model says this one of the first inputs.
  static func isOfMatch(_ input: Int) -> Bool {
    [
      FSC_INPUT_MATCH, FSC_INPUT_MATCH_LINEAR, FSC_INPUT_SECOND_MATCH,
      FSC_INPUT_SECOND_MATCH_LINEAR,
    ].contains { Int($0) == input }
  }
  /// How many there are, used or not.
  static let count = Int(FSC_FIRST_INPUTS)
}
