import Plotting
import Testing

@Suite struct DecimalTextTests {
  @Test(arguments: [
    (0.0, 3, "0.000"), (1.23456, 4, "1.2346"), (0.0625, 3, "0.063"), (9.9996, 3, "10.000"),
    (-1.5, 1, "-1.5"), (-0.001, 2, "0.00"), (41.5, 0, "42"), (1234.05, 2, "1234.05"),
    (.infinity, 2, "-"), (.nan, 2, "-"), (1e15, 2, "-"),
  ])
  func decimals(value: Double, digits: Int, text: String) {
    #expect(DecimalText.fixed(value, digits) == text)
  }
}
