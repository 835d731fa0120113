import FSCompTool
import Platform
import Testing

@Suite("File names")
struct NameTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "Any bytes may be a name",
    arguments: [
      Array("with space".utf8), Array("-dash".utf8), Array("ünïcödé".utf8), [0x66, 0xFC, 0x72],
      [0xFF], Array("\u{10FFFF}".utf8), Array("new\nline".utf8), Array("compress".utf8),
    ])
  func any(name: [UInt8]) throws {
    try folder.write(name, Sample.text)
    let dashes = Array("--".utf8)
    let suffix = Array(".fsc".utf8)
    func run(_ arguments: [[UInt8]]) throws -> Int32? {
      try ToolProcess(arguments, in: folder.path).finish().status
    }
    #expect(try run([dashes, name]) == 0)
    #expect(try run([Array("-df".utf8), dashes, name + suffix]) == 0)
    #expect(try folder.read(name) == Sample.text)
    #expect(try run([Array("-f".utf8), Array("-o".utf8), name + suffix, dashes, name]) == 0)
    #expect(folder.names.count == 2)
  }

  @Test("Arguments travel as strings and back")
  func arguments() {
    for bytes: [UInt8] in [
      [], Array("plain".utf8), Array("ünï".utf8), [0x80], [0x41, 0xFF, 0xC3], [0xC3, 0xA4, 0xFF],
      Array("\u{10FF80}\u{10FFFF}".utf8), Array("é\u{10FF85}".utf8), Array("e\u{301}".utf8),
    ] {
      #expect(ArgumentBytes.bytes(of: ArgumentBytes.string(of: bytes)) == bytes)
    }
    #expect(ArgumentBytes.string(of: Array("ünï".utf8)) == "ünï")
  }

  @Test("Parts of paths")
  func parts() {
    func path(_ text: String) -> Path { Path(argument: text) }
    #expect(Array(path("a/b/c").name) == Array("c".utf8))
    #expect(Array(path("a/b/c//").name) == Array("c".utf8))
    #expect(Array(path("c").name) == Array("c".utf8))
    #expect(path("/").name.isEmpty)
    #expect(path("a/b/c").folder == path("a/b"))
    #expect(path("a//c").folder == path("a"))
    #expect(path("c").folder == path("."))
    #expect(path("/c").folder == path("/"))
    #expect(path("//c").folder == path("/"))
    #expect(path("a/b").sibling(Array("c".utf8)) == path("a/c"))
    #expect(path("b").sibling(Array("c".utf8)) == path("c"))
    #expect(path("a/b.fsc").removing(".fsc") == path("a/b"))
    #expect(path("a/.fsc").removing(".fsc") == nil)
    #expect(path("a/b.fsc/").removing(".fsc") == nil)
    #expect(path("b.FSC").removing(".fsc") == nil)
  }

  @Test("Names of the program: unfscomp and fscompcat")
  func programNames() throws {
    try folder.writeArchive("a.fsc", of: Sample.text)
    symlink(ToolProcess.executable, folder.path(of: "unfscomp"))
    symlink(ToolProcess.executable, folder.path(of: "fscompcat"))
    #expect(try folder.shell("./fscompcat a.fsc").output == Sample.text)
    #expect(!folder.names.contains("a"))
    #expect(try folder.shell("./unfscomp a.fsc").status == 0)
    #expect(try folder.read("a") == Sample.text)
  }
}
