import FSCompTool
import Platform
import Testing

@Suite("cat")
struct RangeTests {
  let folder: TemporaryFolder
  private let plain = (0..<400).flatMap { Array("line \($0)\n".utf8) }

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeArchive("a.fsc", of: plain, "-1", "--block-size", "1K")
  }

  @Test("Without a range all is written, of several archives and of standard input")
  func whole() throws {
    #expect(try folder.fscomp("cat", "a.fsc", "a.fsc").output == plain + plain)
    #expect(try folder.fscomp("cat", input: .bytes(folder.read("a.fsc"))).output == plain)
  }

  @Test("A range of the content")
  func ranges() throws {
    let cases: [(String, Range<Int>)] = [
      ("0+10", 0..<10), ("1000+1K", 1000..<2024), ("1K+", 1024..<plain.count),
      ("3000+9G", 3000..<plain.count), ("9G+1", 0..<0), ("5+0", 0..<0),
    ]
    for (text, range) in cases {
      let finished = try folder.fscomp("cat", "--range", text, "a.fsc")
      #expect(finished.status == 0)
      #expect(finished.output == Array(plain[range]), "\(text)")
    }
    let joined = try folder.fscomp("cat", "--range=10+5", "-T2", "a.fsc", "a.fsc")
    #expect(joined.output == Array(plain[10..<15] + plain[10..<15]))
    // From a file at standard input, too.
    let redirected = try folder.shell("fscomp cat --range 10+5 < a.fsc")
    #expect(redirected.output == Array(plain[10..<15]))
  }

  @Test("A range of lines")
  func lines() throws {
    let all = plain.split(separator: 0x0A).map { Array($0) + [0x0A] }
    for (text, range) in [
      ("1-1", 0..<1), ("7", 6..<7), ("100-300", 99..<300), ("390-", 389..<400),
      ("400-999", 399..<400), ("401-", 0..<0),
    ] {
      let finished = try folder.fscomp("cat", "--lines", text, "a.fsc", "a.fsc")
      #expect(finished.status == 0)
      #expect(finished.output == Array((all[range] + all[range]).joined()), "\(text)")
    }
    #expect(try folder.shell("cat a.fsc | fscomp cat --lines 2").text == "line 1\n")
    // A last line without a newline is a line.
    try folder.writeArchive("b.fsc", of: Array("a\nb".utf8))
    #expect(try folder.fscomp("cat", "--lines=2-", "b.fsc").text == "b")
    // Behind the last of the lines nothing is decoded.
    var archive = try folder.read("a.fsc")
    archive[archive.count / 2] ^= 1
    try folder.write("a.fsc", archive)
    #expect(try folder.fscomp("cat", "--lines", "3-5", "a.fsc").status == 0)
    #expect(try folder.fscomp("cat", "--lines", "399", "a.fsc").status == 1)
    #expect(try folder.fscomp("cat", "--lines", "3", "--range", "0+1", "a.fsc").status == 1)
  }

  @Test("With an index of lines only the blocks that hold them are decoded")
  func indexedLines() throws {
    let all = plain.split(separator: 0x0A).map { Array($0) + [0x0A] }
    let options = ["--block-size", "1K", "-1", "--index", "lines"]
    try folder.write("i", plain)
    #expect(try folder.start(options + ["-k", "i"]).finish().status == 0)
    let whole = try folder.read("i.fsc")
    #expect(try folder.start(["-c", "-T3"] + options + ["i"]).finish().output == whole)
    #expect(try folder.shell("cat i | fscomp -1 --block-size 1K --index lines").output == whole)
    #expect(try folder.fscomp("test", "i.fsc").status == 0)
    for (text, range) in [
      ("1-1", 0..<1), ("7", 6..<7), ("100-300", 99..<300), ("390-", 389..<400), ("401-", 0..<0),
    ] {
      let finished = try folder.fscomp("cat", "--lines", text, "i.fsc", "i.fsc")
      #expect(finished.output == Array((all[range] + all[range]).joined()), "\(text)")
      let piped = try folder.shell("cat i.fsc | fscomp cat --lines \(text)")
      #expect(piped.output == Array(all[range].joined()), "\(text)")
    }
    // All blocks are damaged but the one that holds lines 200 to 202.
    let listing = try folder.fscomp("list", "-v", "i.fsc").text.split(separator: "\n").dropFirst(4)
    let start = all[..<199].reduce(0) { $0 + $1.count }
    let needed = start / 1024
    var archive = whole
    for (number, row) in listing.enumerated() where number != needed {
      let cells = row.split(separator: " ")
      let (offset, size) = (try #require(Int(cells[2])), try #require(Int(cells[5])))
      archive[offset + size - 2] ^= 1
    }
    try folder.write("d.fsc", archive)
    let lines = try folder.fscomp("cat", "--lines", "200-202", "-T4", "d.fsc")
    #expect(lines.status == 0)
    #expect(lines.output == Array(all[199..<202].joined()))
    #expect(try folder.fscomp("cat", "--lines", "100", "d.fsc").status == 1)
  }

  @Test("Listings say that there is an index of lines")
  func listedLines() throws {
    try folder.writeArchive("i.fsc", of: plain, "-1", "--index", "lines")
    let rows = try folder.fscomp("list", "i.fsc", "a.fsc").text.split(separator: "\n")
      .map { $0.split(separator: " ") }
    #expect(rows[0][6] == "Lines")
    #expect(rows[1][6] == "400")
    #expect(rows[2][6] == "-")
    #expect(try folder.fscomp("list", "--json", "i.fsc").text.contains("\"lines\":400"))
    #expect(try !folder.fscomp("list", "--json", "a.fsc").text.contains("\"lines\""))
    #expect(try folder.fscomp("--index", "words", "-c", "i.fsc").status == 1)
  }

  @Test("Ranges of lines as people write them")
  func lineSyntax() throws {
    #expect(try LineRange("2-4").lines == 1..<4)
    #expect(try LineRange("7").lines == 6..<7)
    #expect(try LineRange("7-").lines == 6..<Int.max)
    for text in ["", "-", "0", "0-5", "5-4", "-5", "1-2-3", "a-b", "1+2", "1--2"] {
      #expect(throws: (any Error).self, "\(text)") { try LineRange(text) }
    }
  }

  @Test("--seekable makes small blocks")
  func seekable() throws {
    let content = Sample.noise(150_000)
    try folder.writeArchive("s.fsc", of: content, "--seekable")
    let listing = try folder.fscomp("list", "-v", "--json", "s.fsc").text
    #expect(listing.contains("\"blocks\":3,"))
    #expect(listing.contains("\"uncompressed\":65536,"))
    #expect(try folder.fscomp("cat", "--range", "70000+9", "s.fsc").output
      == Array(content[70_000..<70_009]))
    let both = try folder.fscomp("--seekable", "--block-size", "1M", "-c", "s.fsc")
    #expect(both.status == 1)
  }

  @Test("What is no archive, or no file, is said, and the others are written")
  func errors() throws {
    try folder.write("b", Sample.text)
    let finished = try folder.fscomp("cat", "--range", "0+3", "b", "none", "a.fsc")
    #expect(finished.status == 1)
    #expect(finished.errorLines.count == 2)
    #expect(finished.output == Array(plain[..<3]))
    let piped = try folder.shell("cat a.fsc | fscomp cat --range 0+3")
    #expect(piped.status == 1)
    #expect(piped.errors.contains("is not a regular file"))
  }

  @Test("Damage elsewhere does not matter")
  func damage() throws {
    var archive = try folder.read("a.fsc")
    archive[60] ^= 1
    try folder.write("a.fsc", archive)
    #expect(try folder.fscomp("cat", "a.fsc").status == 1)
    #expect(try folder.fscomp("cat", "--range", "2K+500", "a.fsc").output
      == Array(plain[2048..<2548]))
  }

  @Test("Ranges as people write them")
  func syntax() throws {
    #expect(try ByteRange("1K+2K").bytes == 1024..<3072)
    #expect(try ByteRange("7+").bytes == 7..<Int.max)
    for text in ["", "+", "5", "1-2", "+5", "a+b", "1+2+3", "1+-2"] {
      #expect(throws: (any Error).self, "\(text)") { try ByteRange(text) }
    }
  }
}
