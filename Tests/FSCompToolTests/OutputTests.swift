import Platform
import Testing

@Suite("Where results go")
struct OutputTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
  }

  @Test("-o names the output, -c is standard output, -o - too")
  func named() throws {
    #expect(try folder.fscomp("a", "-o", "x").status == 0)
    #expect(folder.names == ["a", "x"])
    let archive = try folder.read("x")
    #expect(try folder.fscomp("-c", "a").output == archive)
    #expect(try folder.fscomp("-o-", "a").output == archive)
    #expect(try folder.fscomp("-o", "-", "a").output == archive)
    #expect(try folder.fscomp("--stdout", "a").output == archive)
    #expect(try folder.fscomp("-d", "x", "-oy").status == 0)
    #expect(try folder.read("y") == Sample.text)
  }

  @Test("An existing file is not overwritten, unless forced")
  func existing() throws {
    try folder.write("a.fsc", [1, 2, 3])
    let refused = try folder.fscomp("a")
    #expect(refused.status == 1)
    #expect(refused.errors == "fscomp: a.fsc: already exists; not overwritten (-f overwrites)\n")
    #expect(try folder.read("a.fsc") == [1, 2, 3])
    #expect(folder.names == ["a", "a.fsc"])

    #expect(try folder.fscomp("-f", "a").status == 0)
    #expect(try folder.fscomp("-t", "a.fsc").status == 0)
    #expect(folder.names == ["a", "a.fsc"])
  }

  @Test("A file that appears during the work is not overwritten")
  func appearing() throws {
    let process = try folder.start(["-o", "x"], input: .pipe)
    try waitUntil("the temporary file") { folder.names.count == 2 }
    try folder.write("x", [1, 2, 3])
    let finished = try process.finish()
    #expect(finished.status == 1)
    #expect(finished.errors == "fscomp: x: already exists; not overwritten (-f overwrites)\n")
    #expect(try folder.read("x") == [1, 2, 3])
    #expect(folder.names == ["a", "x"])
  }

  @Test("Until it is complete an output is a hidden file of its owner's")
  func temporary() throws {
    let process = try folder.start(["-f", "-o", "x"], input: .pipe)
    try waitUntil("the temporary file") { folder.names.count == 2 }
    let name = try #require(folder.names.first { $0 != "a" })
    #expect(name.hasPrefix(".x."))
    #expect(name.hasSuffix(".tmp"))
    #expect(try folder.status(name).st_mode & 0o777 == 0o600)
    #expect(try process.finish().status == 0)
    #expect(folder.names == ["a", "x"])
  }

  @Test("A failure leaves nothing behind")
  func failure() throws {
    try folder.writeArchive("b.fsc", of: Sample.noise(2_000))
    try folder.write("b.fsc", folder.read("b.fsc").dropLast(700))
    let finished = try folder.fscomp("-d", "b.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 1)
    #expect(finished.errors.hasPrefix("fscomp: b.fsc: "))
    #expect(folder.names == ["a", "b.fsc"])
  }

  @Test("A device is written to, and stays as it is")
  func device() throws {
    let before = try folderless("/dev/null")
    #expect(try folder.fscomp("a", "-o", "/dev/null").status == 0)
    #expect(try folder.fscomp("-f", "a", "-o", "/dev/null").status == 0)
    let after = try folderless("/dev/null")
    #expect(before.st_mode == after.st_mode)
    #expect(before.st_ino == after.st_ino)
    #expect(before.st_uid == after.st_uid)
  }

  @Test("A full device is an error")
  func fullDevice() throws {
    let named = try folder.fscomp("a", "-o", "/dev/full")
    #expect(named.status == 1)
    #expect(named.errors == "fscomp: /dev/full: No space left on device\n")
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let redirected = try folder.fscomp("-c", "a", output: .descriptor(full))
    #expect(redirected.status == 1)
    #expect(redirected.errors == "fscomp: (stdout): No space left on device\n")
    try folder.writeArchive("b.fsc", of: Sample.text)
    #expect(try folder.fscomp("list", "b.fsc", output: .descriptor(full)).status == 1)
  }

  @Test("A named pipe is written to")
  func namedPipe() throws {
    #expect(mkfifo(folder.path(of: "pipe"), 0o600) == 0)
    let finished = try folder.shell("fscomp a -o pipe & fscomp -d < pipe; wait $!")
    #expect(finished.status == 0)
    #expect(finished.output == Sample.text)
    #expect(try folder.status("pipe").st_mode & S_IFMT == S_IFIFO)
  }

  @Test("Input and output are never the same file")
  func sameFile() throws {
    for arguments in [
      ["-f", "a", "-o", "a"], ["-f", "a", "-o", "./a"], ["-f", "a", "-o", "link"],
    ] {
      symlink("a", folder.path(of: "link"))
      let finished = try folder.start(arguments).finish()
      #expect(finished.status == 1)
      #expect(finished.errors == "fscomp: \(arguments[3]): is both input and output\n")
    }
    #expect(try folder.read("a") == Sample.text)

    let descriptor = open(folder.path(of: "a"), O_RDWR | O_APPEND | O_CLOEXEC)
    defer { close(descriptor) }
    for arguments in [["-c", "a"], ["-"]] {
      let redirected = try folder.start(
        arguments, input: .descriptor(descriptor), output: .descriptor(descriptor)
      ).finish()
      #expect(redirected.status == 1)
      #expect(redirected.errors == "fscomp: (stdout): is both input and output\n")
    }
    #expect(try folder.read("a") == Sample.text)
  }

  @Test("Through a symbolic link the file it leads to is replaced, when forced")
  func symbolicLink() throws {
    try folder.write("target", [1])
    symlink("target", folder.path(of: "link"))
    #expect(try folder.fscomp("a", "-o", "link").status == 1)
    #expect(try folder.fscomp("-f", "a", "-o", "link").status == 0)
    #expect(try folder.status("link").st_mode & S_IFMT == S_IFLNK)
    #expect(try folder.fscomp("-dc", "target").output == Sample.text)
  }

  @Test("A folder is no output, nor is anything in one that does not exist")
  func folders() throws {
    mkdir(folder.path(of: "sub"), 0o700)
    let named = try folder.fscomp("-f", "a", "-o", "sub")
    #expect(named.status == 1)
    #expect(named.errors == "fscomp: sub: is a directory\n")
    let missing = try folder.fscomp("a", "-o", "none/x")
    #expect(missing.status == 1)
    #expect(missing.errors == "fscomp: none/x: No such file or directory\n")
    #expect(try folder.fscomp("a", "-o", "sub/x").status == 0)
    #expect(unlink(folder.path(of: "sub/x")) == 0)
  }

  @Test("A name too long for the system is refused before any work is done")
  func longName() throws {
    let name = String(repeating: "n", count: 254)
    try folder.write(name, Sample.text)
    let refused = try folder.start([name]).finish()
    #expect(refused.status == 1)
    #expect(refused.errors == "fscomp: \(name).fsc: File name too long\n")

    let longest = String(repeating: "m", count: 251)
    try folder.write(longest, Sample.text)
    #expect(try folder.start([longest]).finish().status == 0)
    #expect(folder.names.contains(longest + ".fsc"))
  }

  @Test("Closed standard streams are errors, and never another file")
  func closedStreams() throws {
    #expect(try folder.fscomp("-c", "a", output: .closed).status == 1)
    #expect(try folder.fscomp("-c", input: .closed).status == 1)
    #expect(try folder.fscomp("a", input: .closed, output: .closed, errors: .closed).status == 0)
    #expect(try folder.fscomp("-dc", "a.fsc").output == Sample.text)
    #expect(try folder.read("a") == Sample.text)
  }

  private func folderless(_ path: String) throws -> stat {
    var status = stat()
    guard stat(path, &status) == 0 else { throw TestFailure(path) }
    return status
  }
}
