import Benchmarking
import Testing

@Suite struct PeerSelectionTests {
  @Test func listsAreSplitAndChecked() throws {
    #expect(try PeerSelection(list: "xz, zstd-19,cmix") == .named(["xz", "zstd-19", "cmix"]))
    #expect(try PeerSelection(list: "") == .named([]))
    #expect(throws: BenchmarkError.unknownPeer("gzip")) { try PeerSelection(list: "xz,gzip") }
  }

  @Test func settingsMayBeOthersThanTheUsualOnes() throws {
    #expect(
      try PeerSelection(list: "mcm-x5,mcm:-x11,kanzi:-l  7 -b 64m,lpaq8")
        == .named(["mcm-x5", "mcm:-x11", "kanzi:-l 7 -b 64m", "lpaq8"]))
    for name in ["gzip:-9", "mcm-x9", "zstd:-9", ":-x5", "lpaq10"] {
      #expect(throws: BenchmarkError.unknownPeer(name)) { try PeerSelection(list: name) }
    }
  }

  @Test func unknownNamesAreAnsweredWithTheKnownOnes() {
    #expect(
      BenchmarkError.unknownPeer("gzip").description
        == "unknown peer: gzip (known: fscomp, zstd, zstd-3, zstd-19, zstd-22, xz, brotli, bzip3, "
        + "7z, bsc, bsc-m03, kanzi, kanzi-l8, kanzi-l9, mcm, mcm-t5, mcm-f5, mcm-h5, mcm-x5, lpaq1, "
        + "lpaq1a, lpaq2, lpaq3, lpaq3a, lpaq3e, lpaq4, lpaq4e, lpaq5, lpaq5e, lpaq6, lpaq6e, lpaq7, "
        + "lpaq7e, lpaq8, lpaq8e, lpaq9m, zpaq, paq8px, cmix)")
  }
}

@Suite struct WorkerWordsTests {
  @Test(arguments: [
    CodecSettings.zstd(ZstdSettings(level: 22, windowLog: 27, threads: 4)),
    .fscomp(FscompSettings()),
    .fscomp(FscompSettings(model: "/a b/c=d.fsm", level: 9, blockSize: 4096, lanes: 16, threads: 2)),
  ])
  func requestsComeBack(settings: CodecSettings) throws {
    for request in [
      WorkerRequest.describe(settings), .run(.compress, input: "in", output: "-o", settings),
    ] {
      #expect(try WorkerRequest(words: request.words) == request)
    }
  }

  @Test(arguments: [
    [], ["describe"], ["describe", "lzma"], ["compress", "a", "b"],
    ["compress", "a", "b", "zstd", "level=x", "window=27"], ["describe", "zstd", "level"],
    ["explode", "a", "b", "fscomp"],
  ])
  func nonsenseIsRefused(words: [String]) {
    #expect(throws: PeerFailure.self) { try WorkerRequest(words: words) }
  }

  @Test func answersComeBack() throws {
    let text = WorkerAnswer.text(Samples.fscomp)
    #expect(try WorkerAnswer.description(text) == Samples.fscomp)
    #expect(
      try WorkerAnswer.cost(WorkerAnswer.text(seconds: 0.125, peakMemory: 4096), peakMemory: 9)
        == RunCost(seconds: 0.125, peakMemory: 4096))
    #expect(
      try WorkerAnswer.cost(WorkerAnswer.text(seconds: 2, peakMemory: nil), peakMemory: 9)
        == RunCost(seconds: 2, peakMemory: 9))
    #expect(throws: PeerFailure.self) { try WorkerAnswer.cost("", peakMemory: 9) }
  }
}
