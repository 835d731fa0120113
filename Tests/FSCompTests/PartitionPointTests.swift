import FSComp
import Testing

@Suite struct PartitionPointTests {
  @Test func everyPointOfFewElements() {
    for count in 0..<20 {
      for point in 0...count {
        // Not from 0 on: places count, not indices.
        let elements = Array(0..<count + 3).dropFirst(3)
        #expect(elements.partitionPoint { $0 < point + 3 } == point)
      }
    }
  }

  @Test func manyElementsTakeFewQuestions() {
    for point in [0, 1, 777_777, 1 << 20] {
      var questions = 0
      let found = (0..<1 << 20).partitionPoint { element in
        questions += 1
        return element < point
      }
      #expect(found == point)
      #expect(questions <= 21)
    }
  }
}
