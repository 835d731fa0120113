import FSComp
import Testing
import TestSupport

@Suite struct InputBufferTests {
  @Test func memoryFollowsTheData() throws {
    var source = ArraySource([UInt8](repeating: 1, count: 1000))
    var input = InputBuffer()
    var bytes: [UInt8] = []
    while try input.refill(from: &source, whileWaiting: { false }) == .more {
      input.move(to: &bytes, limit: BlockLimits.maximumPlainSize)
    }
    #expect(bytes.count == 1000)
    #expect(bytes.capacity < 10_000)
    #expect(input.offset == 1000)
  }

  @Test func movesNoMoreThanWanted() throws {
    var source = ArraySource(Array(0..<100))
    var input = InputBuffer()
    #expect(try input.refill(from: &source, whileWaiting: { false }) == .more)
    var bytes: [UInt8] = [200, 201]
    input.move(to: &bytes, limit: 5)
    #expect(bytes == [200, 201, 0, 1, 2])
    #expect(input.offset == 3 && input.unreadCount == 97)
    #expect(input.withUnread { $0[0] } == 3)
  }

  @Test(arguments: [1, 1000, 50_000, 1 << 20])
  func keepsAsMuchAsIsUnread(sliceSize: Int) throws {
    var generator = SplitMix64(seed: 1)
    let bytes = generator.bytes(300_000)
    var source = SlicedSource(bytes, sliceSize: sliceSize)
    var input = InputBuffer()
    for window in [10, 200_000, 3, 150_000] {
      while input.unreadCount < window,
        try input.refill(from: &source, whileWaiting: { false }) == .more
      {}
      let offset = input.offset
      let count = min(window, bytes.count - offset)
      let visible = input.withUnread { unread in (0..<count).map { unread[$0] } }
      #expect(visible == Array(bytes[offset..<offset + count]))
      input.consume(min(40_000, input.unreadCount))
    }
  }

  @Test func asksOncePastTheEndOnly() throws {
    struct Source: ByteSource {
      var reads = 0
      mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        reads += 1
        return 0
      }
    }
    var source = Source()
    var input = InputBuffer()
    for _ in 0..<3 { #expect(try input.refill(from: &source, whileWaiting: { false }) == .end) }
    #expect(source.reads == 1 && input.hasEnded)
  }

  @Test func timesOut() throws {
    var source = ScriptedSource([.wait(until: { false })])
    var input = InputBuffer()
    let refill = try input.refill(
      from: &source, until: .now + .milliseconds(5), whileWaiting: { false })
    #expect(refill == .timedOut && !source.wasBlocked)
  }
}
