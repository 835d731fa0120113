import ContextMixing
import Platform
import TextTransform

/// Finds out whether a block is better off as coded text.
///
/// Prose always is. In other data, words may be few, or letters no words; then the columns, records
/// and numbers that contexts look for are harder to find in coded text. So both ways are tried on a
/// sample, or on all of a small block.
package struct TextProbe {
  /// A sample is made of this many pieces from all over the block,
  private static let pieces = 8
  /// and has this many bytes.
  private static let sampledBytes = 64 << 10

  /// - Parameters:
  ///   - text: the block, `plain`, as coded text.
  ///   - coded: how the text would be predicted, without networks.
  ///   - uncoded: how the plain bytes would.
  static func isUseful(
    _ text: [UInt8], insteadOf plain: [UInt8], lexicon: Lexicon, coded: BlockCode,
    uncoded: BlockCode
  ) -> Bool {
    // What is shortened so much is prose.
    if text.count < plain.count * 5 / 8 { return true }
    if text.count >= plain.count { return false }
    let sample = sample(of: plain)
    // The header is longer by the size of the text.
    let with =
      coded.codeLength(of: TextEncoder(lexicon).encode(sample), lanes: 1)
      + Int64(Varint.byteCount(of: text.count)) << 19
    let without = uncoded.codeLength(of: sample, lanes: 1)
    return 1000 * with <= (1000 - perMilleToSave(byteCount: plain.count)) * without
  }

  /// What has to be saved of the code of the sample, in thousandths. What the dictionary knows,
  /// contexts learn in a larger block themselves.
  package static func perMilleToSave(byteCount: Int) -> Int64 {
    let samples = byteCount / sampledBytes
    return Int64(10 * (samples.bitWidth - samples.leadingZeroBitCount))
  }

  private static func sample(of plain: [UInt8]) -> [UInt8] {
    if plain.count <= sampledBytes { return plain }
    let length = sampledBytes / pieces
    return (0..<pieces).flatMap { piece in
      plain.dropFirst((plain.count - length) / (pieces - 1) * piece).prefix(length)
    }
  }
}
