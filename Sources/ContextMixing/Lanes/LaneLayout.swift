/// How the bytes of a block are cut into lanes, and the order in which they are coded.
///
/// Lane i holds the i-th run of consecutive bytes; the first `byteCount % laneCount` lanes are one
/// byte longer than the rest. Step t codes byte t of every lane that has one, lane 0 first: so all
/// lanes take part in every step but the last, where the longer ones are alone.
@usableFromInline
package struct LaneLayout: Equatable, Sendable {
  @usableFromInline package let laneCount: Int
  /// Steps in which all lanes take part.
  @usableFromInline package let fullStepCount: Int
  /// Lanes that have one byte more, and so a last step of their own.
  @usableFromInline package let longerLaneCount: Int

  /// - Parameter laneCount: 1 ... `byteCount`.
  package init(byteCount: Int, laneCount: Int) {
    self.laneCount = laneCount
    fullStepCount = byteCount / laneCount
    longerLaneCount = byteCount % laneCount
  }

  package var byteCount: Int { laneCount * fullStepCount + longerLaneCount }

  @inlinable
  package var stepCount: Int { fullStepCount + (longerLaneCount > 0 ? 1 : 0) }

  /// How many lanes, from lane 0 on, have a byte in this step.
  @inlinable
  package func activeLanes(atStep step: Int) -> Int {
    step < fullStepCount ? laneCount : longerLaneCount
  }

  /// Where in the block lane `lane` begins.
  package func start(ofLane lane: Int) -> Int {
    lane * fullStepCount + min(lane, longerLaneCount)
  }

  /// The lane of a position in the block.
  @inline(__always)
  package func lane(of position: Int) -> Int {
    let longer = longerLaneCount &* (fullStepCount &+ 1)
    if position < longer { return position / (fullStepCount &+ 1) }
    return longerLaneCount &+ (position &- longer) / fullStepCount
  }
}
