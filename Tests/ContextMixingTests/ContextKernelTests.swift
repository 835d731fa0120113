import CMixingKernels
import ContextMixing
import Testing

/// What contexts are made of, with numbers that a mixer may never meet.
private struct Contexts: ~Copyable {
  let state: UnsafeMutablePointer<fsc_contexts>
  let lines: UnsafeMutablePointer<UInt8>
  let meanings: UnsafeMutablePointer<UInt32>
  let stretched: UnsafeMutablePointer<Int16>
  let lineBytes: Int
  let count: Int

  static let reciprocals = (0..<1024).map { Int32((2 << 16) / (2 * $0 + 3)) }
  static let stretches = (0..<4097).map { $0 < 4096 ? LogisticTables.shared.stretch($0) : 77 }

  /// - Parameter tables: reciprocals, stretches, next, totals; they must outlive this.
  init(count: Int, lineCount: Int, tables: Tables, generator: inout SplitMix) {
    func allocate<Number>(_ count: Int, of: Number.Type) -> UnsafeMutablePointer<Number> {
      UnsafeMutableRawPointer.allocate(
        byteCount: count * MemoryLayout<Number>.stride, alignment: 64
      ).bindMemory(to: Number.self, capacity: count)
    }
    self.count = count
    lineBytes = lineCount * FSC_LINE_BYTES
    lines = allocate(lineBytes, of: UInt8.self)
    // Many zeros, as in a young table.
    let most = UInt8.random(in: 0...255, using: &generator)
    for i in 0..<lineBytes { lines[i] = UInt8.random(in: 0...most, using: &generator) }
    meanings = allocate(256 * count, of: UInt32.self)
    for i in 0..<256 * count {
      let random = UInt32(truncatingIfNeeded: generator.next())
      meanings[i] = [random, 0, .max, random | 1023, random & ~1023][Int(random % 5)]
    }
    // As they are made of meanings, and of state 0 nothing.
    stretched = allocate(256 * count, of: Int16.self)
    for i in 0..<256 * count {
      stretched[i] = i & 255 == 0 ? 0 : Self.stretches[Int(meanings[i] >> 20)]
    }
    state = allocate(1, of: fsc_contexts.self)
    state.initialize(to: fsc_contexts())
    state.pointee.count = Int32(count)
    state.pointee.limit = 255
    state.pointee.lines = lines
    state.pointee.meanings = meanings
    state.pointee.stretched = stretched
    state.pointee.stretches = UnsafePointer(tables.stretches)
    state.pointee.next = UnsafePointer(tables.next)
    state.pointee.totals = UnsafePointer(tables.totals)
    state.pointee.reciprocals = UnsafePointer(tables.reciprocals)
  }

  deinit {
    state.deallocate()
    lines.deallocate()
    meanings.deallocate()
    stretched.deallocate()
  }

  var predictions: [Int16] {
    withUnsafeBytes(of: state.pointee.predictions) { Array($0.bindMemory(to: Int16.self)) }
  }
  var slots: [UInt32] {
    withUnsafeBytes(of: state.pointee.slots) { Array($0.bindMemory(to: UInt32.self)) }
  }
  var memory: [UInt8] { Array(UnsafeBufferPointer(start: lines, count: lineBytes)) }
  var learned: [UInt32] { Array(UnsafeBufferPointer(start: meanings, count: 256 * count)) }

  /// Tables that all share.
  final class Tables {
    let stretches: UnsafeMutablePointer<Int16>
    let next: UnsafeMutablePointer<UInt8>
    let totals: UnsafeMutablePointer<UInt8>
    let reciprocals: UnsafeMutablePointer<Int32>

    init(generator: inout SplitMix) {
      stretches = .allocate(capacity: 4097)
      stretches.initialize(from: Contexts.stretches, count: 4097)
      next = .allocate(capacity: 514)
      for i in 0..<514 { next[i] = UInt8.random(in: 0...255, using: &generator) }
      totals = .allocate(capacity: 256)
      for i in 0..<256 { totals[i] = UInt8.random(in: 0...9, using: &generator) }
      reciprocals = .allocate(capacity: 1024)
      reciprocals.initialize(from: Contexts.reciprocals, count: 1024)
    }

