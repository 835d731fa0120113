import ContextMixing
import EmbeddedModels
import EntropyCoding
import Model
import Platform

/// What mixing begins with: what the embedded model has, or else a guess.
func parameters(_ mix: Mix) throws -> InitialParameters {
  if embeddedModel.mixes.contains(mix) { return try InitialParameters(mix, from: embeddedModel) }
  return .untrained(mix, networkCount: 1, codes: try someCodes)
}

/// Codes of all lengths.
var someCodes: CodeLayout {
  get throws { try CodeLayout(oneByteCodes: 64, twoByteLeads: 56) }
}

let embeddedModel: ModelFile = {
  var count = 0
  let start = fscomp_default_model(&count)
  do {
    return try ModelFile(bytes: Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("the embedded model: \(error)")
  }
}()

/// A stand-in for networks: the same frequencies everywhere.
struct ConstantPredictor: LanePredictor {
  /// Trees, one after the other; none without a network.
  var trees: UnsafePointer<UInt32>?

  func predict(active: Int) {}
  func prediction(lane: Int) -> UnsafePointer<UInt32>? { trees }
  func update(bytes: UnsafePointer<UInt8>) {}
}

/// A block of bytes with a stand-in for the network.
struct TestBlock {
  var bytes: [UInt8]
  var laneCount: Int
  var mix = Mix(.standard, usesNetwork: true)
  /// The frequencies of the 256 bytes, everywhere the same.
  var frequencies = [UInt32](repeating: 1, count: 256)
  /// Other beginnings than those of the embedded model.
  var parameters: InitialParameters?
  var kernels = MixingKernels.current

  var layout: LaneLayout { LaneLayout(byteCount: bytes.count, laneCount: laneCount) }

  /// Calls `body` with the lane and the position of each byte in the order of coding, and with what
  /// the network says; it returns the byte.
  func walk(
    _ body: (_ lane: Int, _ position: Int, _ trees: UnsafePointer<UInt32>?) -> UInt8
  ) {
    (trees ?? []).withUnsafeBufferPointer {
      var predictor = ConstantPredictor(trees: mix.usesNetwork ? $0.baseAddress : nil)
      layout.walk(&predictor, byte: body)
    }
  }

  private func makeMixer() throws -> ContextMixer {
    ContextMixer(
      layout, parameters: try parameters ?? ContextMixingTests.parameters(mix), kernels: kernels)
  }

  /// Trees of as many networks as a model may have, which all say the same; nil without a network.
  private var trees: [UInt32]? {
    guard mix.usesNetwork else { return nil }
    var tree = [UInt32](repeating: 0, count: 256) + frequencies
    for node in stride(from: 255, through: 1, by: -1) {
      tree[node] = tree[2 * node] + tree[2 * node + 1]
    }
    return (0..<ModelFile.mostNetworks).flatMap { _ in tree }
  }

  func encoded() throws -> [UInt8] {
    var mixer = try makeMixer()
    var encoder = ArithmeticEncoder()
    walk { lane, position, trees in
      mixer.encode(bytes[position], lane: lane, trees: trees, to: &encoder)
      return bytes[position]
    }
    return encoder.finish()
  }

  /// What the payload decodes to in a block of this shape; the bytes of this one are not read.
  func decoded(_ payload: [UInt8]) throws -> (bytes: [UInt8], isExact: Bool) {
    var mixer = try makeMixer()
    var result = [UInt8](repeating: 0, count: bytes.count)
    return payload.withUnsafeBufferPointer { payload in
      var decoder = ArithmeticDecoder(payload: payload)
      walk { lane, position, trees in
        result[position] = mixer.decodeByte(lane: lane, trees: trees, from: &decoder)
        return result[position]
      }
      return (result, decoder.isExact)
    }
  }

  /// The probability of each bit that comes, in units of 2^-22, in the order of coding.
  func probabilities() throws -> [UInt64] {
    var mixer = try makeMixer()
    var result: [UInt64] = []
    walk { lane, position, trees in
      mixer.learn(bytes[position], lane: lane, trees: trees) { result.append($0) }
      return bytes[position]
    }
    return result
  }

  /// The code length of the block, in bits.
  func cost() throws -> Double {
    try probabilities().reduce(0) { $0 - log2(Double($1) / 0x1p22) }
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
