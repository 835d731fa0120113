import Platform
import Testing

@Suite("Signals")
struct SignalTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("An interrupted run leaves nothing behind", arguments: [
      SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF,
    ])
  func interruption(signal: Int32) throws {
    let process = try folder.start(["-o", "x"], input: .pipe)
    try process.write(Sample.noise(10_000))
    try waitUntil("the temporary file") { !folder.names.isEmpty }
    process.send(signal)
    let finished = try process.finish()
    #expect(finished.signal == signal)
    #expect(finished.errors.isEmpty)
    #expect(folder.names.isEmpty)
  }

  @Test("So does one that replaces a file: the old one stays")
  func replacement() throws {
    try folder.write("x", [1, 2, 3])
    let process = try folder.start(["-f", "-o", "x"], input: .pipe)
    try waitUntil("the temporary file") { folder.names.count == 2 }
    process.send(SIGINT)
    #expect(try process.finish().signal == SIGINT)
    #expect(folder.names == ["x"])
    #expect(try folder.read("x") == [1, 2, 3])
  }

  @Test("Files that were finished before stay")
  func afterOthers() throws {
    try folder.write("a", Sample.text)
    mkfifo(folder.path(of: "pipe"), 0o600)
    let process = try folder.start(["-c", "a", "pipe"])
    let writing = open(folder.path(of: "pipe"), O_WRONLY)
    defer { close(writing) }
    process.send(SIGTERM)
    #expect(try process.finish().signal == SIGTERM)
    #expect(folder.names == ["a", "pipe"])
  }

  @Test("An ignored signal stays ignored, as under nohup")
  func ignored() throws {
    let process = try ToolProcess(
      executable: "/bin/sh",
      ["-c", "trap '' HUP; exec \(ToolProcess.executable) -o x"].map { Array($0.utf8) },
      in: folder.path, input: .pipe)
    try waitUntil("the temporary file") { !folder.names.isEmpty }
    process.send(SIGHUP)
    try process.write(Sample.text)
    #expect(try process.finish().status == 0)
    #expect(folder.names == ["x"])
  }

  @Test("SIGUSR1 asks for a line of progress")
  func status() throws {
    let process = try folder.start(["-q", "-o", "x"], input: .pipe)
    try waitUntil("the temporary file") { !folder.names.isEmpty }
    process.send(SIGUSR1)
    try waitUntil("the line") { process.errorsSoFar.hasSuffix("\n") }
    #expect(process.errorsSoFar.hasPrefix("fscomp: (stdin): "))
    process.send(SIGUSR1)
    try waitUntil("another line") { process.errorsSoFar.split(separator: "\n").count == 2 }
    #expect(try process.finish().status == 0)
  }

  @Test("A reader that has gone is no error, and nothing is said")
  func closedPipe() throws {
    try folder.write("a", Sample.noise(20_000))
    try folder.writeArchive("a.fsc", of: Sample.noise(20_000))
    for arguments in [
      ["-c", "a"], ["-dc", "a.fsc"], ["list", "a.fsc"], ["--help"], ["--version"],
    ] {
      let ends = try Pipe.make()
      close(ends.reading)
      defer { close(ends.writing) }
      let finished = try folder.start(arguments, output: .descriptor(ends.writing)).finish()
      #expect(finished.status == 0, "\(arguments)")
      #expect(finished.errors.isEmpty, "\(arguments)")
    }
  }
}
