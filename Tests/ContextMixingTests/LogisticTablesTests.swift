import ContextMixing
import Platform
import Testing

@Suite struct LogisticTablesTests {
  let tables = LogisticTables.shared

  @Test func stretchIsTheLogitToHalfAPercent() {
    var probability: UInt32 = 1
    while probability < 1 << 22 {
      let p = Double(probability) / Double(1 << 22)
      let exact = 256 * log(p / (1 - p))
      #expect(abs(Double(tables.stretchPrecisely(probability)) - exact) < 2.5)
      probability += 1 + probability / 50
    }
  }

  @Test func squashIsTheLogisticFunction() {
    for x in stride(from: -LogisticTables.limit, through: LogisticTables.limit, by: 37) {
      let exact = Double(1 << 22) / (1 + exp(-Double(x) / 4096))
      // Interpolation is out by a relative 0.0005, rounding down by up to two units.
      let tolerance = 2.1 + 0.0006 * min(exact, Double(1 << 22) - exact)
      #expect(abs(Double(tables.squash(x)) - exact) < tolerance)
    }
  }

  @Test func squashKeepsOrderAndRange() {
    var last: Int32 = 1
    for x in stride(from: Int32(-70_000), through: 70_000, by: 11) {
      let p = tables.squash(x)
      #expect(p >= last && p < 1 << 22)
      last = p
    }
    #expect(tables.squash(.max) == tables.squash(LogisticTables.limit))
    #expect(tables.squash(.min) == tables.squash(-LogisticTables.limit))
  }

  @Test func coarseStretchKeepsOrder() {
    for p in 1..<4096 { #expect(tables.stretch(p - 1) <= tables.stretch(p)) }
    #expect(tables.stretch(0) > -2400 && tables.stretch(4095) < 2400)
  }
}
