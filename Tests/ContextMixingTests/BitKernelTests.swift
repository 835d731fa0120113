import ContextMixing
import Testing

/// What is done for each bit is the same for every instruction set.
@Suite struct BitKernelTests {
  private static let names = ["sse2", "avx2", "avx512"]
  /// A name that this machine cannot run stands for the fastest that it can.
  @Test(arguments: names, Mix.all)
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

  /// What is usual has functions of its own.
  @Test(arguments: ["scalar"] + names, Mix.all.filter { $0.set.isOfTextAlone })
  func narrowMixesPredictAsAnyDo(name: String, mix: Mix) throws {
    var block = TestBlock(
      bytes: Sample.words(5000) + Sample.awkward(3000) + Sample.random(300), laneCount: 2,
      mix: mix)
    block.kernels = MixingKernels(named: name)
    for part in [nil] + (try parameters(mix).parts.map { $0 }) {
      block.parameters = try part.map { try parameters(mix).without($0) }
      block.kernels.knowsNarrow = true
      let narrow = try block.probabilities()
      block.kernels.knowsNarrow = false
      #expect(try block.probabilities() == narrow, "without \(part.map { "\($0)" } ?? "nothing")")
    }
  }
}
