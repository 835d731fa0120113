import Repeats
import TestSupport
import Testing

@Suite struct RepeatFinderTests {
  private static let shortest = RepeatFinder.shortest

  /// Checks that the block comes back, and what is promised of its repeats.
  private func shorten(_ plain: [UInt8]) throws -> ShortenedBlock {
    let block = ShortenedBlock(plain)
    let decoder = RepeatDecoder(plainSize: plain.count, restSize: block.rest.count)
    #expect(try decoder.listSize(in: block.list) == block.list.count)
    #expect(try decoder.expand(block.rest, by: block.list) == plain)
    #expect(block.rest.isEmpty == plain.isEmpty)
    let repeats = RepeatFinder.repeats(in: plain)
    #expect(repeats.allSatisfy { $0.count >= Self.shortest })
    #expect(repeats.reduce(0) { $0 + $1.count } == plain.count - block.rest.count)
    return block
  }

  @Test func copiesAreFoundWhereverTheyAre() throws {
    var generator = SplitMix64(seed: 1)
    for count in [Self.shortest, Self.shortest + 1, 3 * Self.shortest] {
      for start in [0, 1, 777] {
        let copied = generator.bytes(count)
        let before = generator.bytes(start)
        let between = generator.bytes(generator.next(in: 1...3000))
        let behind = generator.bytes(generator.next(in: 0...500))
        let plain = before + copied + between + copied + behind
        #expect(
          RepeatFinder.repeats(in: plain) == [
            Repeat(
              literals: start + count + between.count, distance: count + between.count, count: count)
          ])
        #expect(try shorten(plain).rest == before + copied + between + behind)
      }
    }
  }

  @Test func shorterCopiesStay() throws {
    var generator = SplitMix64(seed: 2)
    let copied = generator.bytes(Self.shortest - 1)
    for plain in [
      [], [7], copied, copied + generator.bytes(10) + copied, generator.bytes(100_000),
    ] {
      let block = try shorten(plain)
      #expect(block.rest == plain && block.list.isEmpty)
    }
  }

  @Test(arguments: [1, 2, 3, 7, 100, 5000])
  func runsAreOneRepeat(period: Int) throws {
    var generator = SplitMix64(seed: 3)
    let once = generator.bytes(period)
    let plain = (0..<200_000).map { once[$0 % period] }
    let block = try shorten(plain)
    #expect(block.rest == once && block.list.count <= 9)
  }

  /// Where everything comes again in many lengths, the longest copies are what counts.
  @Test func aFibonacciStringIsAFewRepeats() throws {
    var (last, string): ([UInt8], [UInt8]) = ([0x61], [0x61, 0x62])
    while string.count < 100_000 { (last, string) = (string, string + last) }
    #expect(try shorten(Array(string.prefix(100_000))).list.count < 60)
  }

  @Test func whatChangedIsCopiedFromTheLastTime() throws {
    var generator = SplitMix64(seed: 4)
    var file = generator.bytes(20 * Self.shortest)
    let first = file
    file[10 * Self.shortest] ^= 1
    #expect(try shorten(first + file + file).rest.count == first.count + 1)
  }

  /// Pieces that meet in every order, copies of copies among them.
  @Test func anythingComesBack() throws {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<300 {
      var plain = generator.bytes(generator.next(in: 0...100))
      for _ in 0..<generator.next(in: 1...12) {
        switch generator.next(in: 0...3) {
        case 0: plain += generator.bytes(generator.next(in: 0...3000))
        case 1: plain += [UInt8](repeating: 7, count: generator.next(in: 0...4000))
        default:
          if plain.isEmpty { continue }
          let start = generator.next(in: 0...plain.count - 1)
          plain += Array(plain[start...].prefix(generator.next(in: 1...6000)))
        }
      }
      _ = try shorten(plain)
    }
  }
}
