import ContextMixing
import FSComp
import Testing

@Suite struct LaneCountTests {
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
