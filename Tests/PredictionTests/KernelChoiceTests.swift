import Prediction
import Testing

@Suite("Choosing a kernel table")
struct KernelChoiceTests {
  @Test("the definition comes first, and names are unique")
  func names() {
    #expect(Kernels.availableNames.starts(with: ["scalar", "portable"]))
    #expect(Set(Kernels.availableNames).count == Kernels.availableNames.count)
  }

  @Test("every available name finds its table, and no other name does")
  func lookup() {
    for name in Kernels.availableNames {
      #expect(Kernels.named(name)?.tableName == name)
    }
    #expect(Kernels.named("") == nil)
    #expect(Kernels.named("AVX512") == nil)
  }

  /// Whether or not FSCOMP_KERNELS is set where the tests run.
  @Test("what is in use is either what was asked for or the fastest")
  func current() {
    #expect(Kernels.availableNames.contains(Kernels.currentName))
    if Kernels.requestedButUnavailable != nil {
      #expect(Kernels.currentName == Kernels.availableNames.last)
    }
  }
}
