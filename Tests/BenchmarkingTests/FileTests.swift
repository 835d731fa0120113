import Benchmarking
import Platform
import Testing

@Suite struct FileTests {
  @Test func firstDifferenceIsFound() throws {
    let folder = try TemporaryFolder()
    let bytes = sampleText(byteCount: 600_000)
    var other = bytes
    other[555_555] ^= 1
    try write(bytes, to: folder.file("a"))
    try write(bytes, to: folder.file("same"))
    try write(other, to: folder.file("other"))
    try write(Array(bytes.dropLast()), to: folder.file("short"))
    try write([], to: folder.file("empty"))
    let a = folder.file("a")
    #expect(try FileContents.firstDifference(a, folder.file("same")) == nil)
    #expect(try FileContents.firstDifference(a, folder.file("other")) == 555_555)
    #expect(try FileContents.firstDifference(a, folder.file("short")) == 599_999)
    #expect(try FileContents.firstDifference(folder.file("empty"), a) == 0)
    #expect(throws: SystemError.self) {
      try FileContents.firstDifference(a, folder.file("none"))
    }
  }

  @Test func copiesAreExact() throws {
    let folder = try TemporaryFolder()
    let bytes = sampleText(byteCount: 300_001)
    try write(bytes, to: folder.file("a"))
    #expect(try FileContents.copy(folder.file("a"), to: folder.file("b")) == 300_001)
    #expect(try contents(of: folder.file("b")) == bytes)
  }

  @Test func onlyRegularFilesHaveASize() throws {
    let folder = try TemporaryFolder()
    #expect(FileContents.size(of: folder.path) == nil)
    #expect(FileContents.size(of: folder.file("none")) == nil)
  }

  @Test func foldersGoAwayWithAllTheyHold() throws {
    let outside = try TemporaryFolder()
    try write([1], to: outside.file("kept"))
    var path = ""
    do {
      let folder = try TemporaryFolder()
      path = folder.path
      mkdir(folder.file("deep"), 0o700)
      try write([1, 2, 3], to: folder.file("deep/file"))
      symlink(outside.path, folder.file("link"))
      #expect(access(path, F_OK) == 0)
    }
    #expect(access(path, F_OK) != 0)
    #expect(FileContents.size(of: outside.file("kept")) == 1)
  }
}