    deinit {
      stretches.deallocate()
      next.deallocate()
      totals.deallocate()
      reciprocals.deallocate()
    }
  }
}

/// The inner loops of contexts, against what they are defined to be.
@Suite struct ContextKernelTests {
  @Test func probabilitiesFollowTheBits() {
    let reciprocals = Contexts.reciprocals
    for start in [UInt32(0), 1 << 31, .max << 10] {
      var ones = start
      var zeros = start
      for _ in 0..<5000 {
        ones = fsc_probability_step(ones, 1 << 22 - 1, reciprocals, 255)
        zeros = fsc_probability_step(zeros, 0, reciprocals, 255)
      }
      #expect(ones >> 10 > 4_190_000 && ones & 1023 == 255)
      #expect(zeros >> 10 < 4000 && zeros & 1023 == 255)
    }
    // The first bit moves a probability by two thirds of the error: 1 / (0 + 1.5).
    let first = fsc_probability_step(1 << 31, 0, reciprocals, 255)
    #expect(first >> 10 == 2_097_152 - (2_097_152 * 43690 + 65535) >> 16 && first & 1023 == 1)
  }

  @Test func contextsEqualTheirDefinition() {
    var generator = SplitMix(state: 6)
    let tables = Contexts.Tables(generator: &generator)
    for _ in 0..<50 {
      let contexts = Contexts(count: 21, lineCount: 1 << 12, tables: tables, generator: &generator)
      // Each in a line of its own.
      let places = (0..<21).map { UInt64($0) << 32 | generator.next() & 0xFFFF_FFFF }
      let before = contexts.memory
      fsc_contexts_find(contexts.state, places)
      for context in 0..<21 {
        let line = 64 * context
        let check = UInt8(truncatingIfNeeded: places[context])
        let totals = (0..<4).map { tables.totals[Int(before[line + 4 + 15 * $0])] }
        let fitting = (0..<4).first { before[line + $0] == check }
        let way = fitting ?? totals.firstIndex(of: totals.min()!)!
        var expected = Array(before[line..<line + 64])
        if fitting == nil {
          expected[way] = check
          for i in 0..<15 { expected[4 + 15 * way + i] = 0 }
        }
        #expect(contexts.slots[context] == UInt32(line + 3 + 15 * way))
        #expect(Array(contexts.memory[line..<line + 64]) == expected)
      }
      let nibble = Int.random(in: 1...15, using: &generator)
      let bit = Int.random(in: 0...1, using: &generator)
      let (lines, meanings) = (contexts.memory, contexts.learned)
      let seen = fsc_contexts_predict(contexts.state, Int32(nibble))
      let inputs = contexts.predictions
      fsc_contexts_update(contexts.state, Int32(nibble), Int32(bit))
      var expectedSeen = 0
      for context in 0..<21 {
        let place = Int(contexts.slots[context]) + nibble
        let state = Int(lines[place])
        let meaning = 256 * context + state
        if state > 0 { expectedSeen += 1 }
        #expect(
          inputs[context] == (state == 0 ? 0 : Contexts.stretches[Int(meanings[meaning] >> 20)]))
        #expect(contexts.memory[place] == tables.next[2 * state + bit])
        #expect(
          contexts.learned[meaning]
            == fsc_probability_step(
              meanings[meaning], bit == 1 ? 1 << 22 - 1 : 0, Contexts.reciprocals, 255))
        #expect(
          contexts.stretched[meaning]
            == (state == 0 ? 0 : Contexts.stretches[Int(contexts.learned[meaning] >> 20)]))
      }
      #expect(Int(seen) == expectedSeen)
      #expect(inputs[21...].allSatisfy { $0 == 0 })
    }
  }
}

/// A table of kernels by a name that tests can show.
struct MixingTable: @unchecked Sendable, CustomTestStringConvertible {
  // @unchecked: a table never changes.
  var table: fsc_mixing_kernels
  var testDescription: String { String(cString: table.name) }
}

/// Those that this processor can run.
let mixingKernels: [MixingTable] = {
  var tables: [MixingTable] = []
  for name in ["portable", "sse2", "avx2", "avx512"] {
    let table = MixingTable(table: fsc_mixing_kernels_for(name).pointee)
    if !tables.contains(where: { $0.testDescription == table.testDescription }) {
      tables.append(table)
    }
  }
  return tables
}()
