/// A text that words are taken from, and what part it has in the choice.
package struct DictionaryText {
  package let bytes: [UInt8]
  /// Against those of the other texts: how often words occur counts by the share, whatever the
  /// size.
  package let share: Double

  package init(_ bytes: [UInt8], share: Double) {
    self.bytes = bytes
    self.share = share
  }

  /// What one occurrence counts: all of a text together count as 10^9 bytes by its share.
  var weight: Double { share * 1e9 / Double(max(bytes.count, 1)) }
}
