import EntropyCoding
import Platform
import TestSupport
import Testing

@Suite struct ArithmeticCodingTests {
  @Test(arguments: [true, false])
  func decodesWhatWasEncoded(followingProbability: Bool) {
    var generator = SplitMix64(seed: 1)
    for count in [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 100_000] {
      let decisions = decisions(
        count, using: &generator, followingProbability: followingProbability)
      let decoded = decode(encode(decisions), probabilities: decisions.map(\.probability))
      #expect(decoded == Decoded(bits: decisions.map(\.bit), isExact: true, hasOverrun: false))
    }
  }

  @Test func equalsTheReference() {
    var generator = SplitMix64(seed: 2)
    for round in 0..<2000 {
      let decisions = decisions(
        round % 200, using: &generator, followingProbability: round % 2 == 0)
      var reference = ReferenceEncoder()
      for decision in decisions {
        reference.encode(decision.bit, probability: decision.probability)
      }
      #expect(encode(decisions) == reference.payload)
    }
  }

  /// Keeps the two ends on either side of a byte boundary for as long as possible, until nothing is
  /// left between them.
  @Test func survivesTheNarrowestInterval() {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<500 {
      var reference = ReferenceEncoder()
      var decisions: [Decision] = []
      let boundary = UInt64.random(in: 1...255, using: &generator) << 56
      for _ in 0..<200 {
        let probability = anyProbability(using: &generator)
        let isStraddling = reference.low < boundary && boundary <= reference.high
        let bit =
          isStraddling
          ? reference.split(probability) >= boundary : Bool.random(using: &generator)
        reference.encode(bit, probability: probability)
        decisions.append(Decision(bit: bit, probability: probability))
      }
      let payload = encode(decisions)
      #expect(payload == reference.payload)
      let decoded = decode(payload, probabilities: decisions.map(\.probability))
      #expect(decoded.bits == decisions.map(\.bit) && decoded.isExact)
    }
  }

  @Test func sizeIsIdeal() {
    var generator = SplitMix64(seed: 4)
    let decisions = decisions(2_000_000, using: &generator, followingProbability: true)
    let ideal = decisions.reduce(0.0) { bits, decision in
      let ones = Double(decision.probability) / Double(Probability.one)
      return bits - log2(decision.bit ? ones : 1 - ones)
    }
    let size = Double(8 * encode(decisions).count)
    #expect(size <= ideal * 1.0005 + 8)
    #expect(size >= ideal - 1)
  }

  @Test func onlyOnePayloadIsExact() {
    var generator = SplitMix64(seed: 5)
    for round in 0..<300 {
      let decisions = decisions(
        round % 40, using: &generator, followingProbability: round % 2 == 0)
      let bits = decisions.map(\.bit)
      let probabilities = decisions.map(\.probability)
      let payload = encode(decisions)
      for length in 0..<payload.count {
        let shorter = decode(Array(payload.prefix(length)), probabilities: probabilities)
        #expect(!shorter.isExact || shorter.bits != bits)
      }
      for byte in [UInt8(0), 1, 128, 255] {
        let longer = decode(payload + [byte], probabilities: probabilities)
        #expect(!longer.isExact || longer.bits != bits)
      }
      for index in payload.indices {
        for bit in 0..<8 {
          var flipped = payload
          flipped[index] ^= 1 << bit
          let decoded = decode(flipped, probabilities: probabilities)
          #expect(!decoded.isExact || decoded.bits != bits)
        }
      }
    }
  }

  @Test func anythingCanBeDecoded() {
    var generator = SplitMix64(seed: 6)
    let probabilities = (0..<2000).map { _ in anyProbability(using: &generator) }
    for length in 0..<40 {
      let payload = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let decoded = decode(payload, probabilities: probabilities)
      #expect(decoded.bits.count == probabilities.count)
    }
  }

  @Test func overrunIsNoticedEightBytesAfterTheEnd() {
    // Eight even bits settle one byte.
    let half = Probability.one / 2
    for length in 0..<20 {
      let payload = [UInt8](repeating: 0x5A, count: length)
      let within = decode(payload, probabilities: Array(repeating: half, count: 8 * length))
      #expect(!within.hasOverrun)
      let beyond = decode(payload, probabilities: Array(repeating: half, count: 8 * length + 8))
      #expect(beyond.hasOverrun)
    }
  }

  /// The example of `docs/format.md`.
  @Test func documentedPayload() {
    let bits = [true, false, false, true, true]
    let probabilities: [UInt64] = [1 << 21, 3 << 20, 1, 4_000_000, 1]
    let decisions = zip(bits, probabilities).map { Decision(bit: $0, probability: $1) }
    #expect(encode(decisions) == [0x60, 0x00, 0x00, 0x80])
  }

  /// Frozen: archives depend on it.
  @Test func goldenPayload() {
    #expect(encode([]) == [])
    #expect(encode([Decision(bit: true, probability: 1 << 21)]) == [])
    #expect(encode([Decision(bit: false, probability: 1 << 21)]) == [0x80])
    #expect(encode([Decision(bit: true, probability: 1)]) == [0, 0])
    #expect(encode([Decision(bit: false, probability: 1)]) == [0x01])
    let probabilities: [UInt64] = [
      1 << 21, 3 << 20, 1, 1 << 22 - 1, 12345, 4_000_000, 777, 1 << 22 - 999, 1 << 10, 2_222_222,
    ]
    let bits = [true, false, false, true, false, true, true, false, false, true]
    let decisions = zip(bits, probabilities).map { Decision(bit: $0, probability: $1) }
    let payload: [UInt8] = [
      0x60, 0x19, 0x8E, 0x56, 0xA0, 0xCD, 0x4A
    ]
    #expect(encode(decisions + decisions) == payload)
  }
}
