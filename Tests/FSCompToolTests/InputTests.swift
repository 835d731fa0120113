import Platform
import Testing

@Suite("What is read")
struct InputTests {
  let folder: TemporaryFolder
  private let archive: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: Sample.text)
    archive = try folder.read("a.fsc")
  }

  @Test("Zeros behind an archive are padding", arguments: [1, 511, 70_000])
  func padding(count: Int) throws {
    try folder.write("b.fsc", archive + [UInt8](repeating: 0, count: count))
    for arguments in [["-dc", "b.fsc"], ["-t", "b.fsc"], ["-l", "b.fsc"]] {
      let finished = try folder.start(arguments).finish()
      #expect(finished.status == 0)
      #expect(finished.errors.isEmpty)
    }
    #expect(try folder.fscomp("-dc", "b.fsc").output == Sample.text)
  }

  @Test("tar reads an archive that fills its tape block")
  func tarPadding() throws {
    try folder.write("a", Sample.text)
    let listed = try folder.shell(
      """
      tar -I fscomp -cf x.tar.fsc a && dd if=x.tar.fsc of=y.tar.fsc bs=10240 conv=sync 2>/dev/null
      tar -I fscomp -tf y.tar.fsc
      """)
    #expect(listed.status == 0)
    #expect(listed.errors.isEmpty)
    #expect(listed.text == "a\n")
  }

  @Test("Other bytes behind an archive are a warning, and the content is there")
  func trailing() throws {
    let offset = archive.count
    for rest in [Array("garbage".utf8), [0, 0, 0, 7], [0xF5, 1]] {
      try folder.write("b.fsc", archive + rest)
      let finished = try folder.fscomp("-df", "b.fsc")
      #expect(finished.status == 2)
      #expect(
        finished.errors == "fscomp: b.fsc: archive offset \(offset): something that is not an "
          + "fscomp frame follows the archive; ignored\n")
      #expect(try folder.read("b") == Sample.text)
      #expect(try folder.fscomp("-dc", "b.fsc").output == Sample.text)
      #expect(try folder.fscomp("-t", "b.fsc").status == 2)
    }
    // What was not understood is not thrown away.
    #expect(try folder.fscomp("-df", "--rm", "b.fsc").status == 2)
    #expect(folder.names == ["a.fsc", "b", "b.fsc"])
  }

  @Test("A file with the suffix is skipped, unless forced")
  func suffix() throws {
    let skipped = try folder.fscomp("a.fsc")
    #expect(skipped.status == 2)
    #expect(
      skipped.errors == "fscomp: a.fsc: has the suffix .fsc already; skipped (-f insists)\n")
    #expect(folder.names == ["a.fsc"])
    #expect(try folder.fscomp("-c", "a.fsc").status == 0)
    #expect(try folder.fscomp("-f", "a.fsc").status == 0)
    #expect(folder.names == ["a.fsc", "a.fsc.fsc"])
  }

  @Test("An output never takes the place of an input that waits")
  func waitingInput() throws {
    try folder.write("a", Sample.noise(100))
    let finished = try folder.fscomp("-f", "a", "a.fsc")
    #expect(finished.status == 1)
    #expect(finished.errors == "fscomp: a.fsc: is both input and output\n")
    #expect(try folder.read("a.fsc") == archive)
    let back = try folder.fscomp("-df", "a.fsc", "a")
    #expect(back.status == 1)
    #expect(try folder.read("a") == Sample.noise(100))
  }

  @Test("-dcf passes through what is no archive")
  func passing() throws {
    for plain in [Sample.text, Sample.noise(200_000), [0xF5], []] {
      try folder.write("b", plain)
      #expect(try folder.fscomp("-dcf", "b", "a.fsc", "b").output == plain + Sample.text + plain)
      #expect(try folder.fscomp("-dcf", input: .bytes(plain)).output == plain)
    }
    #expect(try folder.fscomp("-dc", "b").status == 1)
    #expect(try folder.fscomp("-df", "-o", "x", "b").status == 1)
  }

  @Test(
    "A foreign format is named",
    arguments: [("gzip", [0x1F, 0x8B, 8, 0]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 1])])
  func foreign(name: String, bytes: [UInt8]) throws {
    try folder.write("b.fsc", bytes + Sample.noise(100))
    for mode in ["-d", "-t"] {
      let finished = try folder.fscomp(mode, "b.fsc")
      #expect(finished.status == 1)
      #expect(
        finished.errors == "fscomp: b.fsc: archive offset 0: not an fscomp archive: it is \(name)\n")
    }
  }

  @Test("/dev/stdin is standard input, and no other device gets a neighbour")
  func devices() throws {
    try folder.write("a", Sample.text)
    let named = try folder.fscomp("/dev/stdin", input: .bytes(Sample.text))
    #expect(named.status == 0)
    #expect(named.output == archive)
    #expect(try folder.fscomp("a", "-o", "/dev/stdout").output == archive)
    let other = try folder.shell("fscomp /dev/fd/3 3< a")
    #expect(other.status == 1)
    #expect(other.errors.hasPrefix("fscomp: /dev/fd/3: has no name"))
    #expect(access("/dev/stdin.fsc", F_OK) != 0)
    #expect(access("/dev/fd/3.fsc", F_OK) != 0)
  }
}
