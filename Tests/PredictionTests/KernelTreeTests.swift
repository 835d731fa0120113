import Platform
import CKernels
import Prediction
import Testing
import TestSupport

@Suite("Frequency trees of every kernel table equal the definition")
struct KernelTreeTests {
  @Test("for logits of every pattern", arguments: Kernels.testedNames)
  func patterns(name: String) throws {
    let table = try #require(Kernels.named(name))
    var generator = SplitMix64(seed: 1)
    let ranges: [ClosedRange<Int16>] = [
      -32768...32767, -2000...2000, -32768...(-32000), 32000...32767,
    ]
    for pattern in Pattern.allCases {
      for range in ranges {
        for _ in 0..<20 {
          let logits = pattern.fill(256, in: range, &generator)
          #expect(tree(table, logits) == tree(ScalarKernels.table, logits), "\(pattern), \(range)")
        }
      }
    }
  }

  @Test("for every distance from the largest logit", arguments: Kernels.testedNames)
  func everyDistance(name: String) throws {
    let table = try #require(Kernels.named(name))
    for first in stride(from: 0, through: 65535, by: 255) {
      var logits = (0..<256).map { Int16(32767 - min(first + $0, 65535)) }
      logits[first % 256] = 32767
      #expect(tree(table, logits) == tree(ScalarKernels.table, logits), "from \(first)")
    }
  }

  @Test("wherever the largest logit is", arguments: Kernels.testedNames)
  func everyPosition(name: String) throws {
    let table = try #require(Kernels.named(name))
    for position in 0..<256 {
      for lowest in [-32768, -1000] as [Int16] {
        var logits = [Int16](repeating: lowest, count: 256)
        logits[position] = -700
        #expect(tree(table, logits) == tree(ScalarKernels.table, logits), "at \(position)")
      }
    }
  }

  private func tree(_ table: fsc_kernels, _ logits: [Int16]) -> [UInt32] {
    let input = SharedBuffer(logits)
    let output = SharedBuffer([UInt32](repeating: 0x5A5A_5A5A, count: 512 + 64))
    table.make_tree(input.base, output.base)
    return output.values
  }
}
