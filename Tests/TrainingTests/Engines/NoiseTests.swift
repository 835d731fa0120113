import Testing
import Training

/// Noise, seen from outside: by what it does to the loss.
@Suite struct NoiseTests {
  static let topology = Topology.fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 16)

  static func loss(noise: UInt64, _ pass: TrainingPass, streams: Int = 4) -> Double {
    var numbers = TestGenerator(seed: 1)
    let parameters = numbers.parameters(topology).doubles
    let window = TrainingWindow(
      inputs: numbers.bytes(4 * 3), targets: numbers.bytes(4 * 3), noise: noise, pass: pass)
    return DoublePrecisionEngine(topology, streams: 4, steps: 3, threads: 2)
      .loss(window, parameters: parameters)
  }

  @Test(arguments: [
    Regularization(keptInputs: 0.6), Regularization(updatedHidden: 0.6),
    Regularization(updatedCells: 0.6),
  ])
  func masksFollowTheirNumber(regularization: Regularization) {
    let pass = TrainingPass(regularization: regularization)
    #expect(Self.loss(noise: 1, pass) == Self.loss(noise: 1, pass))
    #expect(Self.loss(noise: 1, pass) != Self.loss(noise: 2, pass))
    #expect(Self.loss(noise: 1, pass) != Self.loss(noise: 1, TrainingPass()))
  }

  @Test func testsDrawNothing() {
    let noisy = Regularization(keptInputs: 0.6, updatedHidden: 0.6, updatedCells: 0.6)
    let pass = TrainingPass(regularization: noisy, drawsMasks: false)
    #expect(Self.loss(noise: 1, pass) == Self.loss(noise: 2, pass))
    // Dropout leaves tests alone; zoneout stands at its expectation.
    let dropout = TrainingPass(regularization: .init(keptInputs: 0.6), drawsMasks: false)
    #expect(Self.loss(noise: 1, dropout) == Self.loss(noise: 1, TrainingPass()))
    #expect(Self.loss(noise: 1, pass) != Self.loss(noise: 1, TrainingPass()))
  }

  @Test func whatIsAlwaysUpdatedIsNoZoneout() {
    let nothing = Regularization(keptInputs: 1, updatedHidden: 1, updatedCells: 1)
    #expect(
      Self.loss(noise: 1, TrainingPass(regularization: nothing))
        == Self.loss(noise: 1, TrainingPass()))
  }
}
