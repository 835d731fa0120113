import CKernels

/// What contexts have seen, in slots that each serve one context for one half of a byte.
///
/// A slot is a check, and a bit history for each of the 15 beginnings of a nibble. A cache line has
/// four: their checks in its first four bytes, then four times 15 histories. They are the only
/// places for their contexts: a lookup costs one line, which can be asked for ahead of time.
struct SlotTable: ~Copyable {
  private let memory: ZeroedMemory
  private let base: UnsafeMutablePointer<UInt8>
  private let lineMask: UInt64
  private let totals: UnsafeMutablePointer<UInt8>

  /// A `BitHistory` state for each beginning of a nibble: numbers 1...15.
  typealias Slot = UnsafeMutablePointer<UInt8>

  static let bytesPerLine = 64
  private static let ways = 4
  private static let histories = 15

  /// - Parameter lineCount: a power of two.
  init(lineCount: Int) {
    memory = ZeroedMemory(byteCount: lineCount * Self.bytesPerLine)
    base = memory.base.assumingMemoryBound(to: UInt8.self)
    lineMask = UInt64(lineCount - 1)
    totals = BitHistory.shared.total
  }

  @inline(__always)
  private func line(_ hash: UInt64) -> UnsafeMutablePointer<UInt8> {
    base + Int(truncatingIfNeeded: (hash >> 16) & lineMask) &* Self.bytesPerLine
  }

  @inline(__always)
  func prefetch(_ hash: UInt64) { fsc_prefetch(line(hash)) }

  @inline(__always)
  private func slot(_ way: Int, in line: UnsafeMutablePointer<UInt8>) -> Slot {
    line + (Self.ways - 1 &+ Self.histories &* way)
  }

  /// The slot of a context: the first in its line whose check is the lowest byte of `hash`, or else
  /// the one that has seen least, cleared for it. Contexts with equal checks share slots, which
  /// costs a little compression.
  @inline(__always)
  func slot(_ hash: UInt64) -> Slot {
    let line = line(hash)
    let check = UInt32(truncatingIfNeeded: hash) & 0xFF
    let checks = UInt32(
      littleEndian: UnsafeRawPointer(line).load(as: UInt32.self))
    // A zero byte for each check that fits; of their marks, the lowest is always true.
    let differences = checks ^ check &* 0x0101_0101
    let marks = (differences &- 0x0101_0101) & ~differences & 0x8080_8080
    if marks != 0 {
      return slot(Int(truncatingIfNeeded: marks.trailingZeroBitCount) >> 3, in: line)
    }
    return replaceLeast(line, UInt8(truncatingIfNeeded: check))
  }

  @inline(__always)
  private func replaceLeast(_ line: UnsafeMutablePointer<UInt8>, _ check: UInt8) -> Slot {
    var victim = 0
    var least = totals[Int(slot(0, in: line)[1])]
    for way in 1..<Self.ways {
      let total = totals[Int(slot(way, in: line)[1])]
      if total < least {
        least = total
        victim = way
      }
    }
    line[victim] = check
    let slot = slot(victim, in: line)
    // 15 bytes, in two overlapping words.
    let first = UnsafeMutableRawPointer(slot + 1)
    first.storeBytes(of: 0, as: UInt64.self)
    (first + 7).storeBytes(of: 0, as: UInt64.self)
    return slot
  }
}
