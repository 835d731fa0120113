// Learns what mixers begin with, and writes it to Sources/CKernels/mixing.bin.
//
//     swift run -c release MixerTraining OUTPUT PIECES FILE...
//
// Takes PIECES pieces of 1 to 64 KiB from the files in turn, each at a place that looks random but
// is the same every time, and codes each as a block of its own with every set of models, with and
// without the embedded network. After each piece the initial parameters move a little towards what
// the block has made of them (Nichol, Achiam, Schulman 2018, "On First-Order Meta-Learning
// Algorithms": Reptile), so that they end where blocks can learn fast from.
import ContextMixing
import FSComp
import Foundation
import Prediction

/// The parameters of one plan while they are being learned.
final class Student {
  let usesNetwork: Bool
  var parameters: InitialParameters
  /// The same, not rounded.
  private var values: [Double]
  private let isSigned: [Bool]
  private(set) var bytes = 0
  private(set) var bits = 0.0

  init(models: ModelSet, usesNetwork: Bool) {
    self.usesNetwork = usesNetwork
    parameters = .untrained(models: models, usesNetwork: usesNetwork)
    let firstWeight = parameters.firstWeight
    isSigned = parameters.values.indices.map { $0 >= firstWeight }
    values = []
    values = parameters.values.indices.map {
      isSigned[$0]
        ? Double(Int16(bitPattern: parameters.values[$0])) : Double(parameters.values[$0])
    }
  }

  /// - Parameters:
  ///   - order: the lane of each byte of the piece, and where it is, in the order of coding.
  ///   - trees: of each byte in that order, 512 numbers each.
  func learn(
    piece: [UInt8], laneCount: Int, order: [(lane: Int, position: Int)], trees: [UInt32],
    rate: Double
  ) {
    var mixer = ContextMixer(
      byteCount: piece.count, laneCount: laneCount, usesNetwork: usesNetwork,
      parameters: parameters)
    trees.withUnsafeBufferPointer { trees in
      for (index, (lane, position)) in order.enumerated() {
        var rest = piece[position]
        let tree = usesNetwork ? trees.baseAddress! + 512 * index : nil
        mixer.learn(rest, lane: lane, tree: tree) { probability in
          let one = Double(probability) / 0x1p22
          bits -= log2(rest >> 7 == 1 ? one : 1 - one)
          rest <<= 1
        }
      }
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

/// The bytes of `piece` in the order of coding, with the network's tree for each.
func predictions(
  of piece: [UInt8], model: Model, laneCount: Int
) -> (order: [(lane: Int, position: Int)], trees: [UInt32]) {
  let layout = LaneLayout(byteCount: piece.count, laneCount: laneCount)
  var predictor = Predictor(network: model.networks[0], lanes: laneCount)
  var order: [(lane: Int, position: Int)] = []
  var trees: [UInt32] = []
  trees.reserveCapacity(512 * piece.count)
  var current = [UInt8](repeating: 0, count: laneCount)
  for step in 0..<layout.stepCount {
    let active = layout.activeLanes(atStep: step)
    predictor.predict(active: active)
    for lane in 0..<active {
      let position = layout.start(ofLane: lane) + step
      order.append((lane, position))
      trees += UnsafeBufferPointer(start: predictor.tree(lane: lane), count: 512)
      current[lane] = piece[position]
    }
    predictor.update(bytes: current)
  }
  return (order, trees)
}

let arguments = CommandLine.arguments
guard arguments.count > 3, let pieceCount = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: MixerTraining OUTPUT PIECES FILE...\n".utf8))
  exit(2)
}
let files = try arguments[3...].map {
  try Data(contentsOf: URL(fileURLWithPath: $0), options: .alwaysMapped)
}
let model = try ModelStore.defaultModel
let students = InitialParameters.order.map {
  Student(models: $0.models, usesNetwork: $0.usesNetwork)
}
var generator = Generator(state: 1)
let sizes = [1 << 14, 1 << 12, 1 << 16, 1 << 10, 1 << 15]
for index in 0..<pieceCount {
  let file = files[index % files.count]
  let size = min(sizes[index / files.count % sizes.count], file.count)
  let start = Int.random(in: 0...(file.count - size), using: &generator)
  let piece = [UInt8](file[start..<start + size])
  let rate = max(0.04, 1 / (2 + Double(index) / 8))
  var lanes = 1
  while lanes < 16 && size / (2 * lanes) >= 4096 { lanes *= 2 }
  let laned = predictions(of: piece, model: model, laneCount: lanes)
  let single = piece.indices.map { (lane: 0, position: $0) }
  for student in students {
    student.learn(
      piece: piece, laneCount: student.usesNetwork ? lanes : 1,
      order: student.usesNetwork ? laned.order : single, trees: laned.trees, rate: rate)
  }
  if (index + 1) % 40 == 0 {
    let text = students.map { String(format: "%.4f", $0.reported()) }.joined(separator: " ")
    print("\(index + 1) pieces: \(text) bits/byte")
  }
}
var output = Data()
for student in students {
  for value in student.parameters.values {
    output.append(UInt8(value & 255))
    output.append(UInt8(value >> 8))
  }
}
try output.write(to: URL(fileURLWithPath: arguments[1]))
