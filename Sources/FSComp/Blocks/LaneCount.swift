import ContextMixing

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
