import CKernels
import ContextMixing
import Testing

/// The inner loops of contexts, against what they are defined to be.
@Suite struct ContextKernelTests {
  @Test func probabilitiesFollowTheBits() {
    let reciprocals = (0..<1024).map { Int32((2 << 16) / (2 * $0 + 3)) }
    for start in [UInt32(0), 1 << 31, .max << 10] {
      var ones = start
      var zeros = start
      for _ in 0..<5000 {
        ones = fsc_probability_step(ones, 1 << 22 - 1, reciprocals, 255)
        zeros = fsc_probability_step(zeros, 0, reciprocals, 255)
      }
      #expect(ones >> 10 > 4_190_000 && ones & 1023 == 255)
      #expect(zeros >> 10 < 4000 && zeros & 1023 == 255)
    }
    // The first bit moves a probability by two thirds of the error: 1 / (0 + 1.5).
    let first = fsc_probability_step(1 << 31, 0, reciprocals, 255)
    #expect(first >> 10 == 2_097_152 - (2_097_152 * 43690 + 65535) >> 16 && first & 1023 == 1)
  }

  @Test func contextsEqualTheirDefinition() {
    var generator = SplitMix(state: 6)
    let count = 21
    let histories = BitHistory.shared
    let reciprocals = (0..<1024).map { Int32((2 << 16) / (2 * $0 + 3)) }
    let stretches = (0..<4096).map { LogisticTables.shared.stretch($0) }
    var slots = (0..<16 * count).map { _ in UInt8.random(in: 0...9, using: &generator) }
    var meanings = (0..<256 * count).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
    for _ in 0..<200 {
      let nibble = Int.random(in: 1...15, using: &generator)
      let bit = Int.random(in: 0...1, using: &generator)
      let (oldSlots, oldMeanings) = (slots, meanings)
      var inputs = [Int16](repeating: -1, count: count)
      let seen = slots.withUnsafeMutableBufferPointer { slots in
        let places: [UnsafeMutablePointer<UInt8>?] = (0..<count).map {
          slots.baseAddress! + 16 * $0
        }
        let seen = fsc_contexts_predict(places, nibble, meanings, stretches, &inputs, count)
        fsc_contexts_update(
          places, nibble, bit, &meanings, histories.next, reciprocals, 255, count)
        return seen
      }
      var expectedSeen = 0
      for context in 0..<count {
        let place = 16 * context + nibble
        let state = Int(oldSlots[place])
        let meaning = 256 * context + state
        if state > 0 { expectedSeen += 1 }
        #expect(inputs[context] == (state == 0 ? 0 : stretches[Int(oldMeanings[meaning] >> 20)]))
        #expect(slots[place] == histories.next[2 * state + bit])
        #expect(
          meanings[meaning]
            == fsc_probability_step(
              oldMeanings[meaning], bit == 1 ? 1 << 22 - 1 : 0, reciprocals, 255))
      }
      #expect(seen == expectedSeen)
    }
  }
}
