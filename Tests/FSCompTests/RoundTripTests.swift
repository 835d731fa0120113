import FSComp
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: [0, 1, 2, 3, 15, 16, 17, 255, 256, 257, 1000])
  func sizes(size: Int) throws {
    let model = try ModelStore.defaultModel
    var options = CompressionOptions()
    options.blockSize = 256
    for lanes in [nil, 1, 2, 4, 256] {
      options.lanes = lanes
      for plain in [
        [UInt8](repeating: 97, count: size), (0..<size).map { UInt8(truncatingIfNeeded: $0 * $0) },
      ] {
        let archive = Compressor(model: model, options: options).compress(plain)
        let restored = try Decompressor(models: ModelStore(searchPath: [])).decompress(archive)
        #expect(restored == plain)
      }
    }
  }
}
