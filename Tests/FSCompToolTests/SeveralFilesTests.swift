import Platform
import Testing

@Suite("Several files")
struct SeveralFilesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
    try folder.write("b", Sample.noise(700))
  }

  @Test("Each gets its own output")
  func beside() throws {
    #expect(try folder.fscomp("a", "b").status == 0)
    #expect(folder.names == ["a", "a.fsc", "b", "b.fsc"])
    #expect(try folder.fscomp("test", "a.fsc", "b.fsc").status == 0)
    #expect(try folder.fscomp("-df", "a.fsc", "b.fsc").status == 0)
    #expect(try folder.read("b") == Sample.noise(700))
  }

  @Test("After an error the next file is tried, and the end is an error")
  func errors() throws {
    mkdir(folder.path(of: "sub"), 0o700)
    let finished = try folder.fscomp("none", "a", "sub", "b")
    #expect(finished.status == 1)
    #expect(
      finished.errorLines == [
        "fscomp: none: No such file or directory",
        "fscomp: sub: is a directory; skipped (-r takes what is in it)",
      ])
    #expect(folder.names == ["a", "a.fsc", "b", "b.fsc", "sub"])
  }

  @Test("A damaged archive does not keep the next from being decompressed")
  func damaged() throws {
    try folder.write("c.fsc", Array("this is no archive".utf8))
    try folder.writeArchive("d.fsc", of: Sample.text)
    let finished = try folder.fscomp("-d", "c.fsc", "d.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.hasPrefix("fscomp: c.fsc: "))
    #expect(try folder.read("d") == Sample.text)
    #expect(try folder.fscomp("-t", "c.fsc", "d.fsc").status == 1)
    #expect(try folder.fscomp("-dc", "c.fsc", "d.fsc").output == Sample.text)
  }

  @Test("What is no regular file is skipped with a warning")
  func irregular() throws {
    mkfifo(folder.path(of: "pipe"), 0o600)
    let finished = try folder.fscomp("pipe", "a")
    #expect(finished.status == 2)
    #expect(finished.errors == "fscomp: pipe: is not a regular file; skipped\n")
    #expect(folder.names == ["a", "a.fsc", "b", "pipe"])
    #expect(try folder.fscomp("-q", "pipe").errors.isEmpty)
    // An error outweighs a warning.
    #expect(try folder.fscomp("none", "pipe").status == 1)
    #expect(try folder.fscomp("pipe", "none").status == 1)
  }

  @Test("With -c they are joined, and so are they with -o when forced")
  func joined() throws {
    let both = Sample.text + Sample.noise(700)
    let stream = try folder.fscomp("-c", "a", "b")
    #expect(stream.status == 0)
    #expect(try folder.fscomp("-d", input: .bytes(stream.output)).output == both)

    let refused = try folder.fscomp("-o", "x", "a", "b")
    #expect(refused.status == 1)
    #expect(
      refused.errorLines.first == "fscomp: -o takes one input; with -f several are joined in it")
    #expect(try folder.fscomp("-f", "-o", "x", "a", "b").status == 0)
    #expect(try folder.read("x") == stream.output)

    #expect(try folder.fscomp("a", "b").status == 0)
    #expect(try folder.fscomp("-dc", "a.fsc", "b.fsc").output == both)
    #expect(try folder.fscomp("-df", "-o", "y", "a.fsc", "b.fsc").status == 0)
    #expect(try folder.read("y") == both)
  }

  @Test("A joined file holds all its inputs or does not appear")
  func joinedFailure() throws {
    let finished = try folder.fscomp("-f", "-o", "x", "a", "none", "b")
    #expect(finished.status == 1)
    #expect(finished.errors == "fscomp: none: No such file or directory\n")
    #expect(folder.names == ["a", "b"])
    // A stream goes on without it.
    let stream = try folder.fscomp("-c", "a", "none", "b")
    #expect(stream.status == 1)
    #expect(
      try folder.fscomp("-d", input: .bytes(stream.output)).output
        == Sample.text + Sample.noise(700))
  }

  @Test("An unknown suffix is refused, unless the output has a name")
  func suffix() throws {
    try folder.writeArchive("x.archive", of: Sample.text)
    try folder.writeArchive(".fsc", of: Sample.text)
    for name in ["x.archive", ".fsc"] {
      let refused = try folder.fscomp("-d", name)
      #expect(refused.status == 1)
      #expect(refused.errorLines.count == 1)
      #expect(refused.errors.hasPrefix("fscomp: \(name): unknown suffix"))
      #expect(try folder.fscomp("-dc", name).output == Sample.text)
    }
    #expect(try folder.fscomp("-t", "x.archive").status == 0)
    #expect(try folder.fscomp("-d", "x.archive", "-o", "x").status == 0)
    #expect(try folder.read("x") == Sample.text)
  }

  @Test("tar packs and unpacks through it")
  func tar() throws {
    let packed = try folder.shell("tar -I fscomp -cf x.tar.fsc a b")
    #expect(packed.status == 0)
    #expect(packed.errors.isEmpty)
    let unpacked = try folder.shell("mkdir out && tar -I fscomp -xf x.tar.fsc -C out")
    #expect(unpacked.status == 0)
    #expect(unpacked.errors.isEmpty)
    #expect(try folder.shell("cmp a out/a && cmp b out/b && rm -r out").status == 0)
    // Options reach it too.
    #expect(try folder.shell("tar -I 'fscomp -T1' -cf y.tar.fsc a b").status == 0)
    #expect(try folder.shell("tar -I 'fscomp -T2' -tf y.tar.fsc").text == "a\nb\n")
  }
}
