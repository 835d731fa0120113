/// What costs are added up over.
package enum TextUnit: String, CaseIterable, Sendable {
  case byte, word, field, line
}

/// A part of a passage.
struct Piece: Equatable {
  var range: Range<Int>
  /// Whether it is a word, and not what is between words; a line always is.
  var isWord = true
}

/// Cuts bytes into pieces that cover all of them.
enum Pieces {
  /// Characters of UTF-8; a byte that is part of none is by itself.
  static func characters(_ bytes: ArraySlice<UInt8>, body: (Range<Int>, Unicode.Scalar?) -> Void) {
    var next = bytes.startIndex
    while next < bytes.endIndex {
      let (scalar, count) = scalar(in: bytes, at: next)
      body(next..<next + count, scalar)
      next += count
    }
  }

  /// Lines with the ends that they have.
  static func lines(_ bytes: [UInt8], body: (Range<Int>) -> Void) {
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
      body(start..<end)
      start = end
    }
  }

  /// Runs of letters and digits, and what is between them: runs of blanks, and other characters one
  /// by one. A character of a script without blanks between words is one.
  static func words(_ bytes: ArraySlice<UInt8>, body: (Piece) -> Void) {
    var pending: (start: Int, kind: Kind)?
    characters(bytes) { range, scalar in
      let kind = Kind(scalar)
      if let run = pending, run.kind != kind || kind == .single || kind == .ideograph {
        body(Piece(range: run.start..<range.lowerBound, isWord: run.kind.isWord))
        pending = (range.lowerBound, kind)
      } else if pending == nil {
        pending = (range.lowerBound, kind)
      }
    }
    if let run = pending {
      body(Piece(range: run.start..<bytes.endIndex, isWord: run.kind.isWord))
    }
  }

  private enum Kind {
    case letters, blanks, single, ideograph

    var isWord: Bool { self == .letters || self == .ideograph }

    init(_ scalar: Unicode.Scalar?) {
      guard let scalar else {
        self = .single
        return
      }
      switch scalar.value {
      case 0x20, 0x09...0x0D: self = .blanks
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: self = .letters
      case 0..<0x80: self = .single
      case 0x2E80...0x303E: self = .single
      case 0x3040...0xA4CF, 0xF900...0xFAFF, 0x20000...0x3FFFD: self = .ideograph
      default:
        let isPart = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || scalar.properties.generalCategory == .nonspacingMark
        self = isPart ? .letters : .single
      }
    }
  }

  /// The character there and its bytes; nil and 1 where there is none.
  static func scalar(
    in bytes: ArraySlice<UInt8>, at start: Int
  ) -> (scalar: Unicode.Scalar?, count: Int) {
    let lead = bytes[start]
    if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
    let count =
      switch lead {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    guard count > 0, start + count <= bytes.endIndex else { return (nil, 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(count))
    for byte in bytes[start + 1..<start + count] {
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let least: [UInt32] = [0, 0, 0x80, 0x800, 0x10000]
    guard value >= least[count], let scalar = Unicode.Scalar(value) else { return (nil, 1) }
    return (scalar, count)
  }
}
