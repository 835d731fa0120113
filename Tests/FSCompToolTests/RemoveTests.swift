import FSCompTool
import Platform
import Testing

@Suite("--rm")
struct RemoveTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
  }

  @Test("The input goes once the output is safe, both ways")
  func both() throws {
    #expect(try folder.fscomp("--rm", "a").status == 0)
    #expect(folder.names == ["a.fsc"])
    #expect(try folder.fscomp("-d", "--rm", "a.fsc").status == 0)
    #expect(folder.names == ["a"])
    #expect(try folder.read("a") == Sample.text)
  }

  @Test("Files are kept by default, and the last of -k and --rm counts")
  func keeping() throws {
    #expect(try folder.fscomp("--rm", "-k", "a").status == 0)
    #expect(folder.names == ["a", "a.fsc"])
    #expect(try folder.fscomp("-k", "--rm", "-f", "a").status == 0)
    #expect(folder.names == ["a.fsc"])
  }

  @Test("Several files, each with its own output")
  func several() throws {
    try folder.write("b", Sample.noise(300))
    #expect(try folder.fscomp("--rm", "a", "none", "b").status == 1)
    #expect(folder.names == ["a.fsc", "b.fsc"])
  }

  @Test(
    "Where the data could be lost, nothing is done at all",
    arguments: [
      ["--rm", "-c", "a"], ["--rm", "-f", "-o", "x", "a", "b"], ["--rm", "-o", "-", "a"],
      ["--rm", "-d", "--salvage", "a.fsc"],
    ])
  func refused(arguments: [String]) throws {
    try folder.write("b", Sample.noise(300))
    try folder.writeArchive("a.fsc", of: Sample.text)
    let finished = try folder.start(arguments).finish()
    #expect(finished.status == 1)
    #expect(finished.output.isEmpty)
    #expect(finished.errorLines.count == 2)
    #expect(finished.errors.contains("--rm"))
    #expect(folder.names == ["a", "a.fsc", "b"])
  }

  @Test("Where nothing is written nothing is removed, so that an alias may hold --rm")
  func ignored() throws {
    try folder.writeArchive("a.fsc", of: Sample.text)
    for mode in ["-t", "-l"] {
      #expect(try folder.fscomp(mode, "--rm", "a.fsc").status == 0)
      #expect(folder.names == ["a", "a.fsc"])
    }
  }

  @Test("An output that keeps nothing removes nothing")
  func devices() throws {
    let finished = try folder.fscomp("--rm", "a", "-o", "/dev/null")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(folder.names == ["a"])
  }

  @Test("A failure keeps the input")
  func failure() throws {
    try folder.writeArchive("b.fsc", of: Sample.noise(2_000))
    try folder.write("b.fsc", folder.read("b.fsc").dropLast(700))
    #expect(try folder.fscomp("-d", "--rm", "b.fsc").status == 1)
    #expect(folder.names == ["a", "b.fsc"])
    try folder.write("a.fsc", [1])
    #expect(try folder.fscomp("--rm", "a").status == 1)
    #expect(folder.names == ["a", "a.fsc", "b.fsc"])
  }

  @Test("A symbolic link is not removed, nor what it leads to")
  func links() throws {
    symlink("a", folder.path(of: "link"))
    let finished = try folder.fscomp("--rm", "link")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(folder.names == ["a", "link"])
  }

  @Test("Verification tells any difference between a file and what its archive gives back")
  func comparison() throws {
    let content = Sample.noise(200_000)
    try folder.write("b", content)
    func matches(_ pieces: [[UInt8]]) throws -> Bool {
      let descriptor = try Descriptor(opening: Path(argument: folder.path(of: "b")), O_RDONLY)
      let sink = ComparingSink(expected: FileSource(descriptor), name: "b")
      do {
        for piece in pieces { try piece.withUnsafeBytes { try sink.write($0) } }
        try sink.finish()
      } catch is FileError {
        return false
      }
      return true
    }
    #expect(try matches([content]))
    #expect(try matches([Array(content[..<70_001]), [], Array(content[70_001...])]))
    #expect(try !matches([content.dropLast()]))
    #expect(try !matches([content + [0]]))
    #expect(try !matches([]))
    for index in [0, 65_535, 65_536, 199_999] {
      var changed = content
      changed[index] ^= 1
      #expect(try !matches([changed]))
    }
  }

  @Test("Standard input cannot be removed, which is no error")
  func standardInput() throws {
    #expect(try folder.fscomp("--rm", input: .bytes(Sample.text)).status == 0)
  }
}
