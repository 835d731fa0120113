import Platform

/// What a context remembers of the bits it has seen, in one byte: about how many zeros and ones,
/// and which came last.
///
/// State 0 is "nothing seen". A bit that contradicts many others makes most of those forgotten,
/// since what happened lately says more than what happened long ago. (The idea is from the PAQ
/// programs; the states and their limits here are made by `init`.)
package struct BitHistory: @unchecked Sendable {
  // @unchecked: none of this is written after `init`; the pointers point into `memory`.
  /// [256][2]: the state after a bit.
  package let next: UnsafeMutablePointer<UInt8>
  /// [256]: the probability of a 1 that the counts suggest, in units of 2^-16.
  package let initialProbability: UnsafeMutablePointer<UInt16>
  /// [256]: how many bits the state stands for.
  package let total: UnsafeMutablePointer<UInt8>
  /// [16][16]: the state after this many zeros and that many ones, mixed as evenly as they can be.
  package let ofCounts: UnsafeMutablePointer<UInt8>
  private let memory = (
    next: SharedBuffer<UInt8>(count: 512), initialProbability: SharedBuffer<UInt16>(count: 256),
    total: SharedBuffer<UInt8>(count: 256), ofCounts: SharedBuffer<UInt8>(count: 256)
  )

  /// How many states there are; at most 256.
  package let count: Int

  /// Made once.
  package static let shared = BitHistory()

  /// The most of one bit that is counted, by how often the other was seen.
  private static let limits = [40, 24, 10, 6, 5]

  private struct Counts: Hashable {
    var zeros: Int
    var ones: Int
    /// The last bit, where both were seen.
    var last: Int

    private static let remaining = [
      (above: 24, count: 6), (above: 12, count: 5), (above: 6, count: 4), (above: 3, count: 3),
    ]

    var isCountable: Bool {
      min(zeros, ones) < limits.count && max(zeros, ones) <= limits[min(zeros, ones)]
    }

    func followed(by bit: Int) -> Counts {
      var same = bit == 1 ? ones : zeros
      var other = bit == 1 ? zeros : ones
      same += 1
      // Surprise: of many contrary bits, keep few.
      if other > 2 { other = Self.remaining.first { other > $0.above }?.count ?? 2 }
      var result = Counts(same: same, other: other, bit: bit)
      while !result.isCountable {
        if same > other { same -= 1 } else { other -= 1 }
        result = Counts(same: same, other: other, bit: bit)
      }
      return result
    }

    init(same: Int, other: Int, bit: Int) {
      zeros = bit == 1 ? other : same
      ones = bit == 1 ? same : other
      last = other > 0 ? bit : 0
    }
  }

  private init() {
    next = memory.next.base
    initialProbability = memory.initialProbability.base
    total = memory.total.base
    ofCounts = memory.ofCounts.base
    memory.initialProbability.memory.fill(32768)
    // Numbers the states in the order in which they are reached.
    var states = [Counts(same: 0, other: 0, bit: 0)]
    var numbers = [states[0]: 0]
    var current = 0
    while current < states.count && current < 256 {
      let state = states[current]
      for bit in 0...1 {
        let following = state.followed(by: bit)
        let number = numbers[following] ?? states.count
        if number == states.count {
          numbers[following] = number
          states.append(following)
        }
        next[2 * current + bit] = UInt8(truncatingIfNeeded: number)
      }
      total[current] = UInt8(state.zeros + state.ones)
      // (ones + 0.4) / (all + 0.8)
      initialProbability[current] = UInt16(
        (65536 * (10 * state.ones + 4)) / (10 * (state.zeros + state.ones) + 8))
      current += 1
    }
    count = states.count
    for zeros in 0..<16 {
      for ones in 0..<16 { ofCounts[16 * zeros + ones] = after(zeros: zeros, ones: ones) }
    }
  }

  /// The state after these, mixed as evenly as they can be.
  private func after(zeros: Int, ones: Int) -> UInt8 {
    var state = 0
    var (seenZeros, seenOnes) = (0, 0)
    for _ in 0..<zeros + ones {
      // Whichever is further behind its share.
      let bit = (seenZeros + 1) * ones > (seenOnes + 1) * zeros ? 1 : 0
      if bit == 1 { seenOnes += 1 } else { seenZeros += 1 }
      state = Int(next[2 * state + bit])
    }
    return UInt8(truncatingIfNeeded: state)
  }
}
