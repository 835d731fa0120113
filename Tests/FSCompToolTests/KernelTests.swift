import Testing

@Suite("Kernels")
struct KernelTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The tables of this machine, as `--version` lists them: "kernels:  amx (of scalar, ...)".
  private func names() throws -> [String] {
    let version = try folder.fscomp("--version").text
    let line = try #require(version.split(separator: "\n").first { $0.hasPrefix("kernels:") })
    return line.drop { $0 != "(" }.dropFirst(4).dropLast().split(separator: ",").map {
      String($0.drop { $0 == " " })
    }
  }

  @Test("All kernels write the same archives and read each other's")
  func sameBytes() throws {
    let names = try names()
    #expect(names.starts(with: ["scalar", "portable"]))
    // Enough for 5 lanes, and little enough for the scalar kernels.
    let text = Array(Sample.text.prefix(1203))
    func run(_ kernels: String, _ arguments: [String], _ input: [UInt8]) throws -> Finished {
      try folder.start(
        arguments, input: .bytes(input), environment: ["FSCOMP_KERNELS": kernels]
      ).finish()
    }
    for options in [["--lanes", "1"], ["--lanes", "4", "--block-size", "1K"]] {
      let archives = try names.map { try run($0, options, text).output }
      for (name, archive) in zip(names, archives) {
        #expect(archive == archives[0], "\(name)")
        #expect(try run(name, ["-d"], archives[0]).output == text, "\(name)")
      }
    }
  }

  @Test("Kernels that are not there are refused")
  func unknown() throws {
    let finished = try folder.fscomp(
      "--version", environment: ["FSCOMP_KERNELS": "abacus"])
    #expect(finished.status == 1)
    #expect(finished.errors.hasPrefix("fscomp: FSCOMP_KERNELS=abacus: no such kernels"))
    #expect(finished.errorLines.count == 1)
  }
}
