import Testing

@Suite("Explaining")
struct ExplainTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("text", Sample.text)
  }

  private static let log = Array(
    (0..<300).map { number in
      number == 200
        ? "2026-11-26 10:00:\(number) zebra xylophone quartz?\n"
        : "2026-11-26 10:00:\(number) INFO worker \(number % 7) is done\n"
    }.joined().utf8)

  @Test("Shows the text with marks, a legend and the sum")
  func text() throws {
    let finished = try folder.fscomp("explain", "-1", "text")
    #expect(finished.status == 0)
    #expect(finished.text.hasPrefix("A byte stream is cut into blocks"))
    #expect(finished.text.contains("bits a character: ' ' below 0.5"))
    #expect(finished.text.contains("plain bytes  1,300"))
    #expect(!finished.text.contains("\u{1B}"))
    let colored = try folder.fscomp("explain", "-1", "--color", "text")
    #expect(colored.text.contains("\u{1B}[48;5;"))
    let trueColor = try folder.start(
      ["explain", "-1", "--color", "text"], environment: ["COLORTERM": "truecolor"]).finish()
    #expect(trueColor.text.contains("\u{1B}[48;2;"))
  }

  @Test("An archive costs what its payload has, whatever the level", arguments: ["-1", "-3", "-6"])
  func archives(level: String) throws {
    #expect(try folder.fscomp("compress", level, "text").status == 0)
    let plain = try folder.fscomp("explain", level, "--json", "text").text
    let archive = try folder.fscomp("explain", "--json", "text.fsc").text
    func value(_ name: String, _ json: String) -> String? {
      json.split(separator: "\"\(name)\":").dropFirst().first.map {
        String($0.prefix { $0 != "," && $0 != "\n" })
      }
    }
    for name in ["bits", "payloadBytes", "bytes"] {
      #expect(value(name, plain) == value(name, archive), "\(name)")
    }
    let size = try folder.shell("stat -c %s text.fsc").text.split(separator: "\n").first
    #expect(value("archiveBytes", archive) == size.map(String.init))
    let piped = try folder.shell("\(ToolProcess.executable) explain --json < text.fsc").text
    #expect(value("bits", piped) == value("bits", archive))
  }

  @Test("--top finds the odd line of a log")
  func top() throws {
    try folder.write("log", Self.log)
    // Of the first line nothing is known, whatever it is.
    let lines = try folder.fscomp("explain", "-1", "--top", "2", "--lines", "log").text
      .split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1...].contains { $0.contains("zebra xylophone quartz") && $0.contains(" 201 ") })
    let csv = try folder.fscomp("explain", "-1", "--top=2", "--by", "line", "--csv", "log").text
    #expect(csv.hasPrefix("offset,bytes,line,bits,text\r\n"))
    #expect(csv.split(separator: "\r\n").count == 3 && csv.contains("zebra"))
    let fields = try folder.fscomp("explain", "-1", "--top", "3", "--fields", "log")
    #expect(fields.status == 0 && fields.text.contains("<*>"))
    #expect(try folder.fscomp("explain", "-1", "--top", "3", "--words", "log").text.contains("times"))
    let none = try folder.fscomp("explain", "-1", "--top", "3", "--fields", "text")
    #expect(none.status == 1)
    #expect(none.errorLines == ["fscomp: text: has no fields: it is no CSV, no JSON and no log"])
  }

  @Test("-o writes a page, and overwrites only with -f")
  func page() throws {
    try folder.write("log", Self.log)
    #expect(try folder.fscomp("explain", "-1", "-o", "a.html", "log").status == 0)
    let page = try folder.shell("cat a.html").text
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("Who saved what"))
    #expect(try folder.fscomp("explain", "-1", "-o", "a.html", "text").status == 1)
    #expect(try folder.fscomp("explain", "-1f", "-o", "a.html", "--no-parts", "text").status == 0)
    #expect(try !folder.shell("cat a.html").text.contains("Who saved what"))
    #expect(try folder.fscomp("explain", "-1", "-o", "a.json", "--json", "text").status == 0)
    #expect(try folder.shell("cat a.json").text.hasPrefix("{\"format\":\"fscomp-explanation-1\""))
  }

  @Test("Two files, or two models, are compared")
  func comparing() throws {
    try folder.write("log", Self.log)
    let files = try folder.fscomp("explain", "-1", "text", "log")
    #expect(files.status == 0)
    #expect(files.text.contains("bits a byte") && files.text.contains("log"))
    let models = try folder.fscomp("explain", "-1", "--against", "default", "log")
    #expect(models.status == 0 && models.text.contains("payload"))
    #expect(try folder.fscomp("explain", "a", "b", "c").status == 1)
    #expect(try folder.fscomp("explain", "--against", "default", "a", "b").status == 1)
  }

  @Test("What is no text is said, and not shown")
  func binary() throws {
    try folder.write("noise", Sample.randomBytes.bytes)
    let finished = try folder.fscomp("explain", "noise")
    #expect(finished.status == 0)
    #expect(finished.text.hasPrefix("noise: these are no bytes of text"))
    #expect(finished.text.contains("stored as it is"))
    #expect(try folder.fscomp("explain", "--csv", "--by", "byte", "noise").text.contains(",8.0000"))
    try folder.write("empty", [])
    #expect(try folder.fscomp("explain", "empty").status == 0)
    #expect(try folder.fscomp("explain", "missing").status == 1)
  }

  @Test("A large input is sampled, and says so")
  func sampling() throws {
    try folder.write("long", (0..<40).flatMap { _ in Sample.text })
    let finished = try folder.fscomp(
      "explain", "-1", "--block-size", "4K", "--sample", "8K", "--no-pager", "long")
    #expect(finished.text.contains("in a sample of 3 of 13 blocks"))
    let top = try folder.fscomp(
      "explain", "-1", "--block-size", "4K", "--sample", "8K", "--top", "1", "long")
    #expect(top.errorLines.count == 1 && top.errors.contains("--sample 0 takes all"))
    let all = try folder.fscomp("explain", "-1", "--block-size", "4K", "--sample", "0", "long")
    #expect(all.text.contains("plain bytes  52,000\n"))
  }

  @Test("On a terminal there are colours and a pager")
  func terminal() throws {
    let terminal = try PseudoTerminal()
    let process = try folder.start(
      ["explain", "-1", "text"],
      environment: ["PAGER": "sed 's/stream/river/'", "TERM": "xterm"],
      output: .descriptor(terminal.terminal))
    #expect(try process.finish().status == 0)
    #expect(terminal.text.contains("river"))
    let other = try PseudoTerminal()
    let plain = try folder.start(
      ["explain", "-1", "--no-pager", "text"], environment: ["NO_COLOR": "1", "TERM": "xterm"],
      output: .descriptor(other.terminal))
    #expect(try plain.finish().status == 0)
    #expect(other.text.contains("stream") && !other.text.contains("\u{1B}["))
  }
}
