import Platform
import Testing

@Suite struct OwnedBufferTests {
  @Test(arguments: [0, 1, 63, 4096, 5 << 20])
  func isZeroedAndAligned(count: Int) {
    let buffer = OwnedBuffer<Int32>(count: count)
    #expect(buffer.count == count)
    #expect(UInt(bitPattern: buffer.base) % UInt(buffer.size.pages.alignment) == 0)
    #expect(buffer.contents.allSatisfy { $0 == 0 })
    buffer.fill(7)
    #expect(buffer.contents.allSatisfy { $0 == 7 })
  }

  @Test func holdsWhatItWasGiven() {
    let buffer = OwnedBuffer([3, 1, 4, 1, 5] as [UInt8])
    buffer[1] = 9
    #expect(buffer.contents == [3, 9, 4, 1, 5])
  }

  @Test func largeBuffersLieOnHugePages() {
    #expect(BufferSize<UInt8>(100).pages == .small)
    #expect(BufferSize<UInt32>(1 << 22).pages == .huge)
    #expect(BufferSize<UInt8>(100, pages: .huge).pages == .huge)
  }

  @Test func isCounted() {
    let ledger = MemoryLedger()
    MemoryLedger.$current.withValue(ledger) {
      let size = BufferSize<Int16>(1000)
      let small = OwnedBuffer(size)
      #expect(ledger.byteCount == size.byteCount)
      do {
        let huge = OwnedBuffer<UInt8>(BufferSize(10, pages: .huge))
        #expect(ledger.byteCount == size.byteCount + huge.size.byteCount)
      }
      #expect(ledger.byteCount == size.byteCount)
      small.fill(1)
    }
    #expect(ledger.byteCount == 0)
  }
}
