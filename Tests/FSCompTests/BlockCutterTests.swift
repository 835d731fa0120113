import FSComp
import Testing

/// Blocks of at most 100 bytes where the network takes part, 200 where it does not. It does in what
/// begins with an `n`.
@Suite struct BlockCutterTests {
  private func cut(
    _ plain: String, largest: Int = 200, sliceSize: Int = 1000
  ) throws -> [String] {
    let sizes = BlockSizes(withNetwork: 100, withoutNetwork: largest)
    var cutter = BlockCutter<SlicedSource>(blockSizes: sizes, flushAfter: nil) {
      $0.first == UInt8(ascii: "n")
    }
    var source = SlicedSource(Array(plain.utf8), sliceSize: sliceSize)
    var blocks: [String] = []
    while true {
      guard let block = try cutter.next(from: &source, whileWaiting: { false }) else { break }
      blocks.append(String(decoding: block.bytes, as: UTF8.self))
      if let decision = block.usesNetwork {
        #expect(decision == (block.bytes.first == UInt8(ascii: "n")))
      }
    }
    let isAtEnd = cutter.isAtEnd
    #expect(isAtEnd)
    #expect(blocks.joined() == plain)
    return blocks
  }

  private func text(_ letter: Character, _ count: Int) -> String {
    String(repeating: letter, count: count)
  }

  @Test(arguments: [
    (0, []), (1, [1]), (100, [100]), (101, [51, 50]), (199, [100, 99]), (200, [100, 100]),
    (250, [100, 75, 75]), (330, [100, 100, 65, 65]), (600, [100, 100, 100, 100, 100, 100]),
  ] as [(Int, [Int])])
  func withTheNetwork(count: Int, sizes: [Int]) throws {
    #expect(try cut(text("n", count)).map(\.count) == sizes)
    #expect(try cut(text("n", count), largest: 100).map(\.count) == sizes)
  }

  @Test(arguments: [
    (100, [100]), (150, [150]), (200, [200]), (201, [101, 100]), (500, [200, 150, 150]),
  ] as [(Int, [Int])])
  func withoutTheNetwork(count: Int, sizes: [Int]) throws {
    #expect(try cut(text("-", count)).map(\.count) == sizes)
  }

  @Test(arguments: [1, 7, 1000])
  func eachBlockIsAskedFor(sliceSize: Int) throws {
    // The second block begins after 100 bytes, with what the network is no use for.
    let plain = text("n", 100) + text("-", 350)
    #expect(try cut(plain, sliceSize: sliceSize).map(\.count) == [100, 175, 175])
  }
}
