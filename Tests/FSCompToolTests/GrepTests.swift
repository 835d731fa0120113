import FSCompTool
import Platform
import Testing

@Suite("grep")
struct GrepTests {
  let folder: TemporaryFolder
  private let lines = (0..<400).map { "\($0) says \($0 % 7 == 0 ? "Error" : "fine")" }

  init() throws {
    folder = try TemporaryFolder()
    // Blocks end in the middle of lines.
    try folder.writeArchive("a.fsc", of: text(lines), "-1", "--block-size", "1K")
    try folder.write("plain", Array("one\ntwo Error\nthree".utf8))
  }

  private func text(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

  @Test("Lines across the borders of blocks are found, with their numbers")
  func lineNumbers() throws {
    let finished = try folder.fscomp("grep", "-n", "Error", "a.fsc")
    #expect(finished.status == 0)
    let expected = lines.enumerated().filter { $1.contains("Error") }.map { "\($0 + 1):\($1)" }
    #expect(finished.output == text(expected))
    let whole = try folder.fscomp("grep", "^[0-9]+ says (Error|fine)$", "-c", "-T2", "a.fsc")
    #expect(whole.text == "400\n")
  }

  @Test("Archives, plain files and standard input; names where there are several")
  func inputs() throws {
    let both = try folder.fscomp("grep", "^(two|14) .*r$", "a.fsc", "plain")
    #expect(both.text == "a.fsc:14 says Error\nplain:two Error\n")
    #expect(try folder.fscomp("grep", "-h", "two", "plain", "a.fsc").text == "two Error\n")
    #expect(try folder.fscomp("grep", "-H", "three", "plain").text == "plain:three\n")
    let archive = try folder.read("a.fsc")
    #expect(try folder.fscomp("grep", "^7 ", input: .bytes(archive)).text == "7 says Error\n")
    #expect(try folder.shell("cat a.fsc | fscomp grep '^7 ' -").text == "7 says Error\n")
    #expect(try folder.shell("cat plain | fscomp grep -H one").text == "(stdin):one\n")
  }

  @Test(
    "Options, one by one",
    arguments: [
      (["-i", "ERROR", "plain"], "two Error\n"), (["-iF", "ERROR", "plain"], "two Error\n"),
      (["-v", "o|t", "plain"], ""), (["-v", "two", "plain"], "one\nthree\n"),
      (["-nv", "two", "plain"], "1:one\n3:three\n"),
      (["-c", "o", "plain"], "2\n"), (["-cv", "o", "plain"], "1\n"),
      (["-c", "e$", "plain", "a.fsc"], "plain:2\na.fsc:342\n"),
      (["-l", "three|399", "plain", "a.fsc"], "plain\na.fsc\n"),
      (["-l", "two", "plain", "a.fsc"], "plain\n"),
      (["-m1", "Error", "a.fsc", "plain"], "a.fsc:0 says Error\nplain:two Error\n"),
      (["-m", "2", "-n", "fine", "a.fsc"], "2:1 says fine\n3:2 says fine\n"),
      (["-m0", "o", "plain"], ""), (["-F", "t.o", "plain"], ""), (["t.o", "plain"], "two Error\n"),
      (["", "plain"], "one\ntwo Error\nthree\n"), (["--", "-", "plain"], ""),
    ])
  func options(arguments: [String], expected: String) throws {
    let finished = try folder.start(["grep"] + arguments).finish()
    #expect(finished.text == expected)
    #expect(finished.errors.isEmpty)
    #expect(finished.status == (finished.output.isEmpty ? 1 : 0))
  }

  @Test("What is no UTF-8 is searched and printed as it is")
  func bytes() throws {
    let content =
      [0xFF, 0x61, 0xFE] + Array("b é\n".utf8) + [0xE9] + Array("c\r\n\n".utf8) + [0x80]
    try folder.write("b", content)
    #expect(try folder.fscomp("grep", "a.b", "b").output == Array(content[..<8]))
    #expect(try folder.fscomp("grep", "-i", "É", "b").output == Array(content[..<8]))
    #expect(try folder.fscomp("grep", "c", "b").output == Array(content[8..<12]))
    #expect(try folder.fscomp("grep", "^$", "b").output == [0x0A])
    #expect(try folder.fscomp("grep", "-c", ".", "b").text == "3\n")
    let pattern: [UInt8] = [0xFE, 0x62]
    let process = try ToolProcess(
      [Array("grep".utf8), Array("-F".utf8), pattern, Array("b".utf8)], in: folder.path)
    #expect(try process.finish().output == Array(content[..<8]))
  }

  @Test("0 if a line was selected, 1 if none was, 2 after an error, which stops nothing")
  func statuses() throws {
    try folder.write("none.fsc", [0xF5, 0x46, 0x53, 0x43, 1, 2, 3])
    #expect(try folder.fscomp("grep", "nothing", "a.fsc").status == 1)
    for file in ["missing", "none.fsc", "."] {
      let finished = try folder.fscomp("grep", "-h", "two", file, "plain")
      #expect(finished.status == 2)
      #expect(finished.errorLines.count == 1)
      #expect(finished.text == "two Error\n")
    }
    let wrong = [
      [], ["("], ["--nonsense", "a"], ["-m", "x", "a"], ["-m=-1", "a"], ["-cl", "a"], ["a\nb"],
      ["-Tx", "a"], ["-F", "-hH", "a"],
    ]
    for arguments in wrong {
      let finished = try folder.start(["grep"] + arguments).finish()
      #expect(finished.status == 2, "\(arguments)")
      #expect(finished.errorLines.count == 2, "\(arguments)")
      #expect(finished.errorLines.last == "Try 'fscomp grep --help'.")
    }
    #expect(try folder.fscomp("grep", "--help").text.contains("--ignore-case"))
  }

  @Test("Many archives side by side, on all threads, in the order of the arguments")
  func manyArchives() throws {
    let names = (0..<12).map { "\($0).fsc" }
    var expected = ""
    for (number, name) in names.enumerated() {
      let content = (0..<700).map { "line \($0) of \(number)\($0 == 5 * number ? " here" : "")\n" }
      try folder.writeArchive(name, of: Array(content.joined().utf8), "--network", "on")
      expected += "\(name):line \(5 * number) of \(number) here\n"
    }
    let process = try folder.start(["grep", "-T4", "here$"] + names)
    // One archive alone has work for one thread, besides that which waits for it.
    try waitUntil("as many threads as there may be") {
      var status = stat()
      // Two names of the folder itself, and one for each thread.
      return stat("/proc/\(process.pid)/task", &status) == 0 && status.st_nlink >= 2 + 5
    }
    #expect(try process.finish().text == expected)
    // No more memory than one archive takes; files that are none or cannot be read in between.
    try folder.write("damaged.fsc", folder.read("3.fsc").dropLast(40) + [])
    let mixed = ["1.fsc", "plain", "missing", "2.fsc", "damaged.fsc", "-", "3.fsc"]
    let finished = try folder.shell(
      "printf 'here\\n' | fscomp grep -T4 --memory 12M 'here$|wo E' \(mixed.joined(separator: " "))")
    #expect(finished.status == 2)
    #expect(finished.text == """
      1.fsc:line 5 of 1 here
      plain:two Error
      2.fsc:line 10 of 2 here
      (stdin):here
      3.fsc:line 15 of 3 here

      """)
    #expect(finished.errorLines.count == 2)
    #expect(finished.errorLines.first?.contains("missing") == true)
    // Of an input of which no more is wanted, nothing keeps the others from being searched.
    let first = try folder.start(["grep", "-m1", "-T3", "-c", "line"] + names).finish()
    #expect(first.text == names.map { "\($0):1\n" }.joined())
  }

  @Test("Damage is an error; what comes before it is found")
  func damage() throws {
    var archive = try folder.read("a.fsc")
    archive[archive.count * 3 / 4] ^= 1
    try folder.write("a.fsc", archive)
    let finished = try folder.fscomp("grep", "^7 ", "a.fsc")
    #expect(finished.status == 2)
    #expect(finished.text == "7 says Error\n")
    #expect(try folder.fscomp("grep", "-m1", "^7 ", "a.fsc").status == 0)
  }

  @Test(
    "What an expression requires",
    arguments: [
      ("error", "error", true), ("a\\.b", "a.b", true), ("é", "é", true), ("", "", true),
      ("^error", "error", false), ("xy?timeout", "timeout", false), ("ab+cde", "cde", false),
      ("abc*d", "ab", false), ("(?:abc)?de", "de", false), ("(a|bcd)ef", "ef", false),
      ("[a(|]+bc", "bc", false), ("[^\\]x]bc", "bc", false), ("ab{2,3}c", "a", false),
      ("\\d+ms\\b", "ms", false), ("(a(b[)]c)d)ee", "ee", false), ("a.b", "a", false),
      // Nothing, to be safe.
      ("abc|def", "", false), ("(?i)abc", "", false), ("[[:alpha:]]abc", "", false),
      ("\\Qabc", "", false), ("\\u0041bc", "", false), ("(?=abc)d", "", false),
      ("a{b}", "", false), ("[]a]b", "", false),
    ])
  func requirement(pattern: String, expected: String, isWhole: Bool) {
    let literal = RequiredLiteral(of: pattern)
    #expect(literal.text == expected)
    #expect(literal.isWhole == isWhole)
  }

  @Test("Letters that are the same as others of no ASCII are not required of bytes")
  func foldedRequirement() throws {
    #expect(RequiredLiteral(of: "timeout", ignoresCase: true).text == "timeout")
    #expect(RequiredLiteral(of: "error-k", ignoresCase: true).isWhole == false)
    #expect(RequiredLiteral(of: "[a.", isFixed: true).text == "[a.")
    try folder.write("kelvin", Array("1 \u{212A}\n".utf8))
    #expect(try folder.fscomp("grep", "-i", "1 k", "kelvin").status == 0)
  }
}
