import EntropyCoding
import Platform

/// How the words of a dictionary are coded: as symbols of five bits, each bit with a probability
/// that follows those seen before it in the same place after the same two symbols.
///
/// A small letter is the symbol 1...26. Any other byte is symbol 29, and then its eight bits; these
/// have the byte before it, if that was such a one too, as their context. Symbols 0, 27 and 28 end
/// a word and tell how it is spelled.
struct LetterStatistics: ~Copyable {
  private static let otherByte = 29
  /// By `Spelling`.
  private static let ends = [0, 27, 28]

  /// [32][32][32], by the symbol before the last, the last, and the bits so far after a leading 1.
  private let symbols = OwnedBuffer<UInt32>(count: 1 << 15)
  /// [256][256], by the last byte and the bits so far after a leading 1.
  private let bytes = OwnedBuffer<UInt32>(count: 1 << 16)
  /// The last two symbols of the word, and its last byte if it is none of a to z; else zeros.
  private var lastTwo = 0
  private var lastByte = 0

  init() {
    symbols.fill(1 << 31)
    bytes.fill(1 << 31)
  }

  /// The code of words, one after the other.
  static func code(of words: [WordDictionary.Word]) -> [UInt8] {
    var encoder = ArithmeticEncoder(expectedByteCount: 4 * words.count)
    var statistics = LetterStatistics()
    for word in words { statistics.encode(word, to: &encoder) }
    return encoder.finish()
  }

  /// - Returns: so many words; nil unless `code` is the code of these.
  static func words(_ count: Int, in code: ArraySlice<UInt8>) -> [WordDictionary.Word]? {
    code.withUnsafeBufferPointer { code in
      var decoder = ArithmeticDecoder(payload: code)
      var statistics = LetterStatistics()
      // All letters in one array, which the words are slices of.
      var letters: [UInt8] = []
      var ends: [(end: Int, spelling: WordDictionary.Spelling)] = []
      while ends.count < count {
        guard let spelling = statistics.decodeWord(from: &decoder, to: &letters),
          !decoder.hasOverrun
        else { return nil }
        ends.append((letters.count, spelling))
      }
      if !decoder.isExact { return nil }
      var start = 0
      return ends.map { end, spelling in
        defer { start = end }
        return WordDictionary.Word(letters: letters[start..<end], spelling: spelling)
      }
    }
  }

  private mutating func encode(_ word: WordDictionary.Word, to encoder: inout ArithmeticEncoder) {
    for letter in word.letters {
      let symbol = Self.symbol(letter)
      code(symbol: symbol) { Self.encode($0, $1, to: &encoder) }
      if symbol == Self.otherByte {
        code(byte: Int(letter)) { Self.encode($0, $1, to: &encoder) }
      }
    }
    code(symbol: Self.ends[Int(word.spelling.rawValue)]) { Self.encode($0, $1, to: &encoder) }
  }

  /// Appends the letters of the next word.
  ///
  /// - Returns: how it is spelled; nil if the code does not stand for a word.
  private mutating func decodeWord(
    from decoder: inout ArithmeticDecoder, to letters: inout [UInt8]
  ) -> WordDictionary.Spelling? {
    let start = letters.count
    while true {
      if letters.count - start > WordDictionary.mostLetters { return nil }
      let symbol = code(symbol: 0) { decoder.decodeBit(probability: $1) ? 1 : 0 }
      switch symbol {
      case 1...26: letters.append(UInt8(truncatingIfNeeded: 0x60 | symbol))
      case Self.otherByte:
        let byte = code(byte: 0) { decoder.decodeBit(probability: $1) ? 1 : 0 }
        let letter = UInt8(truncatingIfNeeded: byte)
        guard Self.symbol(letter) == Self.otherByte, !WordDictionary.isCapital(letter) else {
          return nil
        }
        letters.append(letter)
      default:
        guard letters.count > start, let end = Self.ends.firstIndex(of: symbol) else { return nil }
        return WordDictionary.Spelling(rawValue: UInt8(end))
      }
    }
  }

  private static func symbol(_ letter: UInt8) -> Int {
    (0x61...0x7A).contains(letter) ? Int(letter & 31) : otherByte
  }

  private static func encode(
    _ bit: Int, _ probability: UInt64, to encoder: inout ArithmeticEncoder
  ) -> Int {
    encoder.encode(bit == 1, probability: probability)
    return bit
  }

  /// - Parameter bit: is given each bit of `symbol` and the probability of a 1, and returns the
  ///   bit.
  @inline(__always) @discardableResult
  private mutating func code(symbol: Int, bit: (Int, UInt64) -> Int) -> Int {
    let coded = Self.code(symbol, bits: 5, with: symbols.base + lastTwo << 5, bit: bit)
    lastTwo = Self.ends.contains(coded) ? 0 : (lastTwo << 5 | coded) & 1023
    if coded != Self.otherByte { lastByte = 0 }
    return coded
  }

  @inline(__always) @discardableResult
  private mutating func code(byte: Int, bit: (Int, UInt64) -> Int) -> Int {
    lastByte = Self.code(byte, bits: 8, with: bytes.base + lastByte << 8, bit: bit)
    return lastByte
  }

  /// - Parameter probabilities: [2^bits], each 22 bits of probability above 10 bits of the number
  ///   of bits seen, at most 254 counted.
  @inline(__always)
  private static func code(
    _ value: Int, bits: Int, with probabilities: UnsafeMutablePointer<UInt32>,
    bit: (Int, UInt64) -> Int
  ) -> Int {
    var node = 1
    for position in 0..<bits {
      let state = probabilities[node]
      let probability = min(max(UInt64(state >> 10), 1), Probability.one - 1)
      let coded = bit(value >> (bits - 1 - position) & 1, probability)
      let seen = Int64(state & 1023)
      let error = (coded == 1 ? Int64(Probability.one - 1) : 0) - Int64(state >> 10)
      let moved = Int64(state >> 10) + 2 * error / (2 * seen + 3)
      probabilities[node] = UInt32(moved) << 10 | UInt32(min(seen + 1, 254))
      node = 2 * node + coded
    }
    return node - 1 << bits
  }
}
