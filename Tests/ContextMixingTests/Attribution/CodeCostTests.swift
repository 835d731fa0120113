import ContextMixing
import Platform
import Testing

@Suite struct CodeCostTests {
  @Test func costsAreLogarithms() {
    let cost = CodeCost.shared
    #expect(cost.cost(of: 1 << 22) == 0)
    for power in 0...22 { #expect(cost.cost(of: 1 << power) == Int64(22 - power) << 20) }
    var probability: UInt64 = 1
    while probability < 1 << 22 {
      let bits = 22 - log2(Double(probability))
      let found = Double(cost.cost(of: probability)) / 0x1p20
      #expect((found - bits).magnitude < 0x1p-20, "\(probability)")
      probability += 1 + probability / 1000
    }
    // The likeliest that there is.
    #expect(cost.cost(of: 1 << 22 - 32) == 12)
  }

  @Test func likelierCostsLess() {
    var last = Int64.max
    for probability in stride(from: UInt64(1), through: 1 << 22, by: 97) {
      let cost = CodeCost.shared.cost(of: probability)
      #expect(cost <= last)
      last = cost
    }
  }
}
