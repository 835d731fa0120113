/// Command line arguments as strings, reversibly.
///
/// File names may hold any bytes, while a Swift string holds Unicode: an argument that is not
/// UTF-8 would be repaired into the name of another file. So each byte of 0x80 and above of such an
/// argument travels as a character of its own from the end of Plane 16, which is private use. An
/// argument that already holds one of those characters travels in the same way.
package enum ArgumentBytes {
  /// Byte b is U+10FF00 + b.
  private static let base: UInt32 = 0x10FF00
  private static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  package static func string(of bytes: [UInt8]) -> String {
    if let string = String(validating: bytes, as: UTF8.self),
      !string.unicodeScalars.contains(where: { escapes.contains($0.value) })
    {
      return string
    }
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = byte < 0x80 ? UInt32(byte) : base + UInt32(byte)
      scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
    return String(scalars)
  }

  package static func bytes(of string: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in string.unicodeScalars {
      if escapes.contains(scalar.value) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes += Array(UTF8.encode(scalar) ?? .init())
      }
    }
    return bytes
  }

  /// The arguments of this process; the first is the name it was called by.
  static var ofProcess: [String] {
    let argv = CommandLine.unsafeArgv
    return (0..<Int(CommandLine.argc)).compactMap { index in
      guard let argument = argv[index] else { return nil }
      let length = (0...).first { argument[$0] == 0 } ?? 0
      return string(of: (0..<length).map { UInt8(bitPattern: argument[$0]) })
    }
  }
}
