/// XXH64, the hash of the format (Collet, "xxHash fast digest algorithm", version 0.1.1).
package enum XXH64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    let end = bytes.count
    var offset = 0
    @inline(__always)
    func word<Word: FixedWidthInteger>(_: Word.Type) -> UInt64 {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: Word.self)
      offset &+= MemoryLayout<Word>.size
      return UInt64(truncatingIfNeeded: Word(littleEndian: word))
    }
    var hash: UInt64
    if end >= 32 {
      var a = seed &+ prime1 &+ prime2
      var b = seed &+ prime2
      var c = seed
      var d = seed &- prime1
      while offset <= end &- 32 {
        a = round(a, word(UInt64.self))
        b = round(b, word(UInt64.self))
        c = round(c, word(UInt64.self))
        d = round(d, word(UInt64.self))
      }
      hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
    } else {
      hash = seed &+ prime5
    }
    hash &+= UInt64(end)
    while offset <= end &- 8 {
      hash = rotate(hash ^ round(0, word(UInt64.self)), 27) &* prime1 &+ prime4
    }
    if offset <= end &- 4 { hash = rotate(hash ^ word(UInt32.self) &* prime1, 23) &* prime2 &+ prime3 }
    while offset < end { hash = rotate(hash ^ word(UInt8.self) &* prime5, 11) &* prime1 }
    hash = (hash ^ hash >> 33) &* prime2
    hash = (hash ^ hash >> 29) &* prime3
    return hash ^ hash >> 32
  }

  package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { hash($0) }
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ bits: UInt64) -> UInt64 {
    x &<< bits | x &>> (64 &- bits)
  }
}
