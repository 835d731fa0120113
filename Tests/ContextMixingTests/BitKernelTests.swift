import ContextMixing
import Testing

/// What is done for each bit is the same for every instruction set.
@Suite struct BitKernelTests {
  private static let names = ["sse2", "avx2", "avx512"]
  private static let mixes = MixSet.allCases.flatMap { set in
    [Mix(set, usesNetwork: true), Mix(set, usesNetwork: false)]
  }

  /// A name that this machine cannot run stands for the fastest that it can.
  @Test(arguments: names, mixes)
  func allPredictTheSame(name: String, mix: Mix) throws {
    var block = TestBlock(
      bytes: Sample.words(5000) + Sample.awkward(3000) + Sample.random(300), laneCount: 2,
      mix: mix)
    block.frequencies[0x65] = 40
    block.kernels = MixingKernels(named: "scalar")
    let plain = try block.probabilities()
    block.kernels = MixingKernels(named: name)
    #expect(try block.probabilities() == plain)
  }
}
