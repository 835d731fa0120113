import Benchmarking
import Platform
import Testing

extension ProcessTests {
  /// Whole runs with made-up programs in place of the real ones, and without fscomp unless the
  /// tool has been built beside the tests.
  @Suite struct BenchmarkRunTests {
    private func options(_ folder: borrowing TemporaryFolder) -> BenchmarkOptions {
      var options = BenchmarkOptions()
      options.fscomp = []
      options.searchPath = folder.path
      options.temporaryFolder = folder.file("scratch")
      mkdir(folder.file("scratch"), 0o700)
      return options
    }

    /// An "xz" that stores its input; `body` may do something else first.
    private func install(_ body: String, _ path: String) throws {
      let text = "#!/bin/sh\n\(body)\nfor last; do :; done\ncat \"$last\"\n"
      try write(Array(text.utf8), to: path, mode: 0o700)
    }

    /// The outcome of `--peers xz` over a small file with this "xz".
    private func outcome(_ body: String, limit: Duration? = nil) throws -> Outcome {
      let folder = try TemporaryFolder()
      try install(body, folder.file("xz"))
      try write(sampleText(byteCount: 1000), to: folder.file("input"))
      var options = options(folder)
      options.timeLimit = limit
      let run = BenchmarkRun(
        files: [folder.file("input")], peers: .named(["xz"]), options: options)
      let report = try run.run()
      #expect(report.tables.count == 1)
      #expect(report.tables[0].rows.count == 1)
      // Nothing is left behind.
      #expect(rmdir(folder.file("scratch")) == 0)
      return report.tables[0].rows[0].outcome
    }

    @Test func storedFilesKeepTheirSize() throws {
      let measurement = try #require(try outcome("").measurement)
      #expect(measurement.plainBytes == 1000)
      #expect(measurement.archiveBytes == 1000)
      #expect(measurement.bitsPerByte == 8)
      #expect(measurement.compression.seconds > 0)
    }

    @Test func differencesAreFailures() throws {
      let corrupting = "[ $1 = -d ] && { tr t T < \"$4\"; exit 0; }"
      let offset = try #require(sampleText(byteCount: 1000).firstIndex(of: UInt8(ascii: "t")))
      #expect(offset > 0)
      #expect(try outcome(corrupting) == .failed("round trip differs at byte \(offset)"))
    }

    @Test func failuresGiveTheReason() throws {
      #expect(
        try outcome("[ $1 = -d ] && { echo out of luck >&2; exit 9; }")
          == .failed("decompress: exit status 9: out of luck"))
    }

