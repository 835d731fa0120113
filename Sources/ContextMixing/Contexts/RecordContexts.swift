extension LaneContext {
  /// Writes the contexts of the kinds that are about records, at the places of their numbers.
  ///
  /// - Parameter length: of a record, at least 2.
  @inline(__always)
  func writeRecordContexts(
    _ contexts: UnsafeMutablePointer<UInt64>, history: borrowing BlockHistory, length: Int
  ) {
    @inline(__always)
    func set(_ kind: ContextKind, _ context: UInt64) { contexts[kind.rawValue] = context }
    @inline(__always)
    func byte(before distance: Int) -> UInt64 {
      let place = position &- distance
      return place >= start ? UInt64(history[place]) : 0
    }
    let left = recent & 0xFF
    let above = byte(before: length)
    let aboveLeft = byte(before: length &+ 1)
    let aboveRight = byte(before: length &- 1)
    let above2 = byte(before: 2 &* length)
    let above3 = byte(before: 3 &* length)
    let column = UInt64(truncatingIfNeeded: position % length)

    set(.recordAbove, above)
    set(.recordAboveTwo, above << 8 | above2)
    set(.recordAboveThree, above << 16 | above2 << 8 | above3)
    set(.recordColumn, column)
    set(.recordColumnAbove, column << 8 | above)
    set(.recordColumnOrder1, column << 8 | left)
    set(.recordAcross, above << 16 | aboveLeft << 8 | aboveRight)
    // The nearest pixels of a bitmap with one bit for each are the upper bits of the byte to the
    // right, and the lower ones of that to the left.
    set(.recordAround, above << 24 | left << 16 | above2 << 8 | aboveRight >> 5)
    set(
      .recordAroundThree,
      above << 32 | left << 24 | above2 << 16 | above3 << 8 | (aboveLeft & 7) << 4
        | aboveRight >> 5)
    set(.recordCorner, above << 16 | aboveLeft << 8 | left)
    set(.recordGradient, (left &+ above &- aboveLeft) & 0xFF)
    set(.recordSlope, (2 &* above &- above2) & 0xFF)
  }
}
