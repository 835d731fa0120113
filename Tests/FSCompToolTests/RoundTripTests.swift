import Platform
import Testing

@Suite("Round trips")
struct RoundTripTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A file and back", arguments: Sample.allCases)
  func file(sample: Sample) throws {
    let content = sample.bytes
    try folder.write("a", content)
    #expect(try folder.fscomp("compress", "a").status == 0)
    #expect(folder.names == ["a", "a.fsc"])
    #expect(try folder.fscomp("decompress", "-f", "a.fsc").status == 0)
    #expect(folder.names == ["a", "a.fsc"])
    #expect(try folder.read("a") == content)
  }

  @Test("The flag form does the same", arguments: [["-z"], ["--compress"], []])
  func flags(compress: [String]) throws {
    try folder.write("a", Sample.text)
    #expect(try folder.start(compress + ["a"]).finish().status == 0)
    #expect(try folder.fscomp("compress", "-c", "a").output == folder.read("a.fsc"))
    for decompress in ["-d", "--decompress", "--uncompress"] {
      let finished = try folder.fscomp(decompress, "-c", "a.fsc")
      #expect(finished.status == 0)
      #expect(finished.output == Sample.text)
    }
  }

  @Test("Standard input to standard output, quietly")
  func stream() throws {
    let compressed = try folder.fscomp(input: .bytes(Sample.text))
    #expect(compressed.status == 0)
    #expect(compressed.errors.isEmpty)
    let plain = try folder.fscomp("-d", input: .bytes(compressed.output))
    #expect(plain.status == 0)
    #expect(plain.errors.isEmpty)
    #expect(plain.output == Sample.text)
    #expect(folder.names.isEmpty)
  }

  @Test("A dash is standard input")
  func dash() throws {
    let compressed = try folder.fscomp("compress", "-", input: .bytes(Sample.text))
    #expect(try folder.fscomp("-dc", "-", input: .bytes(compressed.output)).output == Sample.text)
    #expect(try folder.fscomp("-t", "-", input: .bytes(compressed.output)).status == 0)
  }

  @Test("Options of the codec do not change what comes back")
  func codecOptions() throws {
    let options = [
      ["--block-size", "1K"], ["--block-size=1KiB", "-T1"], ["-T2"], ["-T", "2", "--lanes", "2"],
      ["--threads=0"], ["--flush-every", "0.01"], ["-m", "default"], ["-1"], ["-9"],
      ["--level", "3", "--network", "on"], ["--network=off"],
    ]
    for option in options {
      let compressed = try folder.start(option, input: .bytes(Sample.text)).finish()
      #expect(compressed.status == 0, "\(option): \(compressed.errors)")
      let plain = try folder.fscomp("-d", "-T2", input: .bytes(compressed.output))
      #expect(plain.output == Sample.text, "\(option)")
    }
  }

  @Test("The number of threads does not change the archive")
  func threads() throws {
    try folder.write("a", Sample.noise(5_000) + Sample.text)
    let one = try folder.fscomp("-c", "-T1", "--block-size", "1K", "a")
    let two = try folder.fscomp("-c", "-T2", "--block-size", "1K", "a")
    #expect(one.output == two.output)
  }

  @Test("Archives one after the other are the data one after the other")
  func concatenation() throws {
    let one = try folder.fscomp(input: .bytes(Sample.text)).output
    let two = try folder.fscomp(input: .bytes(Sample.noise(500))).output
    let plain = try folder.fscomp("-d", input: .bytes(one + two))
    #expect(plain.output == Sample.text + Sample.noise(500))
  }

  @Test("A block ends when its input has been silent, so that a reader can follow")
  func flushing() throws {
    let compressor = try folder.start(
      ["--flush-every", "0.05", "-o", "log.fsc"], input: .pipe)
    try compressor.write(Array("first line\n".utf8))
    usleep(300_000)
    try compressor.write(Array("second line\n".utf8))
    #expect(try compressor.finish().status == 0)
    let listing = try folder.fscomp("list", "-v", "log.fsc")
    // A table of one archive, its name, and a table of two blocks.
    #expect(listing.text.split(separator: "\n").count == 2 + 1 + 3)
    #expect(try folder.fscomp("-dc", "log.fsc").text == "first line\nsecond line\n")
  }

  @Test("The embedded model's memory limit is kept")
  func memoryLimit() throws {
    try folder.write("a", Sample.noise(20_000))
    #expect(try folder.fscomp("a").status == 0)
    let refused = try folder.fscomp("-dc", "--memory", "1K", "a.fsc")
    #expect(refused.status == 1)
    #expect(refused.errorLines.count == 1)
    #expect(refused.errors.hasPrefix("fscomp: a.fsc: "))
    #expect(refused.errors.contains("--memory"))
  }
}
