import CMixingKernels
import ContextMixing
import Testing

/// Where contexts find their lines.
@Suite struct SlotRegionsTests {
  /// [lineCount][FSC_LINE_BYTES], all 1.
  private func withLines(_ lineCount: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    let lines = UnsafeMutablePointer<UInt8>.allocate(capacity: lineCount * FSC_LINE_BYTES)
    lines.initialize(repeating: 1, count: lineCount * FSC_LINE_BYTES)
    body(lines)
    lines.deallocate()
  }

  @Test(arguments: [(256, 1), (256, 128), (1 << 16, 1), (1 << 16, 7), (1 << 18, 256)])
  func theyDivideTheLines(lineCount: Int, laneCount: Int) {
    withLines(lineCount) { lines in
      let regions = SlotRegions(
        lines: lines, lineCount: lineCount, laneCount: laneCount, hasLocal: true)
      #expect(regions.shared.first == 0)
      #expect(Int(regions.shared.count) >= lineCount / 2)
      var next = regions.shared.count
      for lane in 0..<laneCount {
        let local = regions.local(lane: lane)
        #expect(local.first == next && local.count > 0)
        next += local.count
      }
      #expect(Int(next) == lineCount)
    }
  }

  @Test func withoutLocalContextsAllIsShared() {
    withLines(256) { lines in
      let regions = SlotRegions(lines: lines, lineCount: 256, laneCount: 4, hasLocal: false)
      #expect(regions.shared.count == 256)
      #expect(regions.local(lane: 3).first == 0 && regions.local(lane: 3).count == 256)
    }
  }

  @Test func anEpochClearsItsLaneAlone() {
    withLines(1 << 12) { lines in
      let regions = SlotRegions(lines: lines, lineCount: 1 << 12, laneCount: 4, hasLocal: true)
      for count in [1, 16_383, 16_385, 30_000] { regions.endByte(lane: 2, byteCount: count) }
      let bytes = UnsafeBufferPointer(start: lines, count: FSC_LINE_BYTES << 12)
      #expect(bytes.allSatisfy { $0 == 1 })
      regions.endByte(lane: 2, byteCount: 32_768)
      let local = regions.local(lane: 2)
      let cleared = Int(local.first) * FSC_LINE_BYTES..<Int(local.first + local.count) * FSC_LINE_BYTES
      #expect(bytes.indices.allSatisfy { bytes[$0] == (cleared.contains($0) ? 0 : 1) })
    }
  }

  /// Lines are near each other if they differ in the lowest bits alone, six at most.
  @Test(arguments: [
    (0, 256, 64), (0, 1 << 19, 64), (2048, 2048, 64), (130, 42, 2), (1536, 96, 32), (7, 1, 1),
  ])
  func placesNearEachOtherAreInOneRegion(first: UInt64, count: UInt64, group: UInt64) {
    let region = SlotRegion(first: first, count: count)
    #expect(region.nearBits == group - 1)
    var generator = SplitMix(state: 3)
    var lines: Set<UInt64> = []
    for _ in 0..<2000 {
      let hash = generator.next()
      let other = region.place(generator.next())
      let place = SlotRegion.place(near: other, hash, nearBits: region.nearBits)
      #expect(place & 0xFFFF_FFFF == hash & 0xFFFF_FFFF)
      #expect(place >> 32 / group == other >> 32 / group)
      #expect(first..<first + count ~= place >> 32)
      lines.insert((place ^ other) >> 32)
    }
    #expect(lines.count == Int(group))
  }

  @Test func placesKeepTheChecks() {
    let region = SlotRegion(first: 1000, count: 24)
    #expect(region.place(0) == 1000 << 32)
    #expect(region.place(.max) == 1023 << 32 | 0xFFFF_FFFF)
    #expect(region.place(1 << 63 | 0x1234_5678) == 1012 << 32 | 0x1234_5678)
  }
}
