import CKernels

/// What contexts have seen, in slots that each serve one context for one half of a byte.
///
/// A slot is 16 bytes: a check, then a bit history for each of the 15 beginnings of a nibble. The
/// four slots of a cache line are the only places for their contexts, so that a lookup costs one
/// line, which can be asked for ahead of time.
struct SlotTable: ~Copyable {
  private let memory: ZeroedMemory
  private let base: UnsafeMutableRawPointer
  private let lineMask: UInt64
  private let totals: UnsafeMutablePointer<UInt8>

  /// A `BitHistory` state for each beginning of a nibble, from 1 on; number 0 is the check.
  typealias Slot = UnsafeMutablePointer<UInt8>

  static let bytesPerLine = 64

  /// - Parameter lineCount: a power of two.
  init(lineCount: Int) {
    memory = ZeroedMemory(byteCount: lineCount * Self.bytesPerLine)
    base = memory.base
    lineMask = UInt64(lineCount - 1)
    totals = BitHistory.shared.total
  }

  @inline(__always)
  private func line(_ hash: UInt64) -> UnsafeMutableRawPointer {
    base + Int(truncatingIfNeeded: (hash >> 16) & lineMask) &* Self.bytesPerLine
  }

  @inline(__always)
  func prefetch(_ hash: UInt64) { fsc_prefetch(line(hash)) }

  /// The slot of a context; when it has none, the one in its line that has seen least is cleared
  /// for it. Contexts with equal hashes share slots, which costs a little compression.
  @inline(__always)
  func slot(_ hash: UInt64) -> Slot {
    let line = line(hash)
    let check = UInt8(truncatingIfNeeded: hash)
    let first = line.assumingMemoryBound(to: UInt8.self)
    if first[0] == check { return first }
    if first[16] == check { return first + 16 }
    if first[32] == check { return first + 32 }
    if first[48] == check { return first + 48 }
    return replaceLeast(first, check)
  }

  @inline(__always)
  private func replaceLeast(_ first: Slot, _ check: UInt8) -> Slot {
    var victim = first
    var least = totals[Int(first[1])]
    for way in 1..<4 {
      let candidate = first + way &* 16
      let total = totals[Int(candidate[1])]
      if total < least {
        least = total
        victim = candidate
      }
    }
    let words = UnsafeMutableRawPointer(victim).assumingMemoryBound(to: UInt64.self)
    words[0] = UInt64(check)
    words[1] = 0
    return victim
  }
}
