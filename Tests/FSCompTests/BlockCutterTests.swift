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
      let block = try cutter.next(from: &source, whileWaiting: { false })
      if block.isEmpty { break }
      blocks.append(String(decoding: block, as: UTF8.self))
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

  /// In units of the smallest piece, 256 KiB; blocks have 8.
  @Test(arguments: [
    (1, "n", [4]), (2, "n", [4, 4]), (3, "n", [4, 4, 4]), (9, "n", [9, 9, 9, 9]),
    (16, "n", [16, 16, 16, 16]), (17, "n", [32, 18, 18]), (9, "-", [36]),
  ] as [(Int, String, [Int])])
  func shortInputsAreCutForSeveralThreads(count: Int, letter: String, sizes: [Int]) throws {
    let unit = 1 << 18
    let limits = BlockSizes(withNetwork: 8 * unit, withoutNetwork: 16 * unit, cutsShortInputs: true)
    var cutter = BlockCutter<ArraySource>(blockSizes: limits, flushAfter: nil) { _ in
      letter == "n"
    }
    var source = ArraySource([UInt8](repeating: 1, count: count * unit))
    var blocks: [Int] = []
    while case let block = try cutter.next(from: &source, whileWaiting: { false }), !block.isEmpty {
      blocks.append(block.count / (unit / 4))
    }
    #expect(blocks == sizes)
  }

  @Test(arguments: [1, 7, 1000])
  func eachBlockIsAskedFor(sliceSize: Int) throws {
    // The second block begins after 100 bytes, with what the network is no use for.
    let plain = text("n", 100) + text("-", 350)
    #expect(try cut(plain, sliceSize: sliceSize).map(\.count) == [100, 175, 175])
  }
}
