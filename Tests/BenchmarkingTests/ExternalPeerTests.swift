import Benchmarking
import Platform
import Testing

extension ProcessTests {
  @Suite struct ExternalPeerTests {
    private func program(_ name: String) throws -> ExternalProgram {
      try #require(ExternalProgram.all.first { $0.name == name })
    }

    private func script(_ body: String, _ path: String) throws {
      try write(Array("#!/bin/sh\n\(body)\n".utf8), to: path, mode: 0o700)
    }

    @Test func programsAreFoundAlongThePath() throws {
      let folder = try TemporaryFolder()
      mkdir(folder.file("first"), 0o700)
      mkdir(folder.file("second"), 0o700)
      let search = ExecutableSearch(path: "\(folder.file("first"))::\(folder.file("second"))")
      #expect(search.find("xz") == nil)
      try script("", folder.file("second/xz"))
      #expect(search.find("xz") == folder.file("second/xz"))
      // Neither a folder nor a file without permission to execute is a program.
      mkdir(folder.file("first/xz"), 0o700)
      try write([], to: folder.file("first/zpaq"))
      #expect(search.find("xz") == folder.file("second/xz"))
      #expect(search.find("zpaq") == nil)
    }

    @Test func versionsAreRead() throws {
      let folder = try TemporaryFolder()
      let search = ExecutableSearch(path: folder.path)
      let xz = try program("xz")
      #expect(ExternalPeer.find(xz, search: search, threads: 1) == nil)
      try script("[ \"$1\" = --version ] && echo 'xz (fake) 1.2' && echo more", folder.file("xz"))
      let peer = try #require(ExternalPeer.find(xz, search: search, threads: 1))
      #expect(peer.description.label == "xz -9e")
      #expect(peer.description.version == "xz (fake) 1.2")
      // A script says nothing of the size of what it runs.
      #expect(peer.description.decoder == [])

      try script(
        "echo; echo '7-Zip [64] 1.0 : Copyright'; [ \"$1\" = i ] && echo 'x PPMD'; true",
        folder.file("7za"))
      let sevenZip = try #require(
        ExternalPeer.find(try program("7z"), search: search, threads: 1))
      #expect(sevenZip.description.version == "7-Zip [64] 1.0")
    }

    @Test func programsWithoutTheMethodArePassedOver() throws {
      let folder = try TemporaryFolder()
      let search = ExecutableSearch(path: folder.path)
      try script("echo 7-Zip; echo LZMA", folder.file("7z"))
      #expect(ExternalPeer.find(try program("7z"), search: search, threads: 1) == nil)
      try script("echo 7-Zip; echo Ppmd", folder.file("7zr"))
      let peer = try #require(ExternalPeer.find(try program("7z"), search: search, threads: 1))
      let files = TrialFiles(folder: "/f", plainBytes: 1, archiveSuffix: peer.archiveSuffix)
      let command = peer.command(.compress, files)
      #expect(command.executable == folder.file("7zr"))
      #expect(command.arguments.suffix(2) == ["/f/archive.7z", "/f/plain"])
      #expect(command.standardOutput == "/f/output")
    }

    @Test func executablesCountTheirBytes() throws {
      let folder = try TemporaryFolder()
      _ = try FileContents.copy("/bin/true", to: folder.file("brotli"))
      chmod(folder.file("brotli"), 0o700)
      let peer = try #require(
        ExternalPeer.find(
          try program("brotli"), search: ExecutableSearch(path: folder.path), threads: 1))
      let size = try #require(FileContents.size(of: "/bin/true"))
      #expect(peer.description.decoder == [DecoderPart(name: "executable", byteCount: size)])
    }

    @Test(arguments: [
      (0, "1"), (1, "1"), (1 << 20, "1"), (1 << 20 + 1, "2"), (100_000_000, "96"),
      (1_000_000_000, "511"),
    ])
    func bzip3BlocksHoldTheFile(byteCount: Int, mebibytes: String) throws {
      let job = ExternalProgram.Job(
        files: TrialFiles(folder: "/f", plainBytes: byteCount), threads: 1)
      let arguments = try program("bzip3").compress(job).arguments
      #expect(arguments == ["-e", "-b", mebibytes, "-c", "/f/plain"])
    }
  }
}
