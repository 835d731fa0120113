/// A file name as the system knows it: bytes other than 0, in no particular encoding.
package struct Path: Hashable, Sendable {
  package let bytes: [UInt8]

  package init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  /// From a command line argument; see `ArgumentBytes`.
  package init(argument: String) {
    self.init(bytes: ArgumentBytes.bytes(of: argument))
  }

  /// What follows the last slash, without trailing slashes: "c" for "a/b/c/".
  package var name: ArraySlice<UInt8> {
    let trimmed = bytes[..<((bytes.lastIndex { $0 != Self.slash } ?? -1) + 1)]
    guard let slash = trimmed.lastIndex(of: Self.slash) else { return trimmed }
    return trimmed[(slash + 1)...]
  }

  /// The folder that holds the file: "." when the path names none.
  package var folder: Path {
    let start = name.startIndex
    guard start > 0 else { return Path(bytes: Array(".".utf8)) }
    let end = bytes[..<start].lastIndex { $0 != Self.slash }
    return Path(bytes: end.map { bytes[...$0] } ?? bytes[..<1])
  }

  package func appending(_ suffix: String) -> Path { appending(Array(suffix.utf8)) }

  package func appending(_ suffix: some Sequence<UInt8>) -> Path { Path(bytes: bytes + suffix) }

  /// Whether it names an open file of some process, and no place on a disk.
  var isStandardStream: Bool {
    ["/dev/", "/proc/"].contains { bytes.starts(with: $0.utf8) }
  }

  /// The path without `suffix`; nil if it does not end so or nothing of the name would be left.
  package func removing(_ suffix: String) -> Path? {
    let suffix = Array(suffix.utf8)
    guard bytes.count == name.endIndex, name.count > suffix.count,
      bytes.suffix(suffix.count).elementsEqual(suffix)
    else { return nil }
    return Path(bytes: bytes.dropLast(suffix.count))
  }

  /// The path of a file with this name in the same folder.
  package func sibling(_ name: some Sequence<UInt8>) -> Path {
    Path(bytes: bytes[..<self.name.startIndex] + Array(name))
  }

  package func withCString<R, E: Error>(
    _ body: (UnsafePointer<CChar>) throws(E) -> R
  ) throws(E) -> R {
    let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
    return try terminated.withUnsafeBufferPointer { buffer throws(E) in
      // An array with an element has a base address.
      try body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }

  private static let slash = UInt8(ascii: "/")
}

extension Path: CustomStringConvertible {
  /// For messages: control characters, which could steer a terminal, become question marks.
  package var description: String {
    var scalars = String.UnicodeScalarView()
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
      scalars.append(isControl ? "?" : scalar)
    }
    return String(scalars)
  }
}
