import Platform
import Testing

@Suite("Terminals")
struct TerminalTests {
  let folder: TemporaryFolder
  let terminal: PseudoTerminal

  init() throws {
    folder = try TemporaryFolder()
    terminal = try PseudoTerminal()
    try folder.write("a", Sample.text)
    try folder.writeArchive("b.fsc", of: Sample.text)
  }

  @Test("No compressed data is written to a terminal, unless forced")
  func binaryOutput() throws {
    for arguments in [["-c", "a"], ["compress", "-"], []] {
      let finished = try folder.start(
        arguments, input: .bytes(Sample.text), output: .descriptor(terminal.terminal)
      ).finish()
      #expect(finished.status == 1)
      #expect(finished.errorLines.count == 1)
      #expect(finished.errors.hasPrefix("fscomp: (stdout): is a terminal"))
      #expect(terminal.text.isEmpty)
    }
    let forced = try folder.fscomp("-cf", "a", output: .descriptor(terminal.terminal))
    #expect(forced.status == 0)
    #expect(!terminal.text.isEmpty)
  }

  @Test("Alone on a terminal the program says how it is used")
  func alone() throws {
    let finished = try folder.start(
      [], input: .descriptor(terminal.terminal), output: .descriptor(terminal.terminal)
    ).finish()
    #expect(finished.status == 0)
    #expect(terminal.text.hasPrefix("USAGE: fscomp"))
  }

  @Test("Plain text is")
  func plainOutput() throws {
    #expect(try folder.fscomp("-dc", "b.fsc", output: .descriptor(terminal.terminal)).status == 0)
    #expect(terminal.text.hasPrefix("A byte stream"))
  }

  @Test("Compressed data is not read from a terminal", arguments: ["-d", "-t", "-l", "test"])
  func compressedInput(mode: String) throws {
    let finished = try folder.fscomp(mode, input: .descriptor(terminal.terminal))
    #expect(finished.status == 1)
    #expect(
      finished.errors == "fscomp: (stdin): is a terminal; compressed data is not read from one\n")
  }

  @Test("A summary a file stands on a terminal")
  func summaries() throws {
    try folder.write("c", Sample.noise(10))
    let errors = OutputStream.descriptor(terminal.terminal)
    #expect(try folder.fscomp("a", "c", errors: errors).status == 0)
    #expect(try folder.fscomp("-df", "a.fsc", errors: errors).status == 0)
    #expect(try folder.fscomp("-t", "a.fsc", errors: errors).status == 0)
    let lines = terminal.screen
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("a: "))
    #expect(lines[0].contains("ratio "))
    #expect(lines[0].contains(" (1.27 KiB => "))
    #expect(lines[0].hasSuffix(" bits/byte, a.fsc)"))
    #expect(lines[1].hasPrefix("c: "))
    #expect(lines[2] == "a.fsc: 1.27 KiB (a)")
    #expect(lines[3] == "a.fsc: OK (1.27 KiB)")
  }

  @Test("-q takes it away, and so does standard output; -v brings it back")
  func quiet() throws {
    let errors = OutputStream.descriptor(terminal.terminal)
    #expect(try folder.fscomp("-q", "a", errors: errors).status == 0)
    #expect(try folder.fscomp("-c", "a", errors: errors).status == 0)
    #expect(terminal.text.isEmpty)
    let verbose = try folder.fscomp("-v", "-c", "a")
    #expect(verbose.errorLines.count == 1)
    #expect(verbose.errors.hasPrefix("a: "))
    #expect(verbose.errors.contains("/s"))
    #expect(try folder.fscomp("-f", "a").errors.isEmpty)
    #expect(try folder.fscomp("-vq", "-f", "a").errors.isEmpty)
  }

  @Test("Long work shows progress, and takes it away at the end")
  func progress() throws {
    let process = try folder.start(
      ["-o", "x"], input: .pipe, errors: .descriptor(terminal.terminal))
    try process.write(Sample.text)
    try waitUntil("progress") { terminal.text.contains("\r\u{1b}[K(stdin): ") }
    #expect(try process.finish().status == 0)
    let lines = terminal.screen
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("(stdin): "))
    #expect(lines[0].hasSuffix(", x)"))
  }

  @Test("Short work shows none, nor does --no-progress, -q or a pipe on standard output")
  func noProgress() throws {
    let errors = OutputStream.descriptor(terminal.terminal)
    #expect(try folder.fscomp("-q", "a", errors: errors).status == 0)
    for arguments in [["-q", "-o", "x"], ["--no-progress", "-o", "y"]] {
      let process = try folder.start(arguments, input: .pipe, errors: errors)
      usleep(900_000)
      #expect(try process.finish().status == 0)
    }
    let ends = try Pipe.make()
    let process = try folder.start(
      ["-c"], input: .pipe, output: .descriptor(ends.writing), errors: errors)
    usleep(900_000)
    #expect(try process.finish().status == 0)
    close(ends.reading)
    close(ends.writing)
    #expect(!terminal.text.contains("\u{1b}"))
  }

  @Test("A dumb terminal gets lines and no escape codes")
  func dumb() throws {
    let process = try folder.start(
      ["-o", "x"], input: .pipe, environment: ["TERM": "dumb"],
      errors: .descriptor(terminal.terminal))
    try process.write(Sample.text)
    usleep(900_000)
    #expect(try process.finish().status == 0)
    #expect(!terminal.text.contains("\u{1b}"))
    #expect(terminal.screen.count == 1)
  }

  @Test("An interrupt erases the progress line")
  func interruption() throws {
    let process = try folder.start(
      ["-o", "x"], input: .pipe, errors: .descriptor(terminal.terminal))
    try waitUntil("progress") { terminal.text.contains("(stdin): ") }
    process.send(SIGINT)
    #expect(try process.finish().signal == SIGINT)
    #expect(terminal.text.hasSuffix("\r\u{1b}[K"))
  }

  @Test("Progress fits the terminal", arguments: [10, 20, 40])
  func narrow(columns: UInt16) throws {
    let terminal = try PseudoTerminal(columns: columns)
    let process = try folder.start(
      ["-o", "x"], input: .pipe, errors: .descriptor(terminal.terminal))
    try process.write(Sample.text)
    try waitUntil("progress") { terminal.text.split(separator: "\r\u{1b}[K").count > 1 }
    for line in terminal.text.split(separator: "\r\u{1b}[K") {
      #expect(line.count < columns)
    }
    process.send(SIGKILL)
    _ = try process.finish()
  }

  @Test("Control characters in names do not reach the terminal")
  func controlCharacters() throws {
    let name = Array("x\u{1b}[31m".utf8)
    try folder.write(name, Sample.text)
    let process = try ToolProcess(
      [name], in: folder.path, errors: .descriptor(terminal.terminal))
    #expect(try process.finish().status == 0)
    #expect(terminal.text.hasPrefix("x?[31m: "))
    #expect(!terminal.text.contains("\u{1b}"))
  }
}
