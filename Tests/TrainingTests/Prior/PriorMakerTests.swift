import ContextMixing
import Model
import Platform
import TestSupport
import TextTransform
import Testing
import Training

@Suite struct PriorMakerTests {
  private let dictionary: WordDictionary

  init() throws { dictionary = try .small() }

  /// Sentences of a few words, in the codes of a small dictionary.
  private func text(_ sentences: Int, seed: UInt64) throws -> [UInt8] {
    var random = SplitMix64(seed: seed)
    let nouns = ["language", "network", "people", "city", "century", "London", "Paris", "mill"]
    let verbs = ["reads", "believes in", "is older than", "pays for", "writes to"]
    var plain: [UInt8] = []
    for _ in 0..<sentences {
      let noun = { nouns[random.next(in: 0...nouns.count - 1)] }
      plain += "The \(noun()) of \(noun()) \(verbs[random.next(in: 0...4)]) the \(noun()).\n".utf8
    }
    return TextEncoder(try Lexicon(dictionary)).encode(plain)
  }

  private func make(_ texts: [[UInt8]], lineCount: Int) throws -> PriorTable {
    var maker = PriorMaker(lineCount: lineCount, codes: dictionary.layout)
    for text in texts { maker.add(text) }
    return try maker.make()
  }

  /// A context by where a table has it.
  private struct Place: Hashable {
    var line: Int
    var check: UInt16
  }

  private struct Candidate {
    var check: UInt16
    var worth: Int
    var entries: [PriorTable.Entry]
  }

  /// The definition, with dictionaries.
  private func expected(_ texts: [[UInt8]], lineCount: Int) -> [[PriorTable.Entry]] {
    var lines = [[Candidate]](repeating: [], count: lineCount)
    for context in 0..<4 {
      var counts: [Place: [UInt8: Int]] = [:]
      for text in texts {
        PriorText.walk(text, codes: dictionary.layout) { hashes, byte in
          let hash = hashes[context]
          let place = Place(
            line: Int(((hash >> 32) * UInt64(lineCount)) >> 32), check: UInt16(hash & 0xFFF))
          counts[place, default: [:]][byte, default: 0] += 1
        }
      }
      for (place, followers) in counts {
        let total = followers.values.reduce(0, +)
        let sorted = followers.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let most = sorted[0].value
        var kept = 1
        while kept < 3, kept < sorted.count,
          sorted[..<kept].reduce(0, { $0 + $1.value }) * 10 < total * 9,
          sorted[kept].value * 8 >= most
        { kept += 1 }
        let entries = sorted[..<kept].map {
          PriorTable.Entry(
            check: place.check, byte: $0.key,
            count: UInt8(most > 15 ? max($0.value * 15 / most, 1) : $0.value))
        }
        lines[place.line].append(
          Candidate(check: place.check, worth: total / kept, entries: entries))
      }
    }
    return lines.map { candidates in
      var entries: [PriorTable.Entry] = []
      let best = candidates.sorted {
        ($1.worth, $0.check, $0.entries[0].byte) < ($0.worth, $1.check, $1.entries[0].byte)
      }
      for candidate in best where entries.count + candidate.entries.count <= 21 {
        if entries.contains(where: { $0.check == candidate.check }) { continue }
        entries += candidate.entries
      }
      return entries
    }
  }

  /// From one where everything has room to one where hardly anything has.
  @Test(arguments: [2000, 40, 3, 1])
  func keepsWhatWasSeenMost(lineCount: Int) throws {
    let texts = [try text(150, seed: 1), [], try text(20, seed: 2)]
    let table = try make(texts, lineCount: lineCount)
    let expected = expected(texts, lineCount: lineCount)
    #expect(table.lineCount == lineCount)
    for line in 0..<lineCount {
      let entries = table.entries(ofLine: line)
      #expect(entries == expected[line], "line \(line)")
      #expect(entries.count <= PriorTable.entriesOfLine)
    }
    let counts = (0..<lineCount).map { expected[$0].count }
    #expect(counts.contains { $0 > 0 })
    if lineCount < 10 { #expect(counts.allSatisfy { $0 >= 19 }) }
    // The order and the lines' last bytes are part of the file.
    let last = PriorTable.lineByteCount - 1
    #expect(table.lines.enumerated().allSatisfy { $0 % 64 != last || $1 == 0 })
  }

  @Test func ofEqualTextsItIsTheSame() throws {
    let text = try text(200, seed: 3)
    let one = try make([text], lineCount: 50)
    #expect(try make([text], lineCount: 50) == one)
    // Where a context has its bytes from does not matter, but for those at the beginnings of texts.
    #expect(try make([[], text, []], lineCount: 50) == one)
  }

  @Test func whatWasSeenOnceHasAPlaceWhereThereIsRoom() throws {
    // Each of the four contexts of each byte, and at the beginning all four of nothing.
    #expect(try make([Array("zygote".utf8)], lineCount: 1000).contextCount == 24)
    #expect(try make([], lineCount: 1).contextCount == 0)
  }

  @Test func progressGoesToTheEnd() throws {
    var maker = PriorMaker(lineCount: 10, codes: dictionary.layout)
    let text = [UInt8](repeating: 0x20, count: 300_000)
    maker.add(text)
    var done: [Int] = []
    _ = try maker.make {
      done.append($0)
      #expect($1 == 4 * text.count)
    }
    #expect(done == done.sorted() && done.count >= 4)
    #expect(try #require(done.last) > 3 * text.count)
  }

  /// In bits.
  private func cost(_ text: [UInt8], _ prior: PriorTable?, _ set: MixSet) -> Double {
    var parameters = InitialParameters.untrained(
      Mix(set, usesNetwork: false, isCoded: true), networkCount: 0, codes: dictionary.layout)
    parameters.prior = prior.map { Prior($0) }
    let layout = LaneLayout(byteCount: text.count, laneCount: 1)
    var mixer = ContextMixer(layout, parameters: parameters)
    var predictor = NoPredictor()
    var bits = 0.0
    layout.walk(&predictor) { lane, position, trees in
      mixer.learn(text[position], lane: lane, trees: trees) { bits -= log2(Double($0) / 0x1p22) }
      return text[position]
    }
    return bits
  }

  @Test(arguments: MixSet.allCases)
  func textOfTheKindCostsLess(set: MixSet) throws {
    let prior = try make([text(1000, seed: 4)], lineCount: 100)
    let other = try text(40, seed: 5)
    #expect(cost(other, prior, set) < 0.85 * cost(other, nil, set))
  }
}
