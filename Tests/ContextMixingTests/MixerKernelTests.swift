import CKernels
import Testing

/// The mixer's inner loops, against what they are defined to be.
@Suite struct MixerKernelTests {
  struct Arrays {
    let count = 24
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 6 * 24, alignment: 16)
    var inputs: UnsafeMutablePointer<Int16> { memory.assumingMemoryBound(to: Int16.self) }
    var high: UnsafeMutablePointer<Int16> { inputs + 24 }
    var low: UnsafeMutablePointer<UInt16> {
      (memory + 96).assumingMemoryBound(to: UInt16.self)
    }
  }

  static func value(_ generator: inout SplitMix) -> Int16 {
    switch generator.next() % 4 {
    case 0: [Int16.min, .max, 0, -1, 1].randomElement(using: &generator) ?? 0
    case 1: Int16.random(in: -300...300, using: &generator)
    default: Int16.random(in: .min ... .max, using: &generator)
    }
  }

  @Test func kernelsEqualTheirDefinition() {
    var generator = SplitMix(state: 4)
    let arrays = Arrays()
    defer { arrays.memory.deallocate() }
    for _ in 0..<2000 {
      for i in 0..<arrays.count {
        arrays.inputs[i] = Self.value(&generator)
        arrays.high[i] = Self.value(&generator)
        arrays.low[i] = UInt16(bitPattern: Self.value(&generator))
      }
      var sum: Int32 = 0
      for i in 0..<arrays.count { sum &+= Int32(arrays.inputs[i]) &* Int32(arrays.high[i]) }
      #expect(fsc_mixer_dot(arrays.inputs, arrays.high, Int32(arrays.count)) == sum)

      let error = Self.value(&generator)
      var expected: [(high: Int, low: Int)] = []
      for i in 0..<arrays.count {
        let step = Int(arrays.inputs[i]) * Int(error)
        let low = Int(arrays.low[i]) + step & 0xFFFF
        let upper = min(max(Int(arrays.high[i]) + step >> 16, -32768), 32767)
        expected.append((min(upper + low >> 16, 32767), low & 0xFFFF))
      }
      fsc_mixer_train(arrays.inputs, error, arrays.high, arrays.low, Int32(arrays.count))
      for i in 0..<arrays.count {
        #expect(Int(arrays.high[i]) == expected[i].high)
        #expect(Int(arrays.low[i]) == expected[i].low)
      }
    }
  }

  @Test func mixersSideBySideEqualSingleOnes() {
    var generator = SplitMix(state: 5)
    let (count, mixers) = (48, 6)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: 2 * count * (1 + 4 * mixers), alignment: 64)
    defer { memory.deallocate() }
    let inputs = memory.assumingMemoryBound(to: Int16.self)
    let fast = inputs + count
    let plain = fast + 2 * count * mixers
    let steps = UnsafeMutablePointer<Int16>.allocate(capacity: mixers)
    defer { steps.deallocate() }
    for _ in 0..<1000 {
      for i in 0..<count { inputs[i] = Self.value(&generator) }
      for i in 0..<2 * count * mixers {
        fast[i] = Self.value(&generator)
        plain[i] = fast[i]
      }
      for mixer in 0..<mixers { steps[mixer] = Self.value(&generator) }
      func run(_ kernels: fsc_mixer_kernels, _ weights: UnsafeMutablePointer<Int16>) -> [Int32] {
        let planes: [UnsafeMutablePointer<Int16>?] = (0..<mixers).map { weights + 2 * count * $0 }
        var sums = [Int32](repeating: 0, count: mixers)
        kernels.dot(inputs, planes, Int32(mixers), Int32(count), &sums)
        kernels.train(inputs, steps, planes, Int32(mixers), Int32(count))
        return sums
      }
      #expect(run(fsc_mixer_best_kernels().pointee, fast) == run(fsc_mixer_portable, plain))
      for i in 0..<2 * count * mixers { #expect(fast[i] == plain[i]) }
    }
  }
}
