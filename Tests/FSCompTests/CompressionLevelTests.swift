import FSComp
import Testing
import TestSupport

@Suite struct CompressionLevelTests {
  private func archive(
    _ plain: [UInt8], level: Int, network: CompressionOptions.NetworkUse? = nil
  ) throws -> [UInt8] {
    var options = CompressionOptions()
    options.level = try #require(CompressionLevel(level))
    options.network = network
    return Compressor(model: try ModelStore.defaultModel, options: options).compress(plain)
  }

  @Test func thereAreNine() {
    #expect(CompressionLevel.range.allSatisfy { CompressionLevel($0)?.number == $0 })
    #expect(CompressionLevel(0) == nil && CompressionLevel(10) == nil)
    #expect(CompressionLevel.default.number == 6)
    for level in CompressionLevel.range.compactMap({ CompressionLevel($0) }) {
      #expect((level.blockSize...BlockLimits.maximumPlainSize).contains(level.blockSizeWithoutNetwork))
    }
    for levels in [1...3, 4...9] {
      let sizes = levels.compactMap { CompressionLevel($0)?.blockSize }
      #expect(sizes == sizes.sorted() && sizes.allSatisfy { $0 <= BlockLimits.maximumPlainSize })
    }
  }

  @Test(arguments: CompressionLevel.range, CompressionOptions.NetworkUse.allCases)
  func roundTrip(level: Int, network: CompressionOptions.NetworkUse) throws {
    let plain = text(9000)
    let archive = try archive(plain, level: level, network: network)
    #expect(try decompress(archive) == plain)
    #expect(archive.count < plain.count / 3)
    let block = try #require(try listing(archive).frames.first?.blocks.first)
    switch network {
    case .never: #expect(block.method == .contexts)
    case .always: #expect(block.method == .mixed)
    case .automatic: break
    }
  }

  @Test func higherLevelsAreSmaller() throws {
    let plain = try Array(prose().prefix(40_000))
    let sizes = try [1, 2, 4, 6, 7, 9].map { try archive(plain, level: $0).count }
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test func theNetworkHelps() throws {
    let plain = try Array(prose().prefix(4000))
    let with = try archive(plain, level: 6, network: .always)
    let without = try archive(plain, level: 6, network: .never)
    #expect(with.count < without.count * 99 / 100)
  }
}
