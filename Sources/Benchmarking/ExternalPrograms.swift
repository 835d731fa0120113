extension ExternalProgram {
  /// The programs fscomp is compared with. Each is set for the smallest archive its usual settings
  /// can give, as a reader who knows the program would.
  package static let all: [ExternalProgram] = [xz, brotli, bzip3, sevenZip, zpaq, cmix]

  static let xz = ExternalProgram(
    name: "xz", executables: ["xz"], label: "xz -9e",
    compress: { .toOutput("-9e", "-T\($0.threads)", "-c", $0.files.plain) },
    decompress: { .toOutput("-d", "-T\($0.threads)", "-c", $0.files.archive) })

  static let brotli = ExternalProgram(
    name: "brotli", executables: ["brotli"], label: "brotli -q 11 --lgwin=24",
    compress: { .toOutput("-q", "11", "--lgwin=24", "-c", $0.files.plain) },
    decompress: { .toOutput("-d", "-c", $0.files.archive) })

  /// Its ratio grows with the block, up to its limit of 511 MiB; memory follows the block size, so
  /// the block is no larger than the file. Threads would only help with several blocks.
  static let bzip3 = ExternalProgram(
    name: "bzip3", executables: ["bzip3"], label: "bzip3 (one block)",
    compress: { .toOutput("-e", "-b", "\(bzip3Block($0.files.plainBytes))", "-c", $0.files.plain) },
    decompress: { .toOutput("-d", "-c", $0.files.archive) })

  /// MiB a bzip3 block, 1 to 511, for a file of so many bytes.
  static func bzip3Block(_ byteCount: Int) -> Int {
    min(max(1, (byteCount + (1 << 20) - 1) >> 20), 511)
  }

  /// Order 16 with room for the whole model: on the last 5 MB and 25 MB of enwik8 it beat orders 10,
  /// 12 and 32, the last of which is what -mx=9 alone takes.
  static let sevenZip = ExternalProgram(
    name: "7z", executables: ["7z", "7zz", "7za", "7zr"], label: "7z PPMd o=16 mem=1g",
    versionArguments: [], support: (["i"], "ppmd"), archiveSuffix: ".7z",
    compress: {
      .toFile(
        "a", "-t7z", "-mx=9", "-m0=PPMd:o=16:mem=1g", "-mmt=\($0.threads)", "-bd", "-y",
        $0.files.archive, $0.files.plain)
    },
    decompress: { .toOutput("x", "-so", "-mmt=\($0.threads)", $0.files.archive) })

  /// The archive stores the file's name, so it is given a short one.
  static let zpaq = ExternalProgram(
    name: "zpaq", executables: ["zpaq"], label: "zpaq -m5", versionArguments: [],
    archiveSuffix: ".zpaq",
    compress: {
      .toFile(
        "add", $0.files.archive, $0.files.plain, "-to", "plain", "-m5", "-t\($0.threads)")
    },
    decompress: {
      .toFile(
        "extract", $0.files.archive, "plain", "-to", $0.files.restored, "-t\($0.threads)")
    })

  static let cmix = ExternalProgram(
    name: "cmix", executables: ["cmix"], label: "cmix", versionArguments: [], isSlow: true,
    compress: { .toFile("-c", $0.files.plain, $0.files.archive) },
    decompress: { .toFile("-d", $0.files.archive, $0.files.restored) })
}
