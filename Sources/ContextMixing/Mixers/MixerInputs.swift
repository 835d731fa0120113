import CMixingKernels

/// The first inputs of the mixers; those of the contexts follow them, and then those of a second
/// network and more. Stretched probabilities
/// in units of 1/256 where nothing else is said; 0 says nothing.
struct MixerInputs {
  /// Where each input is. The number is part of the format, as weights begin by it.
  enum Slot: Int {
    /// What the first network says.
    case network = 0
    /// How sure the match model is of the bit it expects: see `MatchPrediction`.
    case match = 1, matchLinear = 2
    /// The same of a second match model.
    case secondMatch = 6, secondMatchLinear = 7
    /// Always the same: one.
    case bias = 3
    /// The networks' probability as refined by adaptive maps: see `NetworkMaps`.
    case networkByOrder1 = 4, networkByMatch = 5
  }

  /// How many there are, used or not.
  static let count = 8

  private var words: (UInt64, UInt64) = (256 << 48, 0)

  /// All 0 but the bias.
  init() {}

  /// Sets an input that has not been set.
  @inline(__always)
  mutating func set(_ slot: Slot, _ value: Int16) {
    let bits = UInt64(UInt16(bitPattern: value)) &<< UInt64(16 &* (slot.rawValue & 3))
    if slot.rawValue < 4 { words.0 |= bits } else { words.1 |= bits }
  }

  /// As kernels take them.
  @inline(__always)
  var head: fsc_mixer_head { fsc_mixer_head(words: words) }
}
