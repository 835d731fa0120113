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
