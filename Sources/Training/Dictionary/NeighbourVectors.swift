import Model
import TextTransform

/// What stands before and behind each word, as a vector: words that behave alike have vectors that
/// are near each other.
///
/// The neighbours that count are the most frequent words, and single bytes; blanks are looked past.
/// Of the shares of each, on each side, the square roots are taken (so that distances are those of
/// Hellinger), less those of all words together, and projected to fewer dimensions with random
/// signs.
struct NeighbourVectors {
  /// A multiple of 8.
  static let dimensions = 160
  private static let neighbourWords = 512
  /// Neighbours of a side: words, any other word, and bytes.
  private static let side = neighbourWords + 1 + 256
  /// How many observations the shares of all words count as: of a rare word little is known.
  private static let smoothing = 20.0

  /// [words][`dimensions` / 8].
  private(set) var values: [SIMD8<Float>]
  private let stride = Self.dimensions / 8

  func vector(_ word: Int) -> ArraySlice<SIMD8<Float>> {
    values[word * stride..<(word + 1) * stride]
  }

  /// - Parameters:
  ///   - words: numbered in this order.
  ///   - texts: where their neighbours are counted.
  init(of words: [Candidate], in texts: [DictionaryText]) {
    let neighbours = Self.counts(words, texts)
    let width = 2 * Self.side
    // What stands beside all words together.
    var totals = [Double](repeating: 0, count: width)
    for (index, count) in neighbours.enumerated() { totals[index % width] += Double(count) }
    for half in 0..<2 {
      let range = half * Self.side..<(half + 1) * Self.side
      let sum = max(totals[range].reduce(0, +), 1)
      for index in range { totals[index] /= sum }
    }
    let signs = Self.signs(count: width * stride)
    values = [SIMD8<Float>](repeating: .zero, count: words.count * stride)
    for word in words.indices {
      let row = neighbours[word * width..<(word + 1) * width]
      for half in 0..<2 {
        let range = row.startIndex + half * Self.side..<row.startIndex + (half + 1) * Self.side
        let seen = row[range].reduce(0) { $0 + Double($1) } + Self.smoothing
        for index in range {
          let feature = index - row.startIndex
          let share = (Double(row[index]) + Self.smoothing * totals[feature]) / seen
          let value = Float(share.squareRoot() - totals[feature].squareRoot())
          if value == 0 { continue }
          for part in 0..<stride {
            values[word * stride + part] += value * signs[feature * stride + part]
          }
        }
      }
    }
  }

  /// [words][2][`side`]: weighted counts of what stands before, and behind.
  private static func counts(_ words: [Candidate], _ texts: [DictionaryText]) -> [Float] {
    var counts = [Float](repeating: 0, count: words.count * 2 * side)
    guard let lexicon = Lexicon(words: words.map { $0.letters }) else { return counts }
    let byCount = words.indices.sorted {
      words[$0].count == words[$1].count ? $0 < $1 : words[$0].count > words[$1].count
    }
    var neighbour = [Int](repeating: neighbourWords, count: words.count)
    for (rank, word) in byCount.prefix(neighbourWords).enumerated() { neighbour[word] = rank }
    for text in texts {
      let weight = Float(text.weight)
      text.bytes.withUnsafeBufferPointer { bytes in
        guard var next = bytes.baseAddress else { return }
        let end = next + bytes.count
        var before: (word: Int?, neighbour: Int) = (nil, neighbourWords)
        var isAfterBlank = false
        while next < end {
          if next[0] == 0x20 && !isAfterBlank {
            isAfterBlank = true
            next += 1
            continue
          }
          let token = TextToken(at: next, end: end)
          var this: (word: Int?, neighbour: Int) = (nil, neighbourWords)
          if case .byte = token.kind {
            this.neighbour = neighbourWords + 1 + Int(next[0])
          } else if let word = lexicon.number(ofToken: next, count: token.count) {
            this = (word, neighbour[word])
          }
          if let word = this.word { counts[word * 2 * side + before.neighbour] += weight }
          if let word = before.word { counts[(word * 2 + 1) * side + this.neighbour] += weight }
          before = this
          isAfterBlank = false
          next += token.count
        }
      }
    }
    return counts
  }

  /// Plus and minus ones, the same every time.
  private static func signs(count: Int) -> [SIMD8<Float>] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
      var signs = SIMD8<Float>.zero
      for index in 0..<8 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        signs[index] = state >> 40 & 1 == 1 ? 1 : -1
      }
      return signs
    }
  }
}

extension Lexicon {
  /// Words in the order of their numbers; nil if there are none, or more than codes.
  fileprivate init?(words: [[UInt8]]) {
    guard let layout = try? CodeLayout(oneByteCodes: 0, twoByteLeads: 0),
      let dictionary = try? WordDictionary(
        layout: layout, isReadByNetworks: false, counts: [0, 0, words.count],
        words: words.map { .init(letters: $0[...], spelling: .small) }),
      let lexicon = try? Lexicon(dictionary)
    else { return nil }
    self = lexicon
  }
}
