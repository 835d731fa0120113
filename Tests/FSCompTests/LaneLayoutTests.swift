import FSComp
import Testing

@Suite struct LaneLayoutTests {
  @Test func lanesAreConsecutiveAndTheLongerComeFirst() {
    let layout = LaneLayout(byteCount: 11, laneCount: 4)
    #expect((0..<4).map(layout.start(ofLane:)) == [0, 3, 6, 9])
    #expect(layout.stepCount == 3)
    #expect((0..<3).map(layout.activeLanes(atStep:)) == [4, 4, 3])
    #expect(layout.byteCount == 11)
  }

  @Test func everyByteIsCodedOnce() {
    for laneCount in [1, 2, 8, 256] {
      for byteCount in [laneCount, laneCount + 1, 2 * laneCount - 1, 2 * laneCount, 1000] {
        let layout = LaneLayout(byteCount: byteCount, laneCount: laneCount)
        var order: [Int] = []
        for step in 0..<layout.stepCount {
          for lane in 0..<layout.activeLanes(atStep: step) {
            order.append(layout.start(ofLane: lane) + step)
          }
        }
        #expect(order.sorted() == Array(0..<byteCount))
      }
    }
  }

  @Test func defaultLaneCount() {
    let expected = [
      (1, 1), (16_383, 1), (16_384, 2), (32_767, 2), (32_768, 4), (65_536, 8), (131_071, 8),
      (131_072, 16), (1 << 20, 16), (BlockLimits.maximumPlainSize, 16),
    ]
    for (byteCount, lanes) in expected {
      #expect(LaneLayout.defaultLaneCount(byteCount: byteCount, atMost: 16) == lanes)
    }
  }

  @Test func wantedLaneCount() {
    let expected = [
      (1, 100, 1), (2, 1, 1), (16, 15, 8), (16, 16, 16), (100, 1000, 64), (999, 1000, 256),
      (0, 10, 1), (-4, 10, 1), (Int.max, Int.max, 256),
    ]
    for (wanted, byteCount, lanes) in expected {
      #expect(LaneLayout.laneCount(wanted, byteCount: byteCount) == lanes)
    }
  }
}
