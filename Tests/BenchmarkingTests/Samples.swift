import Benchmarking
import Platform

/// Made-up results for tests of what is printed.
enum Samples {
  static let fscomp = ProgramDescription(
    label: "fscomp tiny", version: "model 0123456789abcdef",
    decoder: [
      DecoderPart(name: "model", byteCount: 200), DecoderPart(name: "executable", byteCount: 1000),
    ])
  static let script = ProgramDescription(label: "7z PPMd", version: "7-Zip [64] 26.02")
  static let missing = ProgramDescription(label: "cmix")

  static let small = Measurement(
    plainBytes: 1_000_000, archiveBytes: 250_000,
    compression: RunCost(seconds: 2, peakMemory: 30_000_000),
    decompression: RunCost(seconds: 4, peakMemory: 20_000_000))
  static let large = Measurement(
    plainBytes: 3_000_000, archiveBytes: 600_000,
    compression: RunCost(seconds: 3, peakMemory: 8_000_000),
    decompression: RunCost(seconds: 0.5, peakMemory: 40_000_000))

  static func table(
    _ title: String, _ plainBytes: Int, _ first: Outcome, _ second: Outcome
  ) -> BenchmarkTable {
    BenchmarkTable(
      title: title, plainBytes: plainBytes,
      rows: [
        BenchmarkRow(program: fscomp, outcome: first),
        BenchmarkRow(program: script, outcome: second),
        BenchmarkRow(program: missing, outcome: .notInstalled),
      ])
  }

  static func report(_ tables: [BenchmarkTable]) -> BenchmarkReport {
    BenchmarkReport(
      machine: Machine(processor: "Some CPU", logicalCores: 2, memory: 1 << 30), threads: 1,
      memoryFloor: 10_000_000, tables: tables)
  }

  static let single = report([
    table("a_file.txt", 1_000_000, .measured(small), .timedOut(.compress, limit: .seconds(7)))
  ])
  static let double = report([
    table("a", 1_000_000, .measured(small), .measured(small)),
    table("b", 3_000_000, .measured(large), .failed("compress: exit status 2: \"no\"\tmemory")),
  ])
}

/// Bytes that look like text: words of a small vocabulary in a fixed pseudo-random order.
func sampleText(byteCount: Int) -> [UInt8] {
  let words = ["the", "of", "stream", "lane", "block", "and", "frame", "hidden", "state", "gate\n"]
  var bytes: [UInt8] = []
  var state: UInt32 = 12345
  while bytes.count < byteCount {
    state = state &* 1_664_525 &+ 1_013_904_223
    bytes += Array(words[Int(state >> 24) % words.count].utf8) + [32]
  }
  return Array(bytes.prefix(byteCount))
}

func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws {
  let file = try OpenFile(writing: path)
  try bytes.withUnsafeBytes { try file.write($0) }
  fchmod(file.descriptor, mode)
}

func contents(of path: String) throws -> [UInt8] {
  let file = try OpenFile(reading: path)
  return try [UInt8](unsafeUninitializedCapacity: file.size()) { buffer, count throws in
    count = try file.fill(UnsafeMutableRawBufferPointer(buffer))
  }
}
