import ContextMixing
import Model
import Testing

@Suite struct PriorTextTests {
  /// Bytes as coded text has them, and now and then any.
  private func text(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in
      switch generator.next() % 10 {
      case 0...3: UInt8.random(in: 0x80...0x84, using: &generator)
      case 4: UInt8.random(in: 0xC0...0xC2, using: &generator)
      case 5: [0x7F, 0x0B, 0x0C].randomElement(using: &generator) ?? 0
      case 6: UInt8.random(in: 0x61...0x63, using: &generator)
      case 7: UInt8.random(in: 0...255, using: &generator)
      default: [0x20, 0x0A, 0x2E, 0x41].randomElement(using: &generator) ?? 0
      }
    }
  }

  private static func hash(_ context: UInt64, number: UInt64) -> UInt64 {
    let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = (context &+ (number + 1) &* 0xD1B5_4A32_D192_ED03) &* odd
    hash ^= hash >> 32
    hash = hash &* odd
    return hash ^ hash >> 29
  }

  /// The hashes of the contexts behind some bytes, from the beginning on.
  private func hashes(_ text: [UInt8], _ codes: CodeLayout) -> [UInt64] {
    let table = SymbolTable(.coded(codes))
    var reader = SymbolReader(table.base)
    var (word, previous): (UInt32, UInt32) = (0, 0)
    for byte in text {
      let symbol = reader.read(byte)
      if symbol.isFlag { continue }
      if symbol.isLetter {
        word = (word &+ UInt32(symbol.letter) &+ 1) &* 0x2F0B_4C47
      } else if word != 0 {
        (previous, word) = (word, 0)
      }
    }
    let last = UInt64(text.last ?? 0)
    func order(_ count: Int) -> UInt64 { text.suffix(count).reduce(0) { $0 << 8 | UInt64($1) } }
    let pair = UInt64(word) << 19 ^ UInt64(previous)
    let contexts = [
      order(4), order(5), UInt64(word) << 8 | (word == 0 ? last : 0),
      word == 0 ? pair ^ last << 56 : pair,
    ]
    return withExtendedLifetime(table) {
      contexts.enumerated().map { Self.hash($1, number: UInt64($0)) }
    }
  }

  @Test func hashesAreThoseOfTheBytesBefore() throws {
    let codes = try someCodes
    let text = text(700, seed: 1)
    var count = 0
    PriorText.walk(text, codes: codes) { found, byte in
      #expect(byte == text[count])
      #expect((0..<4).map { found[$0] } == hashes(Array(text[..<count]), codes), "\(count)")
      count += 1
    }
    #expect(count == text.count)
    PriorText.walk([], codes: codes) { _, _ in Issue.record("there is no byte") }
  }

  /// A table of what follows in a text, as far as lines have room.
  private func table(of text: [UInt8], lineCount: Int) throws -> PriorTable {
    var lines = [[(check: UInt16, byte: UInt8, count: UInt8)]](
      repeating: [], count: lineCount)
    PriorText.walk(text, codes: try someCodes) { hashes, byte in
      for context in 0..<4 {
        let hash = hashes[context]
        let line = Int(((hash >> 32) * UInt64(lineCount)) >> 32)
        let check = UInt16(hash & 0xFFF)
        if let known = lines[line].firstIndex(where: { $0.check == check && $0.byte == byte }) {
          lines[line][known].count = min(lines[line][known].count + 1, 15)
        } else if lines[line].count < 21 {
          lines[line].append((check, byte, 1))
        }
      }
    }
    let bytes = lines.flatMap { line in
      let entries = line.flatMap {
        PriorTable.Entry(check: $0.check, byte: $0.byte, count: $0.count).bytes
      }
      return entries + Array(repeating: 0, count: 64 - entries.count)
    }
    return try PriorTable(lines: bytes[...])
  }

  private func block(
    _ bytes: [UInt8], lanes: Int, mix: Mix, prior: PriorTable?
  ) throws -> TestBlock {
    var parameters = InitialParameters.untrained(mix, networkCount: 1, codes: try someCodes)
    parameters.prior = prior.map { Prior($0) }
    return TestBlock(bytes: bytes, laneCount: lanes, mix: mix, parameters: parameters)
  }

  @Test(arguments: Mix.all.filter(\.isCoded), [1, 2, 16])
  func decoderRepeatsEncoder(mix: Mix, lanes: Int) throws {
    let text = text(4000, seed: 2)
    for (known, lineCount) in [(text, 300), (Sample.random(3000), 3)] {
      let prior = try table(of: known, lineCount: lineCount)
      var block = try block(text, lanes: lanes, mix: mix, prior: prior)
      let payload = try block.encoded()
      #expect(try payload != self.block(text, lanes: lanes, mix: mix, prior: nil).encoded())
      block.bytes = [UInt8](repeating: 0, count: text.count)
      let (decoded, isExact) = try block.decoded(payload)
      #expect(decoded == text && isExact)
    }
  }

  @Test(arguments: Mix.all.filter(\.isCoded))
  func whatIsKnownCostsLess(mix: Mix) throws {
    let text = text(1500, seed: 3)
    let prior = try table(of: text, lineCount: 300)
    for lanes in [1, 4] {
      let with = try block(text, lanes: lanes, mix: mix, prior: prior).cost()
      let without = try block(text, lanes: lanes, mix: mix, prior: nil).cost()
      #expect(with < 0.9 * without)
    }
  }

  /// Contexts with nothing in the table are what they are without one.
  @Test func anEmptyTableChangesNothing() throws {
    let mix = Mix(.standard, usesNetwork: false, isCoded: true)
    let text = text(3000, seed: 4)
    let empty = try PriorTable(lines: [UInt8](repeating: 0, count: 640)[...])
    #expect(
      try block(text, lanes: 2, mix: mix, prior: empty).probabilities()
        == block(text, lanes: 2, mix: mix, prior: nil).probabilities())
  }
}
