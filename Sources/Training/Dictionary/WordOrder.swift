/// An order of words in which neighbours behave alike, also in the bits of their numbers: the
/// highest bit divides them into the two groups that differ most, the next each of these, and so
/// on.
struct WordOrder {
  private static let stride = NeighbourVectors.dimensions / 8
  private static let powerSteps = 16
  private static let refinements = 8

  private let vectors: NeighbourVectors
  /// [words]: how much each counts.
  private let weights: [Float]

  /// - Parameter words: as the vectors are numbered.
  init(_ words: [Candidate], _ vectors: NeighbourVectors) {
    self.vectors = vectors
    // Between what is best for the text, where frequent words count more, and for the dictionary.
    weights = words.map { Float($0.count.squareRoot()) }
  }

  /// - Parameter words: their numbers.
  /// - Returns: the same in order.
  func order(_ words: [Int]) -> [Int] {
    guard words.count > 2 else { return words }
    var half = 1
    while 2 * half < words.count { half *= 2 }
    var sorted = sort(words, along: principalDirection(words))
    for _ in 0..<Self.refinements {
      let direction = zip(mean(sorted[half...]), mean(sorted[..<half])).map { $0 - $1 }
      sorted = sort(sorted, along: direction)
    }
    return order(Array(sorted[..<half])) + order(Array(sorted[half...]))
  }

  private func mean(_ words: some Sequence<Int>) -> [SIMD8<Float>] {
    var sum = [SIMD8<Float>](repeating: .zero, count: Self.stride)
    var total: Float = 0
    for word in words {
      add(word, times: weights[word], to: &sum)
      total += weights[word]
    }
    return sum.map { $0 / max(total, .leastNormalMagnitude) }
  }

  /// That in which the words differ most, by power iteration.
  private func principalDirection(_ words: [Int]) -> [SIMD8<Float>] {
    let mean = mean(words)
    var direction = [SIMD8<Float>](repeating: .zero, count: Self.stride)
    // Anything that is at a right angle to none that matters.
    for dimension in 0..<NeighbourVectors.dimensions {
      direction[dimension / 8][dimension % 8] = Float(dimension * 2_654_435 % 1024) / 512 - 1
    }
    for _ in 0..<Self.powerSteps {
      let middle = Self.dot(mean[...], direction)
      var next = [SIMD8<Float>](repeating: .zero, count: Self.stride)
      for word in words {
        let distance = Self.dot(vectors.vector(word), direction) - middle
        add(word, times: distance * weights[word], to: &next)
      }
      let length = Self.dot(next[...], next).squareRoot()
      if length == 0 { break }
      direction = next.map { $0 / length }
    }
    return direction
  }

  private func sort(_ words: [Int], along direction: [SIMD8<Float>]) -> [Int] {
    words.map { (word: $0, place: Self.dot(vectors.vector($0), direction)) }
      .sorted { $0.place == $1.place ? $0.word < $1.word : $0.place < $1.place }
      .map { $0.word }
  }

  @inline(__always)
  private func add(_ word: Int, times factor: Float, to sum: inout [SIMD8<Float>]) {
    let vector = vectors.vector(word)
    for part in 0..<Self.stride { sum[part] += factor * vector[vector.startIndex + part] }
  }

  @inline(__always)
  private static func dot(_ one: ArraySlice<SIMD8<Float>>, _ other: [SIMD8<Float>]) -> Float {
    var sum = SIMD8<Float>.zero
    for part in 0..<stride { sum += one[one.startIndex + part] * other[part] }
    return sum.sum()
  }
}
