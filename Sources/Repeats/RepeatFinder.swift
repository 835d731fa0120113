import Platform

/// Finds long pieces of a block that are copies of what is before them (Bentley and McIlroy, "Data
/// compression using long common strings", 1999).
///
/// The block is cut into pieces of `pieceSize` bytes, and a hash table has the fingerprint of each, a
/// polynomial of its bytes. The fingerprint of the bytes that begin at a place follows from that of the place before
/// (Karp and Rabin 1987), so it is looked up at every place. What agrees is compared and extended in both
/// directions. A copy of `shortest` bytes has a whole piece in it wherever it begins.
package struct RepeatFinder: ~Copyable {
  /// Bytes. Shorter copies are not worth the place that they take in the list.
  package static let shortest = 3072
  private static let pieceSize = shortest / 2
  /// Odd, and its powers have bits everywhere.
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// A piece, or several that are alike.
  private struct Entry: BitwiseCopyable {
    /// Bits of the fingerprint, never all 0; 0: there is no entry here, nor has one moved on from here.
    var check: UInt32
    /// The number of the first piece, from 0, and of the one that came last: from the first one, copies of
    /// what occurs often tend to be longest, from the last one, those of what has changed on the way.
    var first: UInt32
    var latest: UInt32
  }

  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  private let table: OwnedBuffer<Entry>
  private let shift: UInt64
  /// Where the repeat ends that was found last.
  private var end = 0
  private var repeats: [Repeat] = []

  /// - Returns: none of which lies within another, in their order.
  package static func repeats(in plain: [UInt8]) -> [Repeat] {
    if plain.count < shortest { return [] }
    return plain.withUnsafeBufferPointer { plain in
      guard let bytes = plain.baseAddress else { return [] }
      var finder = RepeatFinder(bytes, count: plain.count)
      finder.findAll()
      return finder.repeats
    }
  }

  private init(_ bytes: UnsafePointer<UInt8>, count: Int) {
    self.bytes = bytes
    self.count = count
    // More than four times as many entries as there are pieces.
    let bits = Int.bitWidth - (4 * count / Self.pieceSize).leadingZeroBitCount
    table = OwnedBuffer(count: 1 << bits)
    shift = UInt64(UInt64.bitWidth - bits)
  }

  private mutating func findAll() {
    var fingerprint: UInt64 = 0
    // What a byte has been multiplied by when it leaves the fingerprint.
    var power: UInt64 = 1
    for place in 0..<Self.pieceSize {
      fingerprint = fingerprint &* Self.base &+ Self.term(bytes[place])
      power = power &* Self.base
    }
    let last = count - Self.pieceSize
    var nextPiece = 0
    for place in 0...last {
      let check = UInt32(truncatingIfNeeded: fingerprint >> 16) | 1
      var slot = Int(truncatingIfNeeded: fingerprint >> shift)
      while table[slot].check != check && table[slot].check != 0 {
        slot = (slot + 1) & (table.count - 1)
      }
      let isKnown = table[slot].check == check
      if isKnown && place >= end { take(table[slot], at: place) }
      if place == nextPiece {
        let number = UInt32(place / Self.pieceSize)
        let first = isKnown ? table[slot].first : number
        table[slot] = Entry(check: check, first: first, latest: number)
        nextPiece += Self.pieceSize
      }
      if place == last { break }
      fingerprint =
        fingerprint &* Self.base &+ Self.term(bytes[place + Self.pieceSize])
        &- power &* Self.term(bytes[place])
    }
  }

  /// Zeros have to count, too.
  @inline(__always)
  private static func term(_ byte: UInt8) -> UInt64 { UInt64(byte) &+ 1 }

  /// Takes the longer copy of those that there are of two pieces, if it is long enough.
  private mutating func take(_ entry: Entry, at place: Int) {
    var longest = Repeat(literals: 0, distance: 0, count: 0)
    for number in entry.first == entry.latest ? [entry.first] : [entry.first, entry.latest] {
      let source = Int(number) * Self.pieceSize
      let behind = agreeing(from: source, and: place)
      if behind < Self.pieceSize { continue }
      let before = agreeing(before: source, and: place)
      if before + behind > longest.count {
        longest = Repeat(
          literals: place - before - end, distance: place - source, count: before + behind)
      }
    }
    if longest.count < Self.shortest { return }
    repeats.append(longest)
    end += longest.literals + longest.count
  }

  /// How many bytes from `place` on are those from `source` on, which is before it.
  private func agreeing(from source: Int, and place: Int) -> Int {
    let (one, other) = (UnsafeRawPointer(bytes + source), UnsafeRawPointer(bytes + place))
    let most = count - place
    var agreeing = 0
    while agreeing + 8 <= most {
      let difference =
        UInt64(littleEndian: one.loadUnaligned(fromByteOffset: agreeing, as: UInt64.self))
        ^ UInt64(littleEndian: other.loadUnaligned(fromByteOffset: agreeing, as: UInt64.self))
      if difference != 0 { return agreeing + difference.trailingZeroBitCount / 8 }
      agreeing += 8
    }
    while agreeing < most, bytes[source + agreeing] == bytes[place + agreeing] { agreeing += 1 }
    return agreeing
  }

  /// How many bytes up to `place` and behind the repeat before it are those up to `source`.
  private func agreeing(before source: Int, and place: Int) -> Int {
    let most = min(source, place - end)
    var agreeing = 0
    while agreeing < most, bytes[source - agreeing - 1] == bytes[place - agreeing - 1] {
      agreeing += 1
    }
    return agreeing
  }
}
