/// How the bytes of a block are cut into lanes, and the order in which they are coded.
///
/// Lane i holds the i-th run of consecutive bytes; the first `byteCount % laneCount` lanes are one
/// byte longer than the rest. Step t codes byte t of every lane that has one, lane 0 first: so all
/// lanes take part in every step but the last, where the longer ones are alone.
package struct LaneLayout: Equatable, Sendable {
  package let laneCount: Int
  /// Steps in which all lanes take part.
  package let fullStepCount: Int
  /// Lanes that have one byte more, and so a last step of their own.
  package let longerLaneCount: Int

  /// - Parameter laneCount: 1 ... `byteCount`.
  package init(byteCount: Int, laneCount: Int) {
    self.laneCount = laneCount
    fullStepCount = byteCount / laneCount
    longerLaneCount = byteCount % laneCount
  }

  package var byteCount: Int { laneCount * fullStepCount + longerLaneCount }

  package var stepCount: Int { fullStepCount + (longerLaneCount > 0 ? 1 : 0) }

  /// How many lanes, from lane 0 on, have a byte in this step.
  package func activeLanes(atStep step: Int) -> Int {
    step < fullStepCount ? laneCount : longerLaneCount
  }

  /// Where in the block lane `lane` begins.
  package func start(ofLane lane: Int) -> Int {
    lane * fullStepCount + min(lane, longerLaneCount)
  }
}

extension LaneLayout {
  private static let fewestBytesALane = 8192

  /// The number of lanes the encoder chooses when it is free to: the largest power of two, at most
  /// `most`, that leaves each lane 8192 bytes; otherwise 1.
  ///
  /// More lanes share the cost of reading the weights, fewer lanes predict better: each begins
  /// without a history. Sixteen fill the rows of a matrix tile, and 8192 bytes make the loss of a
  /// beginning small. A decoder does not depend on this choice.
  package static func defaultLaneCount(byteCount: Int, atMost most: Int) -> Int {
    var lanes = 1
    while lanes < most && byteCount / (2 * lanes) >= fewestBytesALane { lanes *= 2 }
    return lanes
  }

  /// The largest power of two that is at most `wanted`, at most 256, and leaves no lane empty.
  package static func laneCount(_ wanted: Int, byteCount: Int) -> Int {
    var lanes = 1
    while 2 * lanes <= min(wanted, byteCount, BlockLimits.maximumLanes) { lanes *= 2 }
    return lanes
  }
}
