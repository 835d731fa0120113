import ContextMixing
import Model
import Platform

/// Makes a prior: counts what follows each context in coded text, and keeps what was seen most.
///
/// How much a context saves in a text that was not counted is, nearly, how often it was seen: what
/// it saves each time it is met first in a block depends little on anything else. So each line of the
/// table keeps the contexts that were seen most for the entries that they take. Where there is room,
/// those that were seen once pay, too.
///
/// It takes 16 bytes of memory for each byte of coded text, and 20 for each context that there is.
package struct PriorMaker {
  private let lineCount: Int
  private let codes: CodeLayout
  private var texts: [[UInt8]] = []

  /// - Parameters:
  ///   - lineCount: of 64 bytes, 1 ... `PriorTable.mostLines`.
  ///   - codes: of the text.
  package init(lineCount: Int, codes: CodeLayout) {
    precondition((1...PriorTable.mostLines).contains(lineCount))
    self.lineCount = lineCount
    self.codes = codes
  }

  /// - Parameter text: coded; of at most 2^31 bytes.
  package mutating func add(_ text: [UInt8]) { texts.append(text) }

  /// - Parameter progress: told now and then how many bytes have been looked at, of how many; each
  ///   byte is, once for each of `PriorContext`.
  package func make(progress: (Int, Int) -> Void = { _, _ in }) throws(ModelError) -> PriorTable {
    let byteCount = texts.reduce(0) { $0 + $1.count }
    let total = byteCount * PriorContext.allCases.count
    var done = 0
    var candidates: [PriorCandidate] = []
    var occurrences = Occurrences(capacity: byteCount)
    for context in 0..<PriorContext.allCases.count {
      occurrences.removeAll()
      for text in texts {
        PriorText.walk(text, codes: codes) { hashes, byte in
          occurrences.append(hash: hashes[context], byte: byte, lineCount: lineCount)
          done += 1
          if done & (1 << 18 - 1) == 0 { progress(done, total) }
        }
      }
      occurrences.sort()
      occurrences.appendCandidates(to: &candidates)
    }
    // The best of each line first; equal ones in an order of their own.
    candidates.sort { $0.rank < $1.rank }
    return try table(of: candidates)
  }

  /// - Parameter candidates: by line, and the best of each line first.
  private func table(of candidates: [PriorCandidate]) throws(ModelError) -> PriorTable {
    var lines = [UInt8](repeating: 0, count: lineCount * PriorTable.lineByteCount)
    var line: UInt32?
    var used = 0
    var checks: Set<UInt16> = []
    for candidate in candidates {
      if candidate.line != line { (line, used, checks) = (candidate.line, 0, []) }
      let entries = candidate.entries
      // Two contexts with one check cannot be told apart: the better one stays.
      guard used + entries.count <= PriorTable.entriesOfLine,
        checks.insert(candidate.check).inserted
      else { continue }
      for entry in entries {
        let place = Int(candidate.line) * PriorTable.lineByteCount
          + PriorTable.Entry.byteCount * used
        lines.replaceSubrange(place..<place + PriorTable.Entry.byteCount, with: entry.bytes)
        used += 1
      }
    }
    return try PriorTable(lines: lines[...])
  }
}

/// A context that may get a place in a table. There are very many.
private struct PriorCandidate {
  let line: UInt32
  let check: UInt16
  /// How often it was seen for each entry that it takes.
  private let worth: UInt32
  /// Those that followed most often, the first most of all, with how often; 0 where there are fewer.
  private let bytes: (UInt8, UInt8, UInt8)
  private let counts: (UInt8, UInt8, UInt8)

  struct Successor {
    var byte: UInt8
    var count: Int
  }

  private static let mostSuccessors = 3

