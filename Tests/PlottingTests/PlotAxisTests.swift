import Plotting
import Testing

@Suite struct PlotAxisTests {
  @Test func valuesStandInProportion() {
    let linear = PlotAxis(10...20, .linear, from: 100, to: 0)
    #expect([10, 15, 20, 5, 99].map(linear.place) == [100, 50, 0, 100, 0])
    let logarithmic = PlotAxis(0.01...100, .logarithmic, from: 0, to: 80)
    for (value, place) in [(0.01, 0.0), (0.1, 20), (1, 40), (10, 60), (100, 80), (1e9, 80)] {
      #expect((logarithmic.place(value) - place).magnitude < 1e-9)
    }
    #expect(linear.place(.nan) == 0)
  }

  @Test func ticksAreRoundNumbers() {
    #expect(PlotAxis(1.3...2.6, .linear, from: 0, to: 1).ticks.map { ($0 * 100).rounded() }
      == [150, 200, 250])
    #expect(PlotAxis(0...48, .linear, from: 0, to: 1).ticks == [0, 10, 20, 30, 40])
    let speeds = PlotAxis(0.03...40, .logarithmic, from: 0, to: 1).ticks
    #expect(speeds.map { ($0 * 1000).rounded() }
      == [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000])
    #expect(PlotAxis(0.001...1000, .logarithmic, from: 0, to: 1).ticks.count == 7)
  }
}
