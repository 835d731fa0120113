import Platform
import Testing

@Suite struct MemoryReservationTests {
  @Test func moreThanThereIsIsRefused() {
    #expect(MemoryReservation(byteCount: 1 << 60) == nil)
  }

  @Test func whatIsReleasedCanBeTakenAgain() {
    // Together more than the address space of a process, 2^47 bytes.
    var refusals = 0
    for number in 0..<1 << 18 {
      let reservation = MemoryReservation(byteCount: 1 << 29)
      if reservation == nil { refusals += 1 }
      // Once, twice, or by the end of its life.
      for _ in 0..<number % 3 { reservation?.release() }
    }
    #expect(refusals == 0)
    #expect(MemoryReservation(byteCount: 0) != nil)
  }
}
