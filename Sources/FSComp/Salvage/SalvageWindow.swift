/// The stretch of a damaged archive that a salvager looks at: it can see ahead of where it stands,
/// as far as it must to tell an item from bytes that look like one.
struct SalvageWindow {
  private var input = InputBuffer()
  /// Bytes the window may grow to.
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Where the window stands in the archive.
  var offset: Int { input.offset }

  mutating func advance(by count: Int) { input.consume(count) }

  /// Makes `count` bytes visible; false when the archive ends before, or they are too many.
  mutating func reveal(_ count: Int, from source: inout some ByteSource) throws -> Bool {
    guard count <= limit else { return false }
    while input.unreadCount < count {
      guard try input.refill(from: &source, whileWaiting: { false }) == .more else { return false }
    }
    return true
  }

  /// The first byte; nil at the end of the archive.
  mutating func first(from source: inout some ByteSource) throws -> UInt8? {
    try reveal(1, from: &source) ? input.withUnread { $0[0] } : nil
  }

  /// A copy of visible bytes.
  func copy(_ range: Range<Int>) -> [UInt8] {
    input.withUnread { bytes in range.map { bytes[$0] } }
  }

  /// Parses the header that begins `distance` bytes ahead.
  mutating func parseHeader<Value>(
    at distance: Int, from source: inout some ByteSource,
    with parser: (Span<UInt8>) -> Parsed<Value>
  ) throws -> Parsed<Value> {
    _ = try reveal(distance + BlockHeader.maximumByteCount, from: &source)
    guard distance <= input.unreadCount else { return .incomplete }
    return input.withUnread { parser($0.extracting(distance..<$0.count)) }
  }

  /// How long the index is that begins `distance` bytes ahead, as far as it may be looked at.
  mutating func indexExtent(
    at distance: Int, from source: inout some ByteSource, work: inout SalvageWork
  ) throws -> Parsed<FrameIndex.Extent> {
    var wanted = distance + BlockHeader.maximumByteCount
    while true {
      let isRevealed = try reveal(wanted, from: &source)
      guard distance <= input.unreadCount else { return .incomplete }
      guard work.mayRead(upTo: offset + input.unreadCount) else { return .invalid(.indexDamaged) }
      var read = 0
      let extent = input.withUnread {
        FrameIndex.extent(of: $0.extracting(distance..<$0.count), read: &read)
      }
      work.read(read)
      if case .value = extent { work.believe(read) }
      guard case .incomplete = extent, isRevealed else { return extent }
      wanted = 2 * max(wanted, input.unreadCount)
    }
  }

  /// What the visible index says that begins where the window stands.
  func indexContent(_ extent: FrameIndex.Extent) -> IndexContent {
    input.withUnread { FrameIndex.content(of: $0, extent) }
  }

  /// Whether something begins `distance` bytes ahead that checks out, or the archive ends there.
  mutating func holdsItem(
    at distance: Int, from source: inout some ByteSource, work: inout SalvageWork
  ) throws -> Bool {
    guard try reveal(distance + 1, from: &source) else {
      return input.hasEnded && input.unreadCount == distance
    }
    switch input.withUnread({ $0[distance] }) {
    case FrameHeader.magic[0]:
      return try parseHeader(at: distance, from: &source, with: FrameHeader.parse).isValue
    case FrameIndex.tag, FrameIndex.tagWithLines:
      return try indexExtent(at: distance, from: &source, work: &work).isValue
    default:
      return try parseHeader(at: distance, from: &source, with: BlockHeader.parse).isValue
    }
  }
}

extension Parsed {
  var isValue: Bool {
    if case .value = self { true } else { false }
  }
}
