import Benchmarking
import FSComp
import Testing

@Suite struct ArchiveOverheadTests {
  /// A whole archive against the ideal code length of the distributions that it was coded with.
  @Test(arguments: [1, 8])
  func anArchiveIsHardlyLongerThanIdeal(lanes: Int) throws {
    let text = Array(
      (0..<400).map { "\($0). The \($0 * 7 % 13)th word of line \($0 * $0 % 97) is here.\n" }
        .joined().utf8)
    let plain = Array(text.prefix(12_000))
    let model = try ModelStore.defaultModel
    var options = CompressionOptions()
    options.lanes = lanes
    options.network = .always
    let archive = Compressor(model: model, options: options).compress(plain)
    let ideal = try #require(idealCodeLength(of: plain, lanes: lanes, model: model, mixesContexts: true))
    #expect(ideal.bytes == plain.count)
    // The headers of a single block take 27 to 31 bytes.
    #expect(Double(archive.count) < ideal.bits / 8 * 1.0005 + 32)
    #expect(Double(archive.count) > ideal.bits / 8)
  }
}
