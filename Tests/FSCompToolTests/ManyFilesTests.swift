import Platform
import Testing

@Suite("Folders and lists of files")
struct ManyFilesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["t", "t/u", "t/u/v"] { folder.makeFolder(name) }
    for (index, name) in ["t/a", "t/u/b.log", "t/u/v/c", "t/.d"].enumerated() {
      try folder.write(name, Array(Sample.text.prefix(100 + index)))
    }
    try folder.write("t/x.fsc", Sample.noise(50))
    symlink("/etc/hostname", folder.path(of: "t/link"))
    symlink("..", folder.path(of: "t/u/loop"))
  }

  private func tree(_ name: String) throws -> [String] {
    try folder.shell("cd \(name) && find . -type f | sort").text.split(separator: "\n").map {
      String($0.dropFirst(2))
    }
  }

  @Test("-r takes files in folders, no links and no archives, in a fixed order")
  func recursion() throws {
    let finished = try folder.fscomp("-rv", "-T1", "t")
    #expect(finished.status == 0)
    #expect(
      finished.errorLines.map { $0.prefix { $0 != ":" } } == ["t/.d", "t/a", "t/u/b.log", "t/u/v/c"])
    #expect(
      try tree("t") == [
        ".d", ".d.fsc", "a", "a.fsc", "u/b.log", "u/b.log.fsc", "u/v/c", "u/v/c.fsc", "x.fsc",
      ])
    #expect(try folder.shell("rm -r t/x.fsc t/a t/.d; fscomp -dr t; cat t/a t/.d").output
      == Array(Sample.text.prefix(100)) + Sample.text.prefix(103))
  }

  @Test("--follow follows links, and not in circles")
  func links() throws {
    symlink("a", folder.path(of: "t/again"))
    unlink(folder.path(of: "t/link"))
    #expect(try folder.fscomp("-r", "--follow", "t").status == 0)
    #expect(try tree("t").contains("again.fsc"))
    #expect(try tree("t").filter { $0.hasSuffix("a.fsc") } == ["a.fsc"])
  }

  @Test("--exclude leaves out names and paths")
  func exclusion() throws {
    let finished = try folder.fscomp(
      "-rv", "-T1", "--exclude", "*.log", "--exclude", "*/v/*", "--exclude", ".*", "t")
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.hasPrefix("t/a: "))
    let whole = try folder.fscomp("-rvf", "--exclude", "u", "t")
    #expect(whole.errorLines.count == 2)
  }

  @Test("Without -r a folder is skipped, with a warning")
  func folderAlone() throws {
    let finished = try folder.fscomp("t")
    #expect(finished.status == 2)
    #expect(finished.errors == "fscomp: t: is a directory; skipped (-r takes what is in it)\n")
  }

  @Test("Lists of names, by lines and by zeros")
  func lists() throws {
    try folder.write("lines", Array("t/a\nt/u/v/c\n".utf8))
    try folder.write("odd\nname", Sample.text)
    try folder.write("zeros", Array("t/a\0odd\nname\0".utf8))
    #expect(try folder.fscomp("--files-from", "lines").status == 0)
    #expect(try tree("t").filter { $0.hasSuffix(".fsc") } == ["a.fsc", "u/v/c.fsc", "x.fsc"])
    let piped = try folder.shell("fscomp -f --files0-from - < zeros")
    #expect(piped.status == 0)
    #expect(folder.names.contains("odd\nname.fsc"))
    #expect(try folder.fscomp("--files-from", "none").status == 1)
    // An empty list is nothing to do, and not standard input.
    try folder.write("empty", [])
    let nothing = try folder.fscomp("--files-from", "empty", input: .bytes(Sample.text))
    #expect(nothing.status == 0)
    #expect(nothing.output.isEmpty)
  }

  @Test("Output folders, flat and mirrored, and back")
  func outputFolders() throws {
    #expect(try folder.fscomp("-r", "t", "--output-dir-flat", "flat/deep").status == 0)
    #expect(try tree("flat") == ["deep/.d.fsc", "deep/a.fsc", "deep/b.log.fsc", "deep/c.fsc"])
    #expect(try folder.fscomp("-r", "./t", "--output-dir-mirror", "m").status == 0)
    #expect(try tree("m") == ["t/.d.fsc", "t/a.fsc", "t/u/b.log.fsc", "t/u/v/c.fsc"])
    #expect(try folder.shell("cd m && fscomp -dr t --output-dir-mirror ../back").status == 0)
    #expect(try folder.shell("rm t/x.fsc t/link t/u/loop && diff -r t back/t").status == 0)
    let outside = try folder.shell("cd t && fscomp ../t/a --output-dir-mirror ../n")
    #expect(outside.status == 1)
    #expect(try folder.fscomp("-c", "t/a", "--output-dir-flat", "x").status == 1)
    // Two files of one name: the second is refused.
    try folder.write("a", Sample.text)
    #expect(try folder.fscomp("a", "t/a", "--output-dir-flat", "two").status == 1)
    #expect(try folder.fscomp("-dc", "two/a.fsc").output == Sample.text)
  }

  @Test("Many files in one stream keep their order, whatever the threads")
  func order() throws {
    let names = (0..<30).map { "f\($0)" }
    for (index, name) in names.enumerated() {
      try folder.write(name, Array(Sample.text.prefix(1 + 40 * ((index * 7) % 30))))
    }
    let one = try folder.start(["-c", "-1", "-T1"] + names).finish()
    let many = try folder.start(["-c", "-1", "-T8"] + names).finish()
    #expect(one.status == 0)
    #expect(one.output == many.output)
    let whole = try names.flatMap(folder.read)
    #expect(try folder.fscomp("-dc", "-T8", input: .bytes(many.output)).output == whole)
    #expect(try folder.start(["-1"] + names).finish().status == 0)
    let archives = names.map { "\($0).fsc" }
    // With memory for one block at a time, too.
    for memory in ["512M", "30M"] {
      let back = try folder.start(["-dc", "-T8", "--memory", memory] + archives).finish()
      #expect(back.output == whole)
    }
  }
}
