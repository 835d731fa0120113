import ContextMixing
import EntropyCoding

/// A block of bytes with a stand-in for the network: equal trees for equal positions.
struct TestBlock {
  var bytes: [UInt8]
  var laneCount: Int
  var models = ModelSet.standard
  var usesNetwork = true
  /// The frequencies of the 256 bytes, everywhere the same.
  var frequencies = [UInt32](repeating: 1, count: 256)

  /// Calls `body` with the lane and the position of each byte in the order of coding.
  func forEachByte(_ body: (_ lane: Int, _ position: Int) throws -> Void) rethrows {
    let full = bytes.count / laneCount
    let longer = bytes.count % laneCount
    for step in 0...full {
      for lane in 0..<(step < full ? laneCount : longer) {
        try body(lane, lane * full + min(lane, longer) + step)
      }
    }
  }

  private func makeMixer() -> ContextMixer {
    ContextMixer(
      byteCount: bytes.count, laneCount: laneCount, models: models, usesNetwork: usesNetwork)
  }

  /// nil without a network.
  var tree: [UInt32]? {
    guard usesNetwork else { return nil }
    var tree = [UInt32](repeating: 0, count: 256) + frequencies
    for node in stride(from: 255, through: 1, by: -1) {
      tree[node] = tree[2 * node] + tree[2 * node + 1]
    }
    return tree
  }

  private func withTree(_ body: (UnsafePointer<UInt32>?) -> Void) {
    guard let tree else { return body(nil) }
    tree.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  func encoded() -> [UInt8] {
    var mixer = makeMixer()
    var encoder = ArithmeticEncoder()
    withTree { tree in
      forEachByte { lane, position in
        mixer.encode(bytes[position], lane: lane, tree: tree, to: &encoder)
      }
    }
    return encoder.finish()
  }

  /// What the payload decodes to in a block of this shape; the bytes of this one are not read.
  func decoded(_ payload: [UInt8]) -> (bytes: [UInt8], isExact: Bool) {
    var mixer = makeMixer()
    var result = [UInt8](repeating: 0, count: bytes.count)
    return payload.withUnsafeBufferPointer { payload in
      var decoder = ArithmeticDecoder(payload: payload)
      withTree { tree in
        forEachByte { lane, position in
          result[position] = mixer.decodeByte(lane: lane, tree: tree, from: &decoder)
        }
      }
      return (result, decoder.isExact)
    }
  }

  /// The probability of a 1 for each bit, in the order of coding.
  func probabilities() -> [UInt64] {
    var mixer = makeMixer()
    var result: [UInt64] = []
    withTree { tree in
      forEachByte { lane, position in
        mixer.learn(bytes[position], lane: lane, tree: tree) { result.append($0) }
      }
    }
    return result
  }
}

/// A small generator of numbers that look random (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Bytes to put a mixer to the test with, by name.
enum Sample: String, CaseIterable {
  case random, awkward, words, zeros, ones
  /// As many bytes as the most lanes, and one more.
  case short, shortAndOne

  var bytes: [UInt8] {
    switch self {
    case .random: Self.random(3001)
    case .awkward: Self.awkward(3001)
    case .words: Self.words(3001)
    case .zeros: [UInt8](repeating: 0, count: 3001)
    case .ones: [UInt8](repeating: 255, count: 3001)
    case .short: Self.random(256)
    case .shortAndOne: Self.random(257)
    }
  }

  static func random(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Words of a small vocabulary in lines.
  static func words(_ count: Int, seed: UInt64 = 2) -> [UInt8] {
    let vocabulary = ["the ", "lane ", "a ", "block\n", "mixes ", "what ", "it ", "sees, "]
    var generator = SplitMix(state: seed)
    var text: [UInt8] = []
    while text.count < count { text += vocabulary.randomElement(using: &generator)!.utf8 }
    return Array(text.prefix(count))
  }

  /// Bytes that changing contexts, long matches and ends of lanes all meet.
  static func awkward(_ count: Int) -> [UInt8] {
    let random = random(97, seed: 3)
    return (0..<count).map { i in
      switch i / 100 % 5 {
      case 0: 0
      case 1: 0x0A
      case 2: random[i % 97]
      case 3: UInt8(truncatingIfNeeded: i)
      default: 0xFF
      }
    }
  }
}
