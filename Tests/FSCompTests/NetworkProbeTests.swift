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

  @Test(arguments: [
    (1, 60), (1 << 15, 60), (1 << 16, 60), (3 << 15, 70), (1 << 17, 80), (1 << 22, 180), (3 << 21, 190),
    (1 << 28 - 1, 299),
  ] as [(Int, Int64)])
  func largeBlocksAskForMore(byteCount: Int, perMille: Int64) {
    #expect(NetworkProbe.perMilleToSave(byteCount: byteCount) == perMille)
  }
}