  /// - Parameter successors: the bytes that followed, the most frequent first; not empty.
  init(line: UInt32, check: UInt16, successors: [Successor]) {
    self.line = line
    self.check = check
    let most = successors[0].count
    // More than one where the first do not cover nine in ten, and they are not too rare beside it.
    let total = successors.reduce(0) { $0 + $1.count }
    var kept = 1
    var covered = most
    while kept < min(Self.mostSuccessors, successors.count), 10 * covered < 9 * total,
      8 * successors[kept].count >= most
    {
      covered += successors[kept].count
      kept += 1
    }
    worth = UInt32(clamping: total / kept)
    let padded = successors.prefix(kept) + Array(repeating: Successor(byte: 0, count: 0), count: 2)
    bytes = (padded[0].byte, padded[1].byte, padded[2].byte)
    // All in proportion where one does not fit.
    func shown(_ count: Int) -> UInt8 {
      if most <= PriorTable.mostCount { return UInt8(count) }
      return count == 0 ? 0 : UInt8(max(1, count * PriorTable.mostCount / most))
    }
    counts = (shown(padded[0].count), shown(padded[1].count), shown(padded[2].count))
  }

  var entries: [PriorTable.Entry] {
    [(bytes.0, counts.0), (bytes.1, counts.1), (bytes.2, counts.2)].filter { $0.1 > 0 }.map {
      PriorTable.Entry(check: check, byte: $0, count: $1)
    }
  }

  /// Their order in a table: by line, and in a line the highest worth first.
  var rank: (UInt32, UInt32, UInt16, UInt8) { (line, .max - worth, check, bytes.0) }
}

/// Contexts of one kind with the bytes behind them, a number for each place in the texts: of a line,
/// a check and a byte.
private struct Occurrences: ~Copyable {
  private let keys: OwnedBuffer<UInt64>
  private let sorted: OwnedBuffer<UInt64>
  private var count = 0

  private static let keyBits = 44

  init(capacity: Int) {
    keys = OwnedBuffer(count: capacity)
    sorted = OwnedBuffer(count: capacity)
  }

  mutating func removeAll() { count = 0 }

  mutating func append(hash: UInt64, byte: UInt8, lineCount: Int) {
    let line = ((hash >> 32) &* UInt64(lineCount)) >> 32
    let check = hash & (1 << UInt64(PriorTable.checkBits) - 1)
    keys[count] = (line << UInt64(PriorTable.checkBits) | check) << 8 | UInt64(byte)
    count += 1
  }

  /// By digits of 11 bits, the lowest first: four times, so that the result is where the keys were.
  mutating func sort() {
    var (from, to) = (keys.base, sorted.base)
    for shift in stride(from: 0, to: Self.keyBits, by: 11) {
      var places = [Int](repeating: 0, count: 1 << 11)
      for i in 0..<count { places[Int(from[i] >> UInt64(shift)) & 2047] += 1 }
      var next = 0
      for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
      for i in 0..<count {
        let digit = Int(from[i] >> UInt64(shift)) & 2047
        to[places[digit]] = from[i]
        places[digit] += 1
      }
      (from, to) = (to, from)
    }
  }

  /// All, of sorted keys.
  func appendCandidates(to candidates: inout [PriorCandidate]) {
    var start = 0
    while start < count {
      let context = keys[start] >> 8
      var end = start
      while end < count && keys[end] >> 8 == context { end += 1 }
      candidates.append(candidate(context, start..<end))
      start = end
    }
  }

  private func candidate(_ context: UInt64, _ range: Range<Int>) -> PriorCandidate {
    var successors: [PriorCandidate.Successor] = []
    for i in range {
      let byte = UInt8(truncatingIfNeeded: keys[i])
      if successors.last?.byte == byte {
        successors[successors.count - 1].count += 1
      } else {
        successors.append(PriorCandidate.Successor(byte: byte, count: 1))
      }
    }
    successors.sort { ($1.count, $0.byte) < ($0.count, $1.byte) }
    return PriorCandidate(
      line: UInt32(context >> UInt64(PriorTable.checkBits)),
      check: UInt16(truncatingIfNeeded: context & (1 << UInt64(PriorTable.checkBits) - 1)),
      successors: successors)
  }
}
