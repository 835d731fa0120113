import Repeats
import TestSupport
import Testing

/// Lists of repeats, read and carried out.
@Suite struct RepeatListTests {
  private func expand(_ rest: String, _ list: [UInt8], plainSize: Int) throws -> String {
    let decoder = RepeatDecoder(plainSize: plainSize, restSize: rest.utf8.count)
    #expect(try decoder.listSize(in: list + [0x80, 0xFF]) == list.count)
    return String(decoding: try decoder.expand(Array(rest.utf8), by: list), as: UTF8.self)
  }

  @Test func golden() throws {
    #expect(try expand("abc", [3, 3, 3], plainSize: 6) == "abcabc")
    // Literals before, between and behind; one that ends where the next begins.
    #expect(
      try expand("abcdef", [2, 2, 2, 2, 1, 1, 0, 5, 3], plainSize: 12) == "ababcddabcef")
    // Copies of themselves.
    #expect(try expand("a", [1, 1, 9], plainSize: 10) == "aaaaaaaaaa")
    #expect(try expand("xabcy", [4, 3, 11], plainSize: 16) == "xabcabcabcabcaby")
    // A number of two bytes.
    #expect(try expand("a", [1, 1, 0xAB, 0x02], plainSize: 300) == String(repeating: "a", count: 300))
    // None.
    #expect(try expand("abc", [], plainSize: 3) == "abc")
  }

  @Test(arguments: [
    ([], .noNumber), ([3, 3], .noNumber), ([3, 3, 2], .noNumber), ([3, 3, 0x83], .noNumber),
    ([3, 3, 0x83, 0x00], .noNumber),  // a longer form
    ([3, 3, 0x83, 0x80, 0x80, 0x80, 0x01], .noNumber),  // more than 2^28
    ([4, 3, 3], .wrongSize), ([3, 3, 4], .wrongSize), ([3, 3, 0], .wrongSize),
    ([2, 2, 2, 2, 2, 1], .wrongSize),  // one byte more than the rest has, together
    ([2, 2, 2, 1, 2, 2], .wrongSize),  // one byte more than is missing
    ([3, 0, 3], .wrongDistance), ([3, 4, 3], .wrongDistance), ([0, 1, 3], .wrongDistance),
  ] as [([UInt8], RepeatListError)])
  func refused(list: [UInt8], error: RepeatListError) {
    let decoder = RepeatDecoder(plainSize: 6, restSize: 3)
    #expect(throws: error) { try decoder.listSize(in: list) }
    #expect(throws: error) { try decoder.expand([1, 2, 3], by: list) }
  }

  /// Any bytes are the list of a block, or are refused; what is taken is the same as byte by byte.
  @Test func anyBytesExpandToTheirSizeOrAreRefused() {
    var generator = SplitMix64(seed: 1)
    var taken = 0
    for _ in 0..<20_000 {
      let restSize = generator.next(in: 1...20)
      let plainSize = restSize + generator.next(in: 0...40)
      let list = (0..<generator.next(in: 0...12)).map { _ in
        UInt8(generator.next(in: 0...(generator.next(in: 0...20) == 0 ? 255 : 15)))
      }
      let rest = generator.bytes(restSize)
      let decoder = RepeatDecoder(plainSize: plainSize, restSize: restSize)
      guard let plain = try? decoder.expand(rest, by: list) else { continue }
      taken += 1
      #expect(plain.count == plainSize)
      #expect(plain == bytewise(rest, list, plainSize: plainSize))
      #expect(try! decoder.listSize(in: list) <= list.count)
    }
    #expect(taken > 300)
  }

  private func bytewise(_ rest: [UInt8], _ list: [UInt8], plainSize: Int) -> [UInt8] {
    var (plain, rest) = ([UInt8](), rest[...])
    var numbers = list[...]
    while plain.count + rest.count < plainSize {
      let (literals, distance) = (Int(numbers.removeFirst()), Int(numbers.removeFirst()))
      plain += rest.prefix(literals)
      rest = rest.dropFirst(literals)
      for _ in 0..<numbers.removeFirst() { plain.append(plain[plain.count - distance]) }
    }
    return plain + rest
  }
}
