import Platform
import Testing

@Suite("Holes")
struct SparseTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("Blocks of zeros become holes, and the content stays", arguments: [0, 4095, 9000])
  func holes(offset: Int) throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 18)
    let data = Sample.noise(5_000)
    for plain in [data.prefix(offset) + zeros + data, data.prefix(offset) + data + zeros] {
      try folder.writeArchive("a.fsc", of: Array(plain), "-1", "--block-size", "100K")
      #expect(try folder.fscomp("-df", "a.fsc").status == 0)
      #expect(try folder.read("a") == Array(plain))
      #expect(try folder.status("a").st_blocks * 512 < 100_000)
      #expect(try folder.fscomp("-df", "--no-sparse", "a.fsc").status == 0)
      #expect(try folder.read("a") == Array(plain))
      #expect(try folder.status("a").st_blocks * 512 >= 1 << 18)
    }
  }

  @Test("--rm knows the length of a file that ends in a hole")
  func removal() throws {
    let plain = Sample.text + [UInt8](repeating: 0, count: 100_000)
    try folder.writeArchive("a.fsc", of: plain, "-1")
    #expect(try folder.fscomp("-d", "--rm", "a.fsc").status == 0)
    #expect(folder.names == ["a"])
    #expect(try folder.read("a") == plain)
  }
}
