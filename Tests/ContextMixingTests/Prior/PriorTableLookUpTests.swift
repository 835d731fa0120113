import CMixingKernels
import ContextMixing
import Model
import Testing

/// A table as kernels take it.
private struct Memory {
  let table: PriorTable
  private let bytes: [UInt8]

  init(_ table: PriorTable) {
    self.table = table
    bytes = Array(table.lines) + [0xEE]
  }

  func withPrior<Result>(_ body: (UnsafePointer<fsc_prior>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer {
      var prior = fsc_prior(
        lines: $0.baseAddress, line_count: UInt32(table.lineCount),
        histories: UnsafePointer(BitHistory.shared.ofCounts))
      return body(&prior)
    }
  }

  /// The definition: what the first three entries with the check say.
  func successors(_ hash: UInt64) -> [PriorTable.Entry] {
    let line = Int(((hash >> 32) * UInt64(table.lineCount)) >> 32)
    return Array(table.entries(ofLine: line).filter { UInt64($0.check) == hash & 0xFFF }.prefix(3))
  }

  /// Hashes, each of which has an entry, if the table has any.
  func hash(_ generator: inout SplitMix) -> UInt64 {
    let upper = generator.next() & ~0xFFFF_FFFF
    let line = Int(((upper >> 32) * UInt64(table.lineCount)) >> 32)
    let check = table.entries(ofLine: line).randomElement(using: &generator)?.check ?? 0
    return upper | (generator.next() & 0xFFFF_F000) | UInt64(check)
  }
}

private func random(_ lineCount: Int, _ generator: inout SplitMix) throws -> PriorTable {
  try PriorTable(
    lines: (0..<64 * lineCount).map { _ in UInt8.random(in: 0...255, using: &generator) }[...])
}

/// Few checks, so that contexts have several successors.
private func crowded(_ lineCount: Int, _ generator: inout SplitMix) throws -> PriorTable {
  let lines = (0..<lineCount).flatMap { _ -> [UInt8] in
    (0..<21).flatMap { _ -> [UInt8] in
      PriorTable.Entry(
        check: UInt16.random(in: 0..<6, using: &generator),
        byte: UInt8.random(in: 0x58...0x67, using: &generator),
        count: UInt8.random(in: 0...15, using: &generator)
      ).bytes
    } + [0]
  }
  return try PriorTable(lines: lines[...])
}

private func bytes(_ found: fsc_successors) -> [PriorTable.Entry] {
  let (bytes, counts) = (found.bytes, found.counts)
  return [(bytes.0, counts.0), (bytes.1, counts.1), (bytes.2, counts.2)]
    .prefix(Int(found.count)).map { PriorTable.Entry(check: 0, byte: $0, count: $1) }
}

/// What a nibble's nodes become, by the definition: each by the bits that went before it.
///
/// - Parameter first: the first nibble after a leading 1, for the nodes of the second; or 0.
private func seeded(_ successors: [PriorTable.Entry], first: UInt32, states: [UInt8]) -> [UInt8] {
  var states = states
  for node in 1..<16 {
    let length = node.bitWidth - node.leadingZeroBitCount - 1
    var passed = [0, 0]
    for successor in successors {
      let byte = Int(successor.byte)
      if first > 0 && byte >> 4 != Int(first) - 16 { continue }
      let nibble = 16 | (first > 0 ? byte & 15 : byte >> 4)
      // The leading 1 and `length` bits are the node; then comes a bit.
      guard nibble >> (4 - length) == node else { continue }
      passed[nibble >> (3 - length) & 1] += Int(successor.count)
    }
    if passed == [0, 0] { continue }
    while passed.contains(where: { $0 > 15 }) { passed = passed.map { ($0 + 1) / 2 } }
    states[node] = BitHistory.shared.ofCounts[16 * passed[0] + passed[1]]
  }
  return states
}

@Suite struct PriorTableLookUpTests {
  @Test(arguments: [1, 2, 3, 1000])
  func findsWhatTheTableHas(lineCount: Int) throws {
    var generator = SplitMix(state: UInt64(lineCount))
    var sizes: Set<Int> = []
    for table in [try random(lineCount, &generator), try crowded(lineCount, &generator)] {
      let memory = Memory(table)
      for _ in 0..<2000 {
        let hash = memory.hash(&generator)
        let expected = memory.successors(hash)
        sizes.insert(expected.count)
        let found = memory.withPrior { fsc_prior_find($0, hash) }
        #expect(
          bytes(found)
            == expected.map { PriorTable.Entry(check: 0, byte: $0.byte, count: $0.count) })
      }
    }
    #expect(sizes == [1, 2, 3])
  }

  @Test func findsNothingElse() throws {
    // Every line has everything but the check 0x123, and that in entries that count nothing.
    let lines = (0..<50).flatMap { line -> [UInt8] in
      (0..<21).flatMap { number -> [UInt8] in
        let isNothing = number % 2 == 0
        return PriorTable.Entry(
          check: isNothing ? 0x123 : 0x122 + UInt16(number % 3 == 0 ? 0 : 2),
          byte: UInt8(line), count: isNothing ? 0 : 15
        ).bytes
      } + [0]
    }
    let memory = Memory(try PriorTable(lines: lines[...]))
    var generator = SplitMix(state: 3)
    for _ in 0..<1000 {
      let hash = generator.next() & ~0xFFF | 0x123
      #expect(memory.withPrior { fsc_prior_find($0, hash) }.count == 0)
    }
  }

