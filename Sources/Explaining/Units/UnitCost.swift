/// A line, a word, a field or a byte, and what it costs.
package struct UnitCost: Sendable, Equatable {
  /// Where it begins in the input.
  package var offset: Int
  /// Bytes.
  package var count: Int
  /// The number of its line, from 1, where that is known.
  package var line: Int?
  /// In units of 2^-20 bits.
  package var cost: Int64
  /// Its bytes as text, without the end of a line.
  package var text: String
  /// Of a field: its name.
  package var name: String?
  /// Of a byte: its value.
  package var byte: UInt8?

  package var bits: Double { Cost.bits(cost) }
  package var bitsPerByte: Double { count > 0 ? bits / Double(count) : 0 }
}

/// The same word, or the same field, wherever it is.
package struct SharedCost: Sendable, Equatable {
  package var text: String
  /// How often it is there.
  package var occurrences: Int
  /// Bytes of all.
  package var bytes: Int
  /// Of all, in units of 2^-20 bits.
  package var cost: Int64

  package var bits: Double { Cost.bits(cost) }
}

extension Explanation {
  /// Goes through all units of a kind, in order.
  package func eachUnit(_ unit: TextUnit, _ structure: TextStructure?, body: (UnitCost) -> Void) {
    for passage in passages {
      var line = passage.firstLine
      func give(_ range: Range<Int>, name: String? = nil) {
        body(
          UnitCost(
            offset: passage.offset + range.lowerBound, count: range.count, line: line,
            cost: passage.cost(of: range), text: passage.text(of: range), name: name,
            byte: unit == .byte ? passage.bytes[range.lowerBound] : nil))
      }
      switch unit {
      case .line:
        Pieces.lines(passage.bytes) {
          give($0)
          line = line.map { $0 + 1 }
        }
      case .byte:
        for index in passage.bytes.indices {
          give(index..<index + 1)
          if passage.bytes[index] == 10 { line = line.map { $0 + 1 } }
        }
      case .word:
        Pieces.words(passage.bytes[...]) { piece in
          if piece.isWord { give(piece.range) }
          let newlines = passage.bytes[piece.range].count { $0 == 10 }
          line = line.map { $0 + newlines }
        }
      case .field:
        var counted = 0
        structure?.fields(of: passage.bytes) { field in
          let start = min(field.range.lowerBound, passage.bytes.count)
          if start > counted {
            let newlines = passage.bytes[counted..<start].count { $0 == 10 }
            line = line.map { $0 + newlines }
            counted = start
          }
          if field.isValue { give(field.range, name: structure?.fieldName(field.path)) }
        }
      }
    }
  }

  /// The dearest units of a kind, the dearest first; of equal ones the first.
  package func dearest(
    _ unit: TextUnit, _ count: Int, _ structure: TextStructure? = nil
  ) -> [UnitCost] {
    var best = Best<UnitCost>(count)
    eachUnit(unit, structure) { best.offer($0, $0.cost) }
    return best.sorted
  }

  /// The words that cost most in all places together.
  package func dearestWords(_ count: Int) -> [SharedCost] {
    var costs: [String: SharedCost] = [:]
    for passage in passages {
      Pieces.words(passage.bytes[...]) { piece in
        guard piece.isWord else { return }
        let text = passage.text(of: piece.range)
        costs[text, default: SharedCost(text: text, occurrences: 0, bytes: 0, cost: 0)]
          .add(passage.cost(of: piece.range), bytes: piece.range.count)
      }
    }
    var best = Best<SharedCost>(count)
    for cost in costs.values.sorted(by: { $0.text < $1.text }) { best.offer(cost, cost.cost) }
    return best.sorted
  }
}

extension SharedCost {
  mutating func add(_ cost: Int64, bytes: Int) {
    occurrences += 1
    self.bytes += bytes
    self.cost += cost
  }
}

extension Explanation.Passage {
  func cost(of range: Range<Int>) -> Int64 { costs[range].reduce(0) { $0 + Int64($1) } }

  /// Without the end of a line.
  func text(of range: Range<Int>) -> String {
    var slice = bytes[range]
    if slice.last == 10 { slice.removeLast() }
    if slice.last == 13 { slice.removeLast() }
    return String(decoding: slice, as: UTF8.self)
  }
}

/// The best of many, by a number.
struct Best<Element> {
  private let count: Int
  private var kept: [(element: Element, value: Int64, place: Int)] = []
  private var offered = 0
  /// Lower values need not be offered.
  private var least = Int64.min

  init(_ count: Int) { self.count = count }

  mutating func offer(_ element: @autoclosure () -> Element, _ value: Int64) {
    offered += 1
    if value <= least || count <= 0 { return }
    kept.append((element(), value, offered))
    if kept.count >= 2 * count + 16 { trim() }
  }

  private mutating func trim() {
    kept.sort { $0.value != $1.value ? $0.value > $1.value : $0.place < $1.place }
    if kept.count >= count {
      kept.removeLast(kept.count - count)
      least = kept.last?.value ?? .min
    }
  }

  var sorted: [Element] {
    var copy = self
    copy.trim()
    return copy.kept.map(\.element)
  }
}
