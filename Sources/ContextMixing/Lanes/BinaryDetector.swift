/// Tells binary data from text by how many of a lane's last bytes text could not hold.
package struct BinaryDetector: BitwiseCopyable {
  /// The shares of control characters, and of bytes that are foreign to UTF-8, in about the last
  /// 128 bytes, in units of 2^-16.
  private var controls = 0
  private var foreign = 0
  private var previous: UInt8 = 0
  private var isBinary = false

  /// Control characters make binary data if they are more than the first, until they are less than
  /// the second.
  private static let mostControls = 1 << 12
  private static let fewControls = 1 << 10
  /// So many foreign bytes do where there are records: samples or pixels. In other data they may be
  /// letters of an older encoding.
  private static let mostForeign = 1 << 13

  /// Takes in the lane's next byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    let isControl = Self.isControl(byte)
    let isForeign = isControl || !Self.mayFollow(previous, byte)
    controls &+= ((isControl ? 1 << 16 : 0) &- controls) >> 7
    foreign &+= ((isForeign ? 1 << 16 : 0) &- foreign) >> 7
    previous = byte
    isBinary = controls > (isBinary ? Self.fewControls : Self.mostControls)
  }

  /// Whether the next byte is more likely one of binary data.
  @inline(__always)
  func isBinary(withRecords: Bool) -> Bool {
    isBinary || withRecords && foreign > Self.mostForeign
  }

  /// A character that text does without: it has tabs, ends of lines and pages, and escapes.
  @inline(__always)
  package static func isControl(_ byte: UInt8) -> Bool {
    byte < 32 && 0x0800_3F00 >> UInt32(byte) & 1 == 0
  }

  /// Whether UTF-8 may have these one after the other: after the first byte of a longer character
  /// comes one that continues it, and none comes after an ASCII character.
  @inline(__always)
  package static func mayFollow(_ previous: UInt8, _ byte: UInt8) -> Bool {
    let continues = byte & 0xC0 == 0x80
    return previous >= 0xC0 ? continues : !continues || previous >= 0x80
  }
}
