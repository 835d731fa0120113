/// The bytes read from a source and not used yet, with their place in it.
package struct InputBuffer {
  /// Called before and while waiting for input. Returns whether there is work in flight, so that
  /// it wants to be called again soon.
  package typealias Idle = () throws -> Bool

  package enum Refill { case more, end, timedOut }

  /// How often finished work is looked for while waiting.
  private static let pollInterval = Duration.milliseconds(5)

  private var storage = [UInt8](repeating: 0, count: 1 << 16)
  private var unread = 0..<0
  /// Whether a read has found the end of the source.
  package private(set) var hasEnded = false
  /// Where the first unread byte stands in the source.
  package private(set) var offset = 0

  package init() {}

  package var unreadCount: Int { unread.count }

  package func withUnread<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    body(storage.span.extracting(unread))
  }

  package mutating func consume(_ count: Int) {
    unread = unread.lowerBound + count..<unread.upperBound
    offset += count
  }

  /// Moves unread bytes to the end of `target` until it has `limit`, or there are none left.
  /// Takes memory for bytes that are there only, whatever the limit.
  package mutating func move(to target: inout [UInt8], limit: Int) {
    let count = min(unread.count, limit - target.count)
    if target.capacity < target.count + count {
      target.reserveCapacity(min(limit, max(2 * target.capacity, target.count + count)))
    }
    target.append(contentsOf: storage[unread.prefix(count)])
    consume(count)
  }

  /// Reads more bytes behind the unread ones, at least one.
  ///
  /// - Parameters:
  ///   - deadline: when to stop waiting; nil for never.
  ///   - idle: see `Idle`. While it returns false and there is no deadline, the wait is one `read`.
  package mutating func refill(
    from source: inout some ByteSource, until deadline: ContinuousClock.Instant? = nil,
    whileWaiting idle: Idle
  ) throws -> Refill {
    if hasEnded { return .end }
    while true {
      let isBusy = try idle()
      if !isBusy && deadline == nil { break }
      var timeout = isBusy ? Self.pollInterval : .seconds(3600)
      if let deadline {
        let left = ContinuousClock.now.duration(to: deadline)
        if left <= .zero { return .timedOut }
        timeout = min(timeout, left)
      }
      if try source.waitUntilReadable(for: timeout) { break }
    }
    return try read(from: &source) ? .more : .end
  }

  private mutating func read(from source: inout some ByteSource) throws -> Bool {
    makeRoom()
    let free = unread.upperBound..<storage.count
    let count = try storage.withUnsafeMutableBytes {
      try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[free]))
    }
    unread = unread.lowerBound..<unread.upperBound + min(max(count, 0), free.count)
    hasEnded = count <= 0
    return !hasEnded
  }

  /// Leaves a quarter of the storage free behind the unread bytes. They move only when they are
  /// fewer than the bytes used since the last time, so that each moves once on average.
  private mutating func makeRoom() {
    if unread.isEmpty { unread = 0..<0 }
    guard 4 * (storage.count - unread.upperBound) < storage.count else { return }
    if unread.count <= unread.lowerBound {
      storage.replaceSubrange(0..<unread.count, with: Array(storage[unread]))
      unread = 0..<unread.count
    } else {
      storage.append(contentsOf: repeatElement(0, count: storage.count))
    }
  }
}
