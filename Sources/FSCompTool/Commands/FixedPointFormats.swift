/// The number formats of the network, in words. They belong to the format, not to a model: see
/// docs/format.md.
enum FixedPointFormats {
  static let weights = "int8, a scale for each row"
  static let hiddenState = "int8, h = q / 127"
  static let cellState = "int16 in Q8"
  static let sums = "int32; pre-activations in Q12"
}
