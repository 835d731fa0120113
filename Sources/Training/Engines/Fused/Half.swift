import CTrainingKernels

/// Half-precision numbers (IEEE binary16) as their bits. Swift's `Float16` is not on every machine.
enum Half {
  static func float(_ bits: UInt16) -> Float { fst_half_to_float(bits) }

  /// The nearest, ties to even.
  static func rounding(_ value: Float) -> UInt16 { fst_float_to_half(value) }
}
