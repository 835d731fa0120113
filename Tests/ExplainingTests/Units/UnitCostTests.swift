import Explaining
import Testing

@Suite struct UnitCostTests {
  private func units(_ explanation: Explanation, _ unit: TextUnit) -> [UnitCost] {
    var units: [UnitCost] = []
    explanation.eachUnit(unit, explanation.structure) { units.append($0) }
    return units
  }

  @Test func linesAndBytesCoverTheText() {
    let text = "one\r\ntwo words\n\nlast"
    let explanation = Samples.explanation(text) { _, byte in byte == 10 ? 0.5 : 1 }
    let lines = units(explanation, .line)
    #expect(lines.map(\.text) == ["one", "two words", "", "last"])
    #expect(lines.map(\.line) == [1, 2, 3, 4])
    #expect(lines.map(\.offset) == [0, 5, 15, 16])
    #expect(lines.map(\.bits) == [4.5, 9.5, 0.5, 4])
    let bytes = units(explanation, .byte)
    #expect(bytes.compactMap(\.byte) == Array(text.utf8))
    for units in [lines, bytes] {
      #expect(units.reduce(0) { $0 + $1.cost } == explanation.total)
    }
  }

  @Test func wordsAreLettersAndDigits() {
    let words = units(Samples.explanation("It's naïve, x2!\nПривет 世界"), .word)
    #expect(words.map(\.text) == ["It", "s", "naïve", "x2", "Привет", "世", "界"])
    #expect(words.map(\.line) == [1, 1, 1, 1, 2, 2, 2])
  }

  @Test func theDearestComeFirst() {
    let lines = (0..<500).map { "line \($0)" }
    let dear = ["line 77", "line 300", "line 5"]
    var starts: [Int: Double] = [:]
    var offset = 0
    for line in lines {
      if let rank = dear.firstIndex(of: line) { starts[offset] = Double(20 - rank) }
      offset += line.utf8.count + 1
    }
    let explanation = Samples.explanation(lines.joined(separator: "\n")) { place, _ in
      starts[place] ?? 0.1
    }
    #expect(explanation.dearest(.line, 3).map(\.text) == dear)
    #expect(explanation.dearest(.line, 1000).count == 500)
    #expect(explanation.dearest(.line, 0).isEmpty)
  }

  @Test func equalWordsAreAddedUp() throws {
    let words = Samples.explanation("spam egg spam spam ham").dearestWords(2)
    #expect(words.map(\.text) == ["spam", "egg"])
    #expect(words[0].occurrences == 3 && words[0].bytes == 12 && words[0].bits == 24)
  }

  @Test func bytesThatAreNoTextAreTold() {
    #expect(!Samples.explanation("text\twith \u{1B}[1mescapes\n").isBinary)
    #expect(!Samples.explanation(Array("caf\u{E9}".unicodeScalars.map { UInt8($0.value) })).isBinary)
    #expect(Samples.explanation([65, 0, 66]).isBinary)
    #expect(Samples.explanation((0..<200).map { UInt8($0 % 7 + 1) }).isBinary)
    #expect(!Samples.explanation("").isBinary)
  }
}
