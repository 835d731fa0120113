import Platform
import Testing

@Suite struct OwnedBufferTests {
  @Test(arguments: [0, 1, 63, 4096, 5 << 20])
  func isZeroedAndAligned(count: Int) {
    let size = BufferSize<Int32>(count)
    let buffer = OwnedBuffer(size)
    #expect(buffer.count == count)
    #expect(UInt(bitPattern: buffer.base) % UInt(size.pages.alignment) == 0)
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
        let hugeSize = BufferSize<UInt8>(10, pages: .huge)
        let huge = OwnedBuffer(hugeSize)
        #expect(ledger.byteCount == size.byteCount + hugeSize.byteCount)
        huge.fill(1)
      }
      #expect(ledger.byteCount == size.byteCount)
      small.fill(1)
    }
    #expect(ledger.byteCount == 0)
  }
}
