import FSCompTool
import Testing

@Suite("Values of options")
struct ValueTests {
  @Test("Sizes")
  func sizes() throws {
    let sizes = [
      "0": 0, "1": 1, "17B": 17, "4k": 4096, "4K": 4096, "4KiB": 4096, "1M": 1 << 20,
      "3MiB": 3 << 20, "2G": 2 << 30, "1gib": 1 << 30, "8589934591G": 8_589_934_591 << 30,
    ]
    for (text, bytes) in sizes { #expect(try ByteSize(text).bytes == bytes, "\(text)") }
    for text in [
      "", "K", "-1", "1.5M", "4KB", "4MB", "4X", "1 M", " 1", "0x10", "9999999999999999999",
      "8589934592G", "9223372036854775807K", "４",
    ] {
      #expect(throws: (any Error).self, "\(text)") { try ByteSize(text) }
    }
  }

  @Test("Times")
  func times() throws {
    let times: [String: Duration] = [
      "0": .zero, "2": .seconds(2), "0.5": .milliseconds(500), ".25": .milliseconds(250),
      "3.": .seconds(3), "1s": .seconds(1), "250ms": .milliseconds(250), "2m": .seconds(120),
      "1.5h": .seconds(5400), "0.000000001": .nanoseconds(1),
    ]
    for (text, duration) in times {
      #expect(try Seconds(text).duration == duration, "\(text)")
    }
    for text in ["", ".", "s", "-1", "1,5", "1.2.3", "1e3", "99999999999", "1d", "0.0000000001"] {
      #expect(throws: (any Error).self, "\(text)") { try Seconds(text) }
    }
  }

  @Test("Threads")
  func threads() throws {
    #expect(try ThreadCount("3").count == 3)
    #expect(try ThreadCount("0").count >= 1)
    #expect(try ThreadCount("0") == ThreadCount())
    for text in ["", "-1", "1025", "x", "1.0"] {
      #expect(throws: (any Error).self, "\(text)") { try ThreadCount(text) }
    }
  }

  @Test("Lanes")
  func lanes() throws {
    for count in [1, 2, 4, 64, 256] { #expect(try LaneCount("\(count)").count == count) }
    for text in ["0", "3", "512", "-2", ""] {
      #expect(throws: (any Error).self, "\(text)") { try LaneCount(text) }
    }
  }
}
