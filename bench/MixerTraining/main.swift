// Learns what mixers begin with, and writes a model that has it.
//
//     swift run -c release MixerTraining MODEL.fsm OUTPUT.fsm MIXES PIECES FILE...
//
// MIXES says which learn: "plain", "coded" (those of coded text), "text" (the sets
// that are for text alone, plain or coded), "network" (those that have it), or several of these with commas between
// them. All others stay as they are in MODEL. The files should be none that the model's prior was made from:
// it knows those too well.
//
// Takes PIECES pieces of 1 to 64 KiB from the files in turn, each at a place that looks random but is the same
// every time, and codes each as a block of its own with every mix. After each piece the initial parameters
// move a little towards what the block has made of them (Nichol, Achiam, Schulman 2018, "On First-Order
// Meta-Learning Algorithms": Reptile), so that they end where blocks can learn fast from.
import Benchmarking
import ContextMixing
import Foundation
import Model
import Prediction
import TextTransform

/// The parameters of one mix while they are being learned.
final class Student {
  let mix: Mix
  var parameters: InitialParameters
  /// The same, not rounded.
  private var values: [Double]
  private let isSigned: [Bool]
  private(set) var bytes = 0
  private(set) var bits = 0.0

  init(_ mix: Mix, of file: ModelFile, prior: Prior?) {
    self.mix = mix
    parameters = .untrained(
      mix, networkCount: file.networkCount(ContextSets(mix.set)), codes: file.dictionary?.layout)
    if mix.isCoded { parameters.prior = prior }
    let firstWeight = parameters.firstWeight
    isSigned = parameters.values.indices.map { $0 >= firstWeight }
    values = []
    values = parameters.values.indices.map {
      isSigned[$0]
        ? Double(Int16(bitPattern: parameters.values[$0])) : Double(parameters.values[$0])
    }
  }

  func learn<Predictor: LanePredictor>(
    piece: [UInt8], layout: LaneLayout, predictor: Predictor, rate: Double
  ) {
    var mixer = ContextMixer(layout, parameters: parameters)
    var predictor = predictor
    layout.walk(&predictor) { lane, position, trees in
      mixer.learn(piece[position], lane: lane, trees: trees) { bits -= log2(Double($0) / 0x1p22) }
      return piece[position]
    }
    bytes += piece.count
    for (i, learned) in mixer.learned().enumerated() where learned.experience > 0 {
      let experience = Double(learned.experience)
      let trust = experience / (experience + (isSigned[i] ? 100 : 10))
      values[i] += rate * trust * (Double(learned.value) - values[i])
      let rounded = values[i].rounded()
      parameters.values[i] =
        isSigned[i]
        ? UInt16(bitPattern: Int16(min(max(rounded, -32768), 32767)))
        : UInt16(min(max(rounded, 16), 65519))
    }
  }

  func reported() -> Double {
    defer { (bits, bytes) = (0, 0) }
    return bits / Double(max(bytes, 1))
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// Which mixes learn.
struct Choice {
  private let words: Set<Substring>

  /// nil unless it is made of words that are known.
  init?(_ text: String) {
    words = Set(text.split(separator: ","))
    guard !words.isEmpty, words.isSubset(of: ["plain", "coded", "text", "network"]) else { return nil }
  }

  func contains(_ mix: Mix) -> Bool {
    words.contains(
      mix.usesNetwork
        ? "network" : mix.set.isOfTextAlone ? "text" : mix.isCoded ? "coded" : "plain")
  }
}

let arguments = CommandLine.arguments
guard arguments.count > 5, let choice = Choice(arguments[3]), let pieceCount = Int(arguments[4])
else {
  FileHandle.standardError.write(
    Data("usage: MixerTraining MODEL.fsm OUTPUT.fsm MIXES PIECES FILE...\n".utf8))
  exit(2)
}
let files = try arguments[5...].map {
  try Data(contentsOf: URL(fileURLWithPath: $0), options: .alwaysMapped)
}
let file = try ModelFile(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: arguments[1]))))
let networks = file.networks.map { PreparedNetwork($0) }
let prior = file.prior.map { Prior($0) }
let encoder = try file.dictionary.map { TextEncoder(try Lexicon($0)) }
let students = file.mixes.filter(choice.contains).map { Student($0, of: file, prior: prior) }
var generator = Generator(state: 1)
let sizes = [1 << 14, 1 << 12, 1 << 16, 1 << 10, 1 << 15]
for index in 0..<pieceCount {
  let text = files[index % files.count]
  let size = min(sizes[index / files.count % sizes.count], text.count)
  let start = Int.random(in: 0...(text.count - size), using: &generator)
  let plain = [UInt8](text[start..<start + size])
  let rate = max(0.04, 1 / (2 + Double(index) / 8))
  for isCoded in [false, true] {
    let learners = students.filter { $0.mix.isCoded == isCoded }
    if learners.isEmpty { continue }
    let piece = isCoded ? encoder?.encode(plain) ?? plain : plain
    let lanes = LaneLayout.laneCount(max(piece.count / 4096, 1), byteCount: piece.count)
    let layout = LaneLayout(byteCount: piece.count, laneCount: min(lanes, 16))
    // Sets often have the same networks, which then predict once.
    var recorded: [[Int]: RecordedPredictor] = [:]
    for student in learners {
      if student.mix.usesNetwork {
        let taking = file.networks.indices.filter {
          file.networks[$0].sets.isSuperset(of: ContextSets(student.mix.set))
        }
        let predictor =
          recorded[taking]
          ?? RecordedPredictor(piece, layout: layout, networks: taking.map { networks[$0] })
        recorded[taking] = predictor
        student.learn(piece: piece, layout: layout, predictor: predictor, rate: rate)
      } else {
        student.learn(
          piece: piece, layout: LaneLayout(byteCount: piece.count, laneCount: 1),
          predictor: NoPredictor(), rate: rate)
      }
    }
  }
  if (index + 1) % 40 == 0 {
    let text = students.map { String(format: "%.4f", $0.reported()) }.joined(separator: " ")
    print("\(index + 1) pieces: \(text) bits/byte")
  }
}
let learned = try students.map { try $0.parameters.beginnings(of: $0.mix) }
let kept = file.beginnings.filter { old in !learned.contains { $0.key == old.key } }
let trained = try ModelFile(
  dictionary: file.dictionary, metadata: file.metadata, networks: file.networks,
  beginnings: kept + learned, prior: file.prior)
try Data(trained.serialized()).write(to: URL(fileURLWithPath: arguments[2]))
