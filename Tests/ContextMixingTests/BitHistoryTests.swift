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