  /// Lines are chosen by the upper half of the hash, in equal shares.
  @Test func linesAreChosenByTheUpperHalf() throws {
    var generator = SplitMix(state: 4)
    let memory = Memory(try random(7, &generator))
    memory.withPrior { prior in
      for (upper, line) in [
        (0, 0), (UInt64(1) << 32 / 7, 0), (UInt64(1) << 32 / 7 + 1, 1),
        (UInt64(1) << 32 - 1, 6), (UInt64(1) << 31, 3),
      ] as [(UInt64, Int)] {
        let place = fsc_prior_line(prior, upper << 32 | 0xFFFF_FFFF)
        #expect(place == prior.pointee.lines + 64 * line, "\(upper)")
      }
    }
  }

  @Test func nibblesAreSeededAsDefined() throws {
    var generator = SplitMix(state: 5)
    var changed = 0
    for table in [try random(50, &generator), try crowded(50, &generator)] {
      let memory = Memory(table)
      for _ in 0..<2000 {
        let hash = memory.hash(&generator)
        let successors = memory.successors(hash)
        var firsts: [UInt32] = [0, UInt32.random(in: 16...31, using: &generator)]
        if let byte = successors.last?.byte { firsts.append(16 | UInt32(byte) >> 4) }
        for first in firsts {
          let before = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
          var states = before
          memory.withPrior { prior in
            var found = fsc_prior_find(prior, hash)
            fsc_prior_seed(prior, &found, first, &states)
          }
          #expect(states == seeded(successors, first: first, states: before))
          if states != before { changed += 1 }
        }
      }
    }
    #expect(changed > 5000)
  }
}

/// Contexts that ask a prior.
@Suite struct PriorContextsTests {
  /// Of a table of a few lines with what it has in common for all contexts; `kinds[i]` is which of
  /// the prior's contexts the i-th is, if any.
  private func check(seed: UInt64, kinds: [UInt8?]) throws {
    var generator = SplitMix(state: seed)
    let memory = Memory(try crowded(20, &generator))
    let lineCount = 64
    let lines = UnsafeMutableRawPointer.allocate(byteCount: 64 * lineCount, alignment: 64)
      .bindMemory(to: UInt8.self, capacity: 64 * lineCount)
    let state = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<fsc_contexts>.stride, alignment: 64
    ).bindMemory(to: fsc_contexts.self, capacity: 1)
    defer {
      lines.deallocate()
      state.deallocate()
    }
    for i in 0..<64 * lineCount { lines[i] = UInt8.random(in: 0...40, using: &generator) }
    state.initialize(to: fsc_contexts())
    state.pointee.count = Int32(kinds.count)
    state.pointee.lines = lines
    state.pointee.totals = UnsafePointer(BitHistory.shared.total)
    for (i, kind) in kinds.enumerated() {
      guard let kind else { continue }
      state.pointee.has_prior |= 1 << UInt32(i)
      withUnsafeMutableBytes(of: &state.pointee.prior_contexts) { $0[i] = kind }
    }
    memory.withPrior { prior in
      state.pointee.prior = prior.pointee
      for _ in 0..<30 {
        let hashes = (0..<4).map { _ in
          generator.next() % 3 == 0 ? generator.next() : memory.hash(&generator)
        }
        state.pointee.prior_hashes = (hashes[0], hashes[1], hashes[2], hashes[3])
        state.pointee.prior_known = 0
        for first in [0, UInt32.random(in: 21...22, using: &generator)] {
          // Each in a line of its own; half of them are there already.
          let places = kinds.indices.map { i -> UInt64 in
            let check = generator.next() % 2 == 0 ? UInt64(lines[64 * i]) : generator.next() & 0xFF
            return UInt64(i) << 32 | check
          }
          let before = (0..<64 * lineCount).map { lines[$0] }
          state.pointee.first_nibble = first
          fsc_contexts_find(state, places)
          for (i, kind) in kinds.enumerated() {
            let own = Array(before[64 * i..<64 * i + 64])
            let after = (64 * i..<64 * i + 64).map { lines[$0] }
            if own[..<4].contains(UInt8(truncatingIfNeeded: places[i])) {
              #expect(after == own, "a context that is not new")
              continue
            }
            let totals = (0..<4).map { BitHistory.shared.total[Int(own[4 + 15 * $0])] }
            let way = totals.firstIndex(of: totals.min()!)!
            var states = [UInt8](repeating: 0, count: 16)
            if let kind {
              states = seeded(memory.successors(hashes[Int(kind)]), first: first, states: states)
            }
            var expected = own
            expected[way] = UInt8(truncatingIfNeeded: places[i])
            expected.replaceSubrange(4 + 15 * way..<19 + 15 * way, with: states[1...])
            #expect(after == expected)
          }
        }
      }
    }
  }

  @Test(arguments: 1...20)
  func onlyNewOnesAreSeeded(seed: UInt64) throws {
    try check(seed: seed, kinds: [0, nil, 1, 2, nil, 3])
    try check(seed: seed, kinds: [nil, nil])
    try check(seed: seed, kinds: [2])
    // Several may ask for the same.
    try check(seed: seed, kinds: Array(repeating: 1, count: 32))
  }
}
