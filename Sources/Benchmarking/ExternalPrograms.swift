extension ExternalProgram {
  /// The programs fscomp is compared with. Each is set for the smallest archive its usual settings
  /// can give, as a reader who knows the program would; those that are quick besides, at several
  /// of their levels.
  package static let all: [ExternalProgram] =
    [xz, brotli, bzip3, sevenZip, bsc, bscM03, kanzi, mcm] + lpaq + [zpaq, paq8px, cmix]

  static let xz = ExternalProgram(
    name: "xz", executables: ["xz"], settings: [["-9e"]],
    compress: { .toOutput($0.settings + ["-T\($0.threads)", "-c", $0.files.plain]) },
    decompress: { .toOutput(["-d", "-T\($0.threads)", "-c", $0.files.archive]) })

  static let brotli = ExternalProgram(
    name: "brotli", executables: ["brotli"], settings: [["-q", "11", "--lgwin=24"]],
    compress: { .toOutput($0.settings + ["-c", $0.files.plain]) },
    decompress: { .toOutput(["-d", "-c", $0.files.archive]) })

  /// Its ratio grows with the block, up to its limit of 511 MiB; memory follows the block size, so
  /// the block is no larger than the file. Threads would only help with several blocks.
  static let bzip3 = ExternalProgram(
    name: "bzip3", executables: ["bzip3"], label: "bzip3 (one block)",
    compress: {
      let block = $0.settings.isEmpty ? ["-b", "\(mebibytes($0, atMost: 511))"] : $0.settings
      return .toOutput(["-e"] + block + ["-c", $0.files.plain])
    },
    decompress: { .toOutput(["-d", "-c", $0.files.archive]) })

  /// MiB of a block that holds the whole file, at least 1.
  private static func mebibytes(_ job: Job, atMost limit: Int) -> Int {
    min(max(1, (job.files.plainBytes + (1 << 20) - 1) >> 20), limit)
  }

  /// Order 16 with room for the whole model: on the last 5 MB and 25 MB of enwik8 it beat orders 10,
  /// 12 and 32, the last of which is what -mx=9 alone takes.
  static let sevenZip = ExternalProgram(
    name: "7z", executables: ["7z", "7zz", "7za", "7zr"],
    settings: [["-mx=9", "-m0=PPMd:o=16:mem=1g"]], label: "7z PPMd o=16 mem=1g",
    versionArguments: [], support: (["i"], "ppmd"), archiveSuffix: ".7z",
    compress: {
      .toFile(
        ["a", "-t7z"] + $0.settings
          + ["-mmt=\($0.threads)", "-bd", "-y", $0.files.archive, $0.files.plain])
    },
    decompress: { .toOutput(["x", "-so", "-mmt=\($0.threads)", $0.files.archive]) })

  /// One block, as for bzip3. Without threads it has no switch for them.
  static let bsc = ExternalProgram(
    name: "bsc", executables: ["bsc"], settings: [["-e2"]], label: "bsc -e2 (one block)",
    versionArguments: [],
    compress: {
      let hasBlock = $0.settings.contains { $0.hasPrefix("-b") }
      let block = hasBlock ? [] : ["-b\(mebibytes($0, atMost: 2047))"]
      return .toFile(["e", $0.files.plain, $0.files.archive] + $0.settings + block)
    },
    decompress: { .toFile(["d", $0.files.archive, $0.files.restored]) })

  static let bscM03 = ExternalProgram(
    name: "bsc-m03", executables: ["bsc-m03"], versionArguments: [],
    compress: { .toFile(["e", $0.files.plain, $0.files.archive] + $0.settings) },
    decompress: { .toFile(["d", $0.files.archive, $0.files.restored]) })

  static let kanzi = ExternalProgram(
    name: "kanzi", executables: ["kanzi"], settings: [["-l", "8"], ["-l", "9"]],
    versionArguments: ["-h"], archiveSuffix: ".knz",
    compress: {
      .toFile(
        ["-c", "-i", $0.files.plain, "-o", $0.files.archive] + $0.settings
          + ["-j", "\($0.threads)", "-f", "-v", "0"])
    },
    decompress: {
      .toFile(
        ["-d", "-i", $0.files.archive, "-o", $0.files.restored]
          + ["-j", "\($0.threads)", "-f", "-v", "0"])
    })

  /// It takes no other name to unpack to than the one it has packed.
  static let mcm = ExternalProgram(
    name: "mcm", executables: ["mcm"], settings: [["-t5"], ["-f5"], ["-h5"], ["-x5"]],
    versionArguments: [], unpacksStoredName: true,
    compress: { .toFile($0.settings + [$0.files.restoredName, $0.files.archive]) },
    decompress: { .toFile(["d", $0.files.archive, $0.files.restoredName]) })

  /// A family of small programs with one command line. The number is the memory: 3 * 2^9 MB.
  static let lpaq = [
    "1", "1a", "2", "3", "3a", "3e", "4", "4e", "5", "5e", "6", "6e", "7", "7e", "8", "8e", "9m",
  ].map { version in
    ExternalProgram(
      name: "lpaq\(version)", executables: ["lpaq\(version)"], settings: [["9"]],
      versionArguments: [],
      compress: { .toFile($0.settings + [$0.files.plain, $0.files.archive]) },
      decompress: { .toFile(["d", $0.files.archive, $0.files.restored]) })
  }

  /// The archive stores the file's name, so it is given a short one.
  static let zpaq = ExternalProgram(
    name: "zpaq", executables: ["zpaq"], settings: [["-m5"]], versionArguments: [],
    archiveSuffix: ".zpaq",
    compress: {
      .toFile(
        ["add", $0.files.archive, $0.files.plain, "-to", "plain"] + $0.settings
          + ["-t\($0.threads)"])
    },
    decompress: {
      .toFile(
        [
          "extract", $0.files.archive, "plain", "-to", $0.files.restored, "-t\($0.threads)",
        ])
    })

  static let paq8px = ExternalProgram(
    name: "paq8px", executables: ["paq8px"], settings: [["-9"]], versionArguments: [],
    isSlow: true,
    compress: { .toFile($0.settings + [$0.files.plain, $0.files.archive]) },
    decompress: { .toFile(["-d", $0.files.archive, $0.files.restored]) })

  static let cmix = ExternalProgram(
    name: "cmix", executables: ["cmix"], settings: [["-c"]], label: "cmix", versionArguments: [],
    isSlow: true,
    compress: { .toFile($0.settings + [$0.files.plain, $0.files.archive]) },
    decompress: { .toFile(["-d", $0.files.archive, $0.files.restored]) })
}
