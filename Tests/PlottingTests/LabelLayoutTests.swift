import Plotting
import TestSupport
import Testing

@Suite struct LabelLayoutTests {
  private let bounds = Box(left: 0, top: 0, width: 500, height: 400)

  @Test func aLabelStandsBesideItsMark() throws {
    let mark = Point(100, 100)
    var layout = LabelLayout(within: bounds, marks: [Box(around: mark, radius: 5)], fontSize: 10)
    let first = layout.place("abc", beside: mark)
    let placed = try #require(first)
    #expect(placed.box.left == 107)
    #expect(placed.box.top < 100 && placed.box.bottom > 100)
    #expect(!placed.isRemote)
    // At the right border it goes to the left.
    let last = Point(495, 100)
    let second = layout.place("abc", beside: last)
    let other = try #require(second)
    #expect(other.box.right <= 490)
  }

  @Test(arguments: 1...12)
  func noLabelIsOverAnotherOrOverAMark(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    // Many of them close together.
    let marks = (0..<28).map { number in
      Point(
        Double(generator.next() % (number % 2 == 0 ? 60 : 400)) + 40,
        Double(generator.next() % (number % 2 == 0 ? 40 : 380)) + 10)
    }
    var layout = LabelLayout(within: bounds, marks: marks.map { Box(around: $0, radius: 5) }, fontSize: 10)
    var boxes: [Box] = []
    for (number, mark) in marks.enumerated() {
      let text = String(repeating: "x", count: 3 + number % 9)
      let found = layout.place(text, beside: mark)
      let placed = try #require(found)
      #expect(placed.anchor == mark)
      #expect(bounds.contains(placed.box))
      #expect(placed.box.width == layout.size(of: text).width)
      #expect(!boxes.contains(where: placed.box.overlaps))
      boxes.append(placed.box)
      for other in marks {
        let center = Box(left: other.x - 4, top: other.y - 4, width: 8, height: 8)
        #expect(!placed.box.overlaps(center))
      }
    }
  }

  @Test func aLineIsAvoidedWhereThereIsRoomNearby() throws {
    let mark = Point(100, 100)
    let line = Box(from: mark, to: Point(400, 100))
    var layout = LabelLayout(
      within: bounds, marks: [Box(around: mark, radius: 5)], lines: [line], fontSize: 10)
    let beside = layout.place("abc", beside: mark)
    #expect(try !#require(beside).box.overlaps(line))
    // Where lines are everywhere, one is as good as another.
    var crossed = LabelLayout(
      within: bounds, marks: [Box(around: mark, radius: 5)], lines: [bounds], fontSize: 10)
    let over = crossed.place("abc", beside: mark)
    #expect(try #require(over).isRemote == false)
  }

  @Test func aFullPictureHasNoPlace() {
    let small = Box(left: 0, top: 0, width: 30, height: 12)
    var layout = LabelLayout(within: small, marks: [], fontSize: 10)
    let placed = layout.place("too long for it", beside: Point(15, 6))
    #expect(placed == nil)
  }
}
