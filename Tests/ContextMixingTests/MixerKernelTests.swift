import CMixingKernels
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

  /// The plain code, which all tables are held to below.
  @Test func plainCodeIsWhatItSays() {
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

  /// Mixers with numbers that may never occur.
  struct Mixers: ~Copyable {
    let state: UnsafeMutablePointer<fsc_mixers>
    let memory: UnsafeMutableRawPointer
    let byteCount: Int
    static let setCount = 3

    init(mixers: Int, count: Int, nodes: [UInt32], generator: inout SplitMix) {
      // Weights, those of the final mixer, beginnings, counts, rates, nodes.
      let weights = 4 * count * (Self.setCount * mixers + 1)
      byteCount = weights + 64 + 2 * count + 64 + 2 * 1024 + 4 * 386 + 256
      memory = .allocate(byteCount: byteCount, alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
      var next = memory
      func take<Number>(_ count: Int, of: Number.Type) -> UnsafeMutablePointer<Number> {
        defer { next = (next + count * MemoryLayout<Number>.stride).alignedUp(toMultipleOf: 64) }
        return next.bindMemory(to: Number.self, capacity: count)
      }
      let state = UnsafeMutableRawPointer.allocate(
        byteCount: MemoryLayout<fsc_mixers>.size, alignment: 64
      ).bindMemory(to: fsc_mixers.self, capacity: 1)
      state.initialize(to: fsc_mixers())
      self.state = state
      state.pointee.mixers = Int32(mixers)
      state.pointee.count = Int32(count)
      let weightCount = 2 * count * Self.setCount * mixers
      state.pointee.weights = take(weights / 2, of: Int16.self)
      for i in 0..<weightCount { state.pointee.weights[i] = value(&generator) }
      let final = take(16, of: Int16.self)
      for i in 0..<16 { final[i] = value(&generator) }
      state.pointee.final_weights = final
      let initial = take(count, of: Int16.self)
      for i in 0..<count { initial[i] = value(&generator) }
      state.pointee.initial = UnsafePointer(initial)
      state.pointee.counts = take(Self.setCount * mixers, of: UInt8.self)
      for i in 0..<Self.setCount * mixers {
        state.pointee.counts[i] = [0, 1, 100, 254, 255].randomElement(using: &generator) ?? 0
      }
      state.pointee.final_counts = take(1, of: UInt8.self)
      let rates = take(256, of: Int32.self)
      for i in 0..<256 { rates[i] = Int32.random(in: 0...1 << 14, using: &generator) }
      state.pointee.rates = UnsafePointer(rates)
      state.pointee.final_rates = UnsafePointer(rates)
      let squash = take(386, of: UInt32.self)
      squash.initialize(from: nodes, count: 386)
      state.pointee.squash_nodes = UnsafePointer(squash)
      for mixer in 0..<FSC_MOST_MIXERS {
        fsc_mixers_place(state, Int32(mixer), Int32(Self.setCount * min(mixer, mixers)), 0)
      }
    }

    deinit {
      state.deallocate()
      memory.deallocate()
    }

    /// All that changes, but what vector code leaves in `inputs`.
    var learned: [UInt8] { Array(UnsafeRawBufferPointer(start: memory, count: byteCount)) }
    var results: [Int16] {
      withUnsafeBytes(of: state.pointee.results) { Array($0.bindMemory(to: Int16.self)) }
    }
    var outputs: [Int32] {
      withUnsafeBytes(of: state.pointee.outputs) {
        Array($0.bindMemory(to: Int32.self).prefix(Int(state.pointee.mixers)))
      }
    }
  }

  @Test(arguments: mixingKernels, 1...FSC_MOST_MIXERS)
  func mixersSideBySideEqualPlainOnes(_ kernels: MixingTable, mixers: Int) {
    var generator = SplitMix(state: UInt64(mixers))
    let plainKernels = fsc_mixing_kernels_for("scalar").pointee
    let predictions = UnsafeMutableRawPointer.allocate(
      byteCount: 2 * FSC_MOST_CONTEXTS, alignment: 64
    ).bindMemory(to: Int16.self, capacity: FSC_MOST_CONTEXTS)
    defer { predictions.deallocate() }
    for count in [16, 32, 48] {
      let contexts = min(count - 8, FSC_MOST_CONTEXTS)
      for _ in 0..<40 {
        let nodes = (0..<386).map { _ in UInt32.random(in: 0..<1 << 22, using: &generator) }
        var copy = generator
        let fast = Mixers(mixers: mixers, count: count, nodes: nodes, generator: &generator)
        let plain = Mixers(mixers: mixers, count: count, nodes: nodes, generator: &copy)
        for _ in 0..<20 {
          let isSmall = generator.next() % 2 == 0
          for i in 0..<FSC_MOST_CONTEXTS {
            let large = Self.value(&generator)
            predictions[i] = i >= contexts ? 0 : isSmall ? large % 64 : large
          }
          let head = fsc_mixer_head(words: (generator.next(), generator.next()))
          for mixer in 0..<mixers {
            let set = Int32.random(in: 0..<Int32(Mixers.setCount), using: &generator)
            fsc_mixers_choose(fast.state, Int32(mixer), set, 0)
            fsc_mixers_choose(plain.state, Int32(mixer), set, 0)
          }
          let mixed = kernels.table.mix(fast.state, head, predictions)
          let expected = plainKernels.mix(plain.state, head, predictions)
          #expect(mixed.stretched == expected.stretched)
          #expect(mixed.probability == expected.probability)
          #expect(fast.outputs == plain.outputs)
          #expect(fast.results == plain.results)
          let bit = Int32(generator.next() & 1)
          kernels.table.train(fast.state, bit)
          plainKernels.train(plain.state, bit)
          guard fast.learned == plain.learned else {
            Issue.record("other weights of \(count) inputs")
            return
          }
        }
      }
    }
  }

  /// Every input that is an edge, times every step that is one, added to every weight that is one:
  /// lower planes that wrap, upper planes that saturate before or after the carry.
  @Test(arguments: mixingKernels, [16, 32, 48])
  func trainingWrapsAndSaturatesAsDefined(_ kernels: MixingTable, count: Int) {
    let edges: [Int16] = [.min, .min + 1, -256, -2, -1, 0, 1, 2, 255, 256, .max - 1, .max]
    // An error of 2^18 makes rates steps, of a 1; of a 0, their negatives. The last is clamped.
    let rates: [Int32] = [0, 1, 2, 128, 129, 256, 4095, 16384, 32766, 32767, 1 << 20]
    let errors = [-1 << 18, 1 << 18] as [Int32]
    var generator = SplitMix(state: 11)
    let plainKernels = fsc_mixing_kernels_for("scalar").pointee
    let predictions = UnsafeMutableRawPointer.allocate(
      byteCount: 2 * FSC_MOST_CONTEXTS, alignment: 64
    ).bindMemory(to: Int16.self, capacity: FSC_MOST_CONTEXTS)
    defer { predictions.deallocate() }
    for (index, input) in edges.enumerated() {
      for rate in rates {
        for bit in 0...1 as ClosedRange<Int32> {
          let probability = UInt32(bit << 22 - errors[Int(bit)])
          let nodes = [UInt32](repeating: probability, count: 386)
          var copy = generator
          let fast = Mixers(mixers: 8, count: count, nodes: nodes, generator: &generator)
          let plain = Mixers(mixers: 8, count: count, nodes: nodes, generator: &copy)
          for i in 0..<FSC_MOST_CONTEXTS { predictions[i] = i + 8 < count ? input : 0 }
          let word = UInt64(UInt16(bitPattern: input)) &* 0x1_0001_0001_0001
          let head = fsc_mixer_head(words: (word, word))
          for state in [fast.state, plain.state] {
            // Upper and lower planes go through all pairs of edges, from mixer to mixer.
            for n in 0..<8 * count {
              let set = state.pointee.weights + 2 * count * Mixers.setCount * (n / count)
              set[n % count] = edges[n % edges.count]
              set[count + n % count] = edges[n / edges.count % edges.count]
            }
            for n in 0..<8 {
              state.pointee.final_weights[n] = edges[(n + index) % edges.count]
              state.pointee.final_weights[8 + n] = edges[(5 * n + index) % edges.count]
            }
            UnsafeMutablePointer(mutating: state.pointee.rates).update(repeating: rate, count: 256)
            state.pointee.counts.update(repeating: 7, count: 8 * Mixers.setCount)
            for mixer in 0..<8 as Range<Int32> { fsc_mixers_choose(state, mixer, 0, 0) }
          }
          let mixed = kernels.table.mix(fast.state, head, predictions)
          let expected = plainKernels.mix(plain.state, head, predictions)
          #expect(mixed.stretched == expected.stretched)
          #expect(fast.results == plain.results)
          kernels.table.train(fast.state, bit)
          plainKernels.train(plain.state, bit)
          #expect(fast.learned == plain.learned, "input \(input), rate \(rate), bit \(bit)")
        }
      }
    }
  }

  /// Sums of products that reach 2^31 and 2^32, in pairs and in all.
  @Test(arguments: mixingKernels, [16, 32, 48])
  func sumsWrapAsDefined(_ kernels: MixingTable, count: Int) {
    let plainKernels = fsc_mixing_kernels_for("scalar").pointee
    var generator = SplitMix(state: 12)
    let nodes = (0..<386).map { _ in UInt32.random(in: 0..<1 << 22, using: &generator) }
    let predictions = UnsafeMutableRawPointer.allocate(
      byteCount: 2 * FSC_MOST_CONTEXTS, alignment: 64
    ).bindMemory(to: Int16.self, capacity: FSC_MOST_CONTEXTS)
    defer { predictions.deallocate() }
    for input in [Int16.min, .max] {
      for weight in [Int16.min, .max] {
        for inputs in 1...count {
          let mixers = Mixers(mixers: 8, count: count, nodes: nodes, generator: &generator)
          // Mixer m has one weight less for each m, so that every number of products occurs.
          for mixer in 0..<8 as Range<Int32> {
            let set = mixers.state.pointee.weights + 2 * count * Mixers.setCount * Int(mixer)
            for i in 0..<count { set[i] = i + Int(mixer) < inputs ? weight : 0 }
            mixers.state.pointee.counts[Mixers.setCount * Int(mixer)] = 1
            fsc_mixers_choose(mixers.state, mixer, 0, 0)
          }
          for i in 0..<8 { mixers.state.pointee.final_weights[i] = weight }
          for i in 0..<FSC_MOST_CONTEXTS { predictions[i] = i + 8 < count ? input : 0 }
          let word = UInt64(UInt16(bitPattern: input)) &* 0x1_0001_0001_0001
          let head = fsc_mixer_head(words: (word, word))
          let mixed = kernels.table.mix(mixers.state, head, predictions)
          let results = mixers.results
          for mixer in 0..<8 {
            // There are never more inputs than this, whatever the count.
            let products = min(max(inputs - mixer, 0), 8 + FSC_MOST_CONTEXTS)
            let sum = Int32(truncatingIfNeeded: products * Int(input) * Int(weight))
            #expect(Int32(results[mixer]) == min(max(sum >> 8, -49152), 49152) >> 4)
          }
          let expected = plainKernels.mix(mixers.state, head, predictions)
          #expect(mixed.stretched == expected.stretched)
          #expect(mixed.probability == expected.probability)
        }
      }
    }
  }

  @Test func stepsAreRoundedAndClamped() {
    for bit in 0...1 {
      for probability in [1, 1 << 21, 1 << 22 - 1] {
        for rate in [0, 60, 6000, 1 << 14] {
          let error = bit << 22 - probability
          let step = (Double(error * rate) / 0x1p18 + 0.5).rounded(.down)
          #expect(
            fsc_mixer_step(Int32(bit), Int32(probability), Int32(rate))
              == Int16(min(max(step, -32767), 32767)))
        }
      }
    }
  }

  @Test func namesChooseKernels() {
    func name(_ requested: String?) -> String {
      String(cString: fsc_mixing_kernels_for(requested).pointee.name)
    }
    #expect(name("scalar") == "portable" && name("portable") == "portable")
    #if arch(x86_64)
      #expect(name("sse2") == "sse2" && name(nil) != "portable")
    #else
      #expect(name("sse2") == name(nil))
    #endif
    #expect(name(nil) == mixingKernels.last?.testDescription)
    #expect(name("abacus") == name(nil))
  }
}

private func value(_ generator: inout SplitMix) -> Int16 { MixerKernelTests.value(&generator) }