    @Test func slowRunsAreStopped() throws {
      let limit = Duration.milliseconds(200)
      #expect(
        try outcome("[ $1 = -9e ] && exec sleep 60", limit: limit)
          == .timedOut(.compress, limit: limit))
    }

    @Test func missingPeersAreListedOnlyWhenNamed() throws {
      let folder = try TemporaryFolder()
      try install("", folder.file("xz"))
      try write([65], to: folder.file("input"))
      var run = BenchmarkRun(
        files: [folder.file("input")], peers: .named(["xz", "zpaq"]), options: options(folder))
      let rows = try run.run().tables[0].rows
      #expect(rows.map(\.program.label) == ["xz -9e", "zpaq -m5"])
      #expect(rows[1].outcome == .notInstalled)

      // The libraries have no worker here, which is a failure of their rows and of nothing else.
      run.options.worker = WorkerProgram(executable: "/bin/false", arguments: [])
      run.peers = .installed
      let installed = try run.run().tables[0].rows
      #expect(
        installed.map(\.program.label) == ["zstd -3", "zstd -19", "zstd -22", "xz -9e"])
      #expect(installed[0].outcome == .failed("the worker failed"))
      #expect(installed[3].outcome.measurement != nil)
    }

    /// Programs with the command lines of the real ones, which put a line in front of their input.
    private static let imitations = [
      "bsc": "case $1 in e) pack \"$2\" \"$3\";; d) unpack \"$2\" \"$3\";; *) exit 9;; esac",
      "bsc-m03": "case $1 in e) pack \"$2\" \"$3\";; d) unpack \"$2\" \"$3\";; *) exit 9;; esac",
      "kanzi": """
        [ \"$2 $4\" = \"-i -o\" ] || exit 9
        case $1 in -c) pack \"$3\" \"$5\";; -d) unpack \"$3\" \"$5\";; *) exit 9;; esac
        """,
      "lpaq8": "case $1 in [0-9]) pack \"$2\" \"$3\";; d) unpack \"$2\" \"$3\";; *) exit 9;; esac",
      "lpaq9m": "case $1 in [0-9]) pack \"$2\" \"$3\";; d) unpack \"$2\" \"$3\";; *) exit 9;; esac",
      // It unpacks to the name that was packed, whatever it is told.
      "mcm": """
        case $1 in
          -?[0-9]*) pack \"$2\" \"$3\";;
          d) read name < \"$2\"; unpack \"$2\" \"$name\";;
          *) exit 9;;
        esac
        """,
      "paq8px": "case $1 in -d) unpack \"$2\" \"$3\";; -[0-9]*) pack \"$2\" \"$3\";; *) exit 9;; esac",
    ]

    private func installImitations(_ folder: borrowing TemporaryFolder) throws {
      for (name, body) in Self.imitations {
        let text = """
          #!/bin/sh
          pack() { { echo "$1"; cat "$1"; } > "$2"; }
          unpack() { tail -n +2 "$1" > "$2"; }
          \(body)

          """
        try write(Array(text.utf8), to: folder.file(name), mode: 0o700)
      }
    }

    @Test func programsAreRunAsTheyWantToBe() throws {
      let folder = try TemporaryFolder()
      try installImitations(folder)
      let plain = sampleText(byteCount: 3000)
      try write(plain, to: folder.file("input"))
      let list = "bsc,bsc-m03,kanzi,mcm,lpaq8,lpaq9m,paq8px,mcm:-x11,bsc:-e0 -b1,kanzi-l9"
      let run = BenchmarkRun(
        files: [folder.file("input")], peers: try PeerSelection(list: list),
        options: options(folder))
      let report = try run.run()
      let rows = report.tables[0].rows
      #expect(
        rows.map(\.program.label) == [
          "bsc -e2 (one block)", "bsc-m03", "kanzi -l 8", "kanzi -l 9", "mcm -t5", "mcm -f5",
          "mcm -h5", "mcm -x5", "lpaq8 9", "lpaq9m 9", "paq8px -9", "mcm -x11", "bsc -e0 -b1",
        ])
      for row in rows {
        let measurement = try #require(row.outcome.measurement, "\(row)")
        #expect(measurement.archiveBytes > plain.count)
        #expect(measurement.compression.userSeconds != nil)
      }
      // The name alone, without the folder.
      #expect(rows[4].outcome.measurement?.archiveBytes == plain.count + "restored\n".utf8.count)
      #expect(!report.hasFailures)
      #expect(try contents(of: folder.file("input")) == plain)
      #expect(rmdir(folder.file("scratch")) == 0)
    }

    @Test func slowProgramsRunOnlyWhenTheyAreNamed() throws {
      let folder = try TemporaryFolder()
      try installImitations(folder)
      try write([65], to: folder.file("input"))
      var run = BenchmarkRun(
        files: [folder.file("input")], peers: .installed, options: options(folder))
      let labels = try run.run().tables[0].rows.map(\.program.label)
      #expect(labels.contains("mcm -x5"))
      #expect(!labels.contains("paq8px -9"))
      run.peers = .named(["lpaq1"])
      let report = try run.run()
      #expect(report.tables[0].rows.map(\.outcome) == [.notInstalled])
      #expect(report.hasFailures)
    }

    @Test func statusComesInPairs() throws {
      let folder = try TemporaryFolder()
      try install("", folder.file("xz"))
      for name in ["one", "two"] { try write([65, 66], to: folder.file(name)) }
      let files = [folder.file("one"), folder.file("two")]
      var started: [String] = []
      var finished: [String] = []
      let run = BenchmarkRun(files: files, peers: .named(["xz"]), options: options(folder))
      let report = try run.run { status in
        switch status {
        case .started(_, let file): started.append(file)
        case .finished(_, let file, let outcome):
          finished.append(file)
          #expect(started.count == finished.count)
          #expect(outcome.measurement != nil)
        }
      }
      #expect(started == files)
      #expect(finished == files)
      #expect(report.total?.plainBytes == 4)
    }

    @Test func whatIsNoFileIsRefused() throws {
      let folder = try TemporaryFolder()
      let run = BenchmarkRun(files: [folder.path], options: options(folder))
      #expect(throws: BenchmarkError.notAFile(folder.path)) { try run.run() }
    }

    @Test func interruptionStopsTheRun() throws {
      let folder = try TemporaryFolder()
      try install("", folder.file("xz"))
      try write([65], to: folder.file("input"))
      let run = BenchmarkRun(
        files: [folder.file("input")], peers: .named(["xz"]), options: options(folder))
      let interruption = Interruption()
      #expect(throws: BenchmarkError.interrupted) {
        try run.run(interruption: interruption) { _ in interruption.trigger() }
      }
      #expect(rmdir(folder.file("scratch")) == 0)
    }

    /// The tool, where a whole build has put it.
    private static let tool: String? = {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
      guard count > 0 else { return nil }
      let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
      let path = String(decoding: bytes, as: UTF8.self)
      guard let slash = path.lastIndex(of: "/") else { return nil }
      return ExecutableSearch(path: String(path[..<slash])).find("fscomp")
    }()

    @Test(.enabled(if: tool != nil, "the tool is not built"))
    func librariesRunInWorkers() throws {
      let folder = try TemporaryFolder()
      let plain = sampleText(byteCount: 20_000)
      try write(plain, to: folder.file("input"))
      var options = options(folder)
      options.fscomp = [FscompSettings()]
      options.worker = WorkerProgram(
        executable: try #require(Self.tool), arguments: [PeerWorker.commandName])
      let run = BenchmarkRun(
        files: [folder.file("input")], peers: .named(["zstd"]), options: options)
      let rows = try run.run().tables[0].rows
      #expect(rows.count == 4)
      #expect(rows[0].program.decoder.map(\.name) == ["model", "executable"])
      #expect(rows[1].program.label == "zstd -3 --long")
      for row in rows {
        let measurement = try #require(row.outcome.measurement)
        #expect(measurement.plainBytes == plain.count)
        #expect(measurement.compression.seconds > 0)
        #expect(measurement.peakMemory > 1_000_000)
      }
    }
  }
}
