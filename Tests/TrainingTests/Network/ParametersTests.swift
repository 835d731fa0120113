import Testing
import Training

@Suite struct ParametersTests {
  static let topology = Topology.fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 16)

  @Test func theMeanIsTakenNumberByNumber() throws {
    let one = Parameters<Float>.random(Self.topology, seed: 1)
    let two = Parameters<Float>.random(Self.topology, seed: 2)
    #expect(one.averaged(with: two, share: 0) == one)
    let mean = try #require(one.averaged(with: two, share: 0.25))
    for (index, value) in mean.values.enumerated() {
      let expected = 0.75 * one.values[index] + 0.25 * two.values[index]
      if abs(value - expected) > 1e-6 { Issue.record("\(value), not \(expected)") }
    }
  }

  @Test func otherNetworksHaveNoMean() {
    let other = Topology.fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 32)
    #expect(
      Parameters<Float>.random(Self.topology, seed: 1)
        .averaged(with: .random(other, seed: 1), share: 0.5) == nil)
  }
}
