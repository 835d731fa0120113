import ContextMixing
import Testing

@Suite struct BitHistoryTests {
  let histories = BitHistory.shared

  @Test func statesFitAByte() {
    #expect(histories.count > 100 && histories.count <= 256)
    for i in 0..<(2 * histories.count) { #expect(Int(histories.next[i]) < histories.count) }
  }

  @Test func nothingLeadsBackToNothingSeen() {
    for i in 0..<(2 * histories.count) { #expect(histories.next[i] != 0) }
  }

  @Test func manyOnesMeanAOne() {
    var state = 0
    for _ in 0..<100 { state = Int(histories.next[2 * state + 1]) }
    #expect(histories.initialProbability[state] > 64000)
    // One surprise, and the certainty is gone.
    state = Int(histories.next[2 * state])
    #expect(histories.initialProbability[state] < 60000)
  }

  @Test func zerosAndOnesAreTreatedAlike() {
    var mirrored = [0: 0]
    var open = [0]
    while let state = open.popLast() {
      guard let mirror = mirrored[state] else { continue }
      for bit in 0...1 {
        let next = Int(histories.next[2 * state + bit])
        let mirrorNext = Int(histories.next[2 * mirror + 1 - bit])
        if let known = mirrored[next] {
          #expect(known == mirrorNext)
        } else {
          mirrored[next] = mirrorNext
          open.append(next)
        }
      }
      #expect(histories.total[state] == histories.total[mirror])
    }
    #expect(mirrored.count == histories.count)
  }
}

/// The state after some zeros and some ones.
@Suite struct HistoriesOfCountsTests {
  let histories = BitHistory.shared

  private func state(_ zeros: Int, _ ones: Int) -> Int {
    Int(histories.ofCounts[16 * zeros + ones])
  }

  @Test func onlyNothingIsNothing() {
    #expect(state(0, 0) == 0)
    for zeros in 0..<16 {
      for ones in 0..<16 where zeros + ones > 0 {
        let state = state(zeros, ones)
        #expect((1..<histories.count).contains(state))
        #expect((1...zeros + ones).contains(Int(histories.total[state])))
      }
    }
  }

  @Test func ofOneBitAllAreCounted() {
    var (zeros, ones) = (0, 0)
    for count in 1..<16 {
      zeros = Int(histories.next[2 * zeros])
      ones = Int(histories.next[2 * ones + 1])
      #expect(state(count, 0) == zeros && state(0, count) == ones)
      #expect(Int(histories.total[zeros]) == count)
    }
  }

  /// Of all orders of the bits, the one in which none is further behind its share than it must be.
  @Test func bitsComeAsEvenlyAsTheyCan() {
    for zeros in 0..<16 {
      for ones in 0..<16 {
        var reached = 0
        var seenOnes = 0
        for position in 0..<zeros + ones {
          // The share of ones after this bit, rounded down to what is owed by then.
          let isOne = (position - seenOnes + 1) * ones > (seenOnes + 1) * zeros
          if isOne { seenOnes += 1 }
          reached = Int(histories.next[2 * reached + (isOne ? 1 : 0)])
        }
        #expect(seenOnes == ones)
        #expect(state(zeros, ones) == reached)
      }
    }
  }

  @Test func whatCameMoreOftenIsLikelier() {
    for zeros in 0..<16 {
      for ones in 0..<16 where ones != zeros {
        let probability = histories.initialProbability[state(zeros, ones)]
        #expect(ones > zeros ? probability >= 32768 : probability <= 32768, "\(zeros) \(ones)")
      }
    }
  }
}
