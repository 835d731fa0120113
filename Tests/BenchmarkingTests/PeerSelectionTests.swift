import Benchmarking
import Testing

@Suite struct PeerSelectionTests {
  @Test func listsAreSplitAndChecked() throws {
    #expect(try PeerSelection(list: "xz, zstd-19,cmix") == .named(["xz", "zstd-19", "cmix"]))
    #expect(try PeerSelection(list: "") == .named([]))
    #expect(throws: BenchmarkError.unknownPeer("gzip")) { try PeerSelection(list: "xz,gzip") }
  }

  @Test func unknownNamesAreAnsweredWithTheKnownOnes() {
    #expect(
      BenchmarkError.unknownPeer("gzip").description
        == "unknown peer: gzip (known: fscomp, zstd, zstd-3, zstd-19, zstd-22, xz, brotli, bzip3, "
        + "7z, zpaq, cmix)")
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
