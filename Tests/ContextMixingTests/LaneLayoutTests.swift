import ContextMixing
import Testing

@Suite struct LaneLayoutTests {
  @Test func lanesAreConsecutiveAndTheLongerComeFirst() {
    let layout = LaneLayout(byteCount: 11, laneCount: 4)
    #expect((0..<4).map(layout.start(ofLane:)) == [0, 3, 6, 9])
    #expect(layout.stepCount == 3)
    #expect((0..<3).map(layout.activeLanes(atStep:)) == [4, 4, 3])
    #expect(layout.byteCount == 11)
  }

  /// Byte t of every lane that has one, lane 0 first, before byte t + 1 of any; each step is
  /// predicted before it and told after it.
  @Test func theWalkGoesInTheOrderOfCoding() {
    struct Recorder: LanePredictor {
      var actives: [Int] = []
      var told: [[UInt8]] = []
      let laneCount: Int

      mutating func predict(active: Int) { actives.append(active) }
      func prediction(lane: Int) -> UnsafePointer<UInt32>? { nil }
      mutating func update(bytes: UnsafePointer<UInt8>) {
        told.append(Array(UnsafeBufferPointer(start: bytes, count: laneCount)))
      }
    }
    for laneCount in [1, 2, 8, 256] {
      for byteCount in [laneCount, laneCount + 1, 2 * laneCount - 1, 2 * laneCount, 1000] {
        let layout = LaneLayout(byteCount: byteCount, laneCount: laneCount)
        var predictor = Recorder(laneCount: laneCount)
        var order: [(lane: Int, position: Int)] = []
        let isWhole = layout.walk(&predictor) { lane, position, _ in
          order.append((lane, position))
          return UInt8(truncatingIfNeeded: position)
        }
        #expect(isWhole)
        #expect(order.map(\.position).sorted() == Array(0..<byteCount))
        var expected: [Int] = []
        for step in 0..<layout.stepCount {
          for lane in 0..<layout.activeLanes(atStep: step) {
            expected.append(layout.start(ofLane: lane) + step)
          }
        }
        #expect(order.map(\.position) == expected)
        #expect(predictor.actives == (0..<layout.stepCount).map(layout.activeLanes(atStep:)))
        #expect(predictor.told.count == layout.stepCount - 1)
        for (step, bytes) in predictor.told.enumerated() {
          let positions = (0..<laneCount).map { layout.start(ofLane: $0) + step }
          #expect(bytes == positions.map { UInt8(truncatingIfNeeded: $0) })
        }
      }
    }
  }

  @Test func theWalkEndsWhenItIsTold() {
    var predictor = NoPredictor()
    var count = 0
    let isWhole = LaneLayout(byteCount: 100, laneCount: 10).walk(&predictor) { _, _, _ in
      count += 1
      return 0
    } afterStep: { $0 < 3 }
    #expect(!isWhole && count == 40)
  }

  @Test func positionsKnowTheirLane() {
    for (byteCount, laneCount) in [(1, 1), (7, 3), (100, 16), (256, 256), (1000, 7)] {
      let layout = LaneLayout(byteCount: byteCount, laneCount: laneCount)
      let starts = (0..<laneCount).map(layout.start(ofLane:))
      for position in 0..<byteCount {
        #expect(layout.lane(of: position) == starts.lastIndex { $0 <= position })
      }
    }
  }
}
