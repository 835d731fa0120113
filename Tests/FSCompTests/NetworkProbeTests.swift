import ContextMixing
import FSComp
import Testing
import TestSupport

/// Which blocks the network takes part in when it is left to the encoder.
@Suite struct NetworkProbeTests {
  private func method(_ plain: [UInt8]) throws -> ArchiveListing.Method? {
    try listing(try compress(plain)).frames.first?.blocks.first?.method
  }

  @Test func textUsesTheNetwork() throws {
    #expect(try method(Array(prose().prefix(40_000))) == .mixed)
  }

  @Test func numbersDoNot() throws {
    // Little-endian 32-bit numbers that wander.
    var generator = SplitMix64(seed: 5)
    var value: UInt32 = 1 << 20
    let numbers = (0..<10_000).flatMap { _ -> [UInt8] in
      value &+= UInt32(generator.next() & 0xFFFF)
      return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    #expect(try method(numbers) == .contexts)
    #expect(try decompress(try compress(numbers)) == numbers)
  }

  /// English where samples are taken, and a table between that context models learn well.
  @Test(arguments: [2_000, 8_000, 24_000])
  func nothingIsLargerThanWithoutTheNetwork(bytesBetween: Int) throws {
    let text = try prose()
    var (plain, entry): ([UInt8], Int) = ([], 0)
    for part in 0..<8 {
      plain += text[part * 1600..<(part + 1) * 1600]
      let end = plain.count + bytesBetween
      while plain.count < end {
        entry += 1
        plain += Array("entry \(entry) at \(entry * 24), next \(entry + 1)\n".utf8)
      }
    }
    let chosen = try compress(plain)
    #expect(try chosen.count <= compress(plain, network: .never).count)
    #expect(try decompress(chosen) == plain)
  }

  @Test(arguments: [
    (1, false, 50), (1 << 16, false, 50), (3 << 15, false, 70), (1 << 17, false, 90),
    (1 << 22, false, 290), (1, true, 50), (1 << 15, true, 50), (1 << 16, true, 50),
    (3 << 15, true, 55), (1 << 17, true, 60), (1 << 22, true, 110), (3 << 21, true, 115),
    (1 << 28 - 1, true, 169),
  ] as [(Int, Bool, Int64)])
  func largeBlocksAskForMore(byteCount: Int, isCoded: Bool, perMille: Int64) {
    func saved(_ set: MixSet) -> Int64 {
      NetworkProbe.perMilleToSave(byteCount: byteCount, isCoded: isCoded, set: set)
    }
    #expect(saved(.standard) == perMille && saved(.full) == perMille)
    #expect(saved(.small) == perMille + 70)
  }
}
