// What each part of a set of models is worth: bits per byte and time with one part off at a time.
//
//     swift run -c release MixerAblation [--network on|off] [--models small|standard|full]
//                                        [--bytes N] [--lanes N] [--runs N] FILE...
//
// Codes the beginning of each file as one block, once with everything and once without each part; the
// others keep the numbers to begin with that they have beside it. Times are of mixing alone, of the
// first file, with reading the network's answers from memory: the median of differences to runs with
// everything that come just before, since the speed of a machine drifts.
import ContextMixing
import FSComp
import Foundation
import Prediction

struct Options {
  var usesNetwork = true
  var models = ModelSet.standard
  var byteCount = 500_000
  var lanes: Int?
  var runs = 3
  var files: [String] = []

  init?(_ arguments: ArraySlice<String>) {
    var rest = arguments
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        files.append(argument)
        continue
      }
      guard let value = rest.popFirst() else { return nil }
      switch (argument, value) {
      case ("--network", "on"): usesNetwork = true
      case ("--network", "off"): usesNetwork = false
      case ("--models", "small"): models = .small
      case ("--models", "standard"): models = .standard
      case ("--models", "full"): models = .full
      case ("--bytes", _):
        guard let count = Int(value), count > 0 else { return nil }
        byteCount = count
      case ("--lanes", _):
        guard let count = Int(value), (1...256).contains(count) else { return nil }
        lanes = count
      case ("--runs", _):
        guard let count = Int(value), count > 0 else { return nil }
        runs = count
      default: return nil
      }
    }
    if files.isEmpty { return nil }
  }
}

/// A text in the order of coding, with what the network says of each byte.
struct Text {
  let bytes: [UInt8]
  let laneCount: Int
  private let usesNetwork: Bool
  private let order: [(lane: Int, position: Int)]
  /// [bytes][512], none without the network.
  private let trees: [UInt32]

  init(_ bytes: [UInt8], laneCount: Int, model: Model?) {
    self.bytes = bytes
    self.laneCount = laneCount
    usesNetwork = model != nil
    let layout = LaneLayout(byteCount: bytes.count, laneCount: laneCount)
    var order: [(lane: Int, position: Int)] = []
    for step in 0..<layout.stepCount {
      for lane in 0..<layout.activeLanes(atStep: step) {
        order.append((lane, layout.start(ofLane: lane) + step))
      }
    }
    self.order = order
    trees = model.map { Self.trees(of: bytes, layout: layout, model: $0) } ?? []
  }

  private static func trees(of bytes: [UInt8], layout: LaneLayout, model: Model) -> [UInt32] {
    var predictor = Predictor(network: model.networks[0], lanes: layout.laneCount)
    var trees: [UInt32] = []
    trees.reserveCapacity(512 * bytes.count)
    var current = [UInt8](repeating: 0, count: layout.laneCount)
    for step in 0..<layout.stepCount {
      let active = layout.activeLanes(atStep: step)
      predictor.predict(active: active)
      for lane in 0..<active {
        trees += UnsafeBufferPointer(start: predictor.tree(lane: lane), count: 512)
        current[lane] = bytes[layout.start(ofLane: lane) + step]
      }
      predictor.update(bytes: current)
    }
    return trees
  }

  /// Bits per byte, and microseconds of the processor per byte.
  func code(with parameters: InitialParameters) -> (bits: Double, time: Double) {
    var mixer = ContextMixer(
      byteCount: bytes.count, laneCount: laneCount, usesNetwork: usesNetwork,
      parameters: parameters)
    var probabilities = [UInt32](repeating: 0, count: 8 * bytes.count)
    let start = clock()
    trees.withUnsafeBufferPointer { trees in
      var next = 0
      for (index, (lane, position)) in order.enumerated() {
        let tree = usesNetwork ? trees.baseAddress! + 512 * index : nil
        mixer.learn(bytes[position], lane: lane, tree: tree) { probability in
          probabilities[next] = UInt32(truncatingIfNeeded: probability)
          next += 1
        }
      }
    }
    let time = Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1e6 / Double(bytes.count)
    var bits = 0.0
    for (index, (_, position)) in order.enumerated() {
      for bit in 0..<8 {
        let one = Double(probabilities[8 * index + bit]) / 0x1p22
        bits -= log2(bytes[position] >> UInt8(7 - bit) & 1 == 1 ? one : 1 - one)
      }
    }
    return (bits / Double(bytes.count), time)
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

guard let options = Options(CommandLine.arguments.dropFirst()) else {
  let usage = """
    usage: MixerAblation [--network on|off] [--models small|standard|full] [--bytes N] [--lanes N]
                         [--runs N] FILE...

    """
  FileHandle.standardError.write(Data(usage.utf8))
  exit(2)
}
let model = options.usesNetwork ? try ModelStore.defaultModel : nil
let texts = try options.files.map { file in
  let contents = try Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped)
  let bytes = [UInt8](contents.prefix(options.byteCount))
  let lanes = options.lanes ?? (model == nil ? 1 : LaneLayout.defaultLaneCount(byteCount: bytes.count, atMost: 16))
  return Text(bytes, laneCount: lanes, model: model)
}
let all = InitialParameters(models: options.models, usesNetwork: options.usesNetwork)
let names = options.files.map { URL(fileURLWithPath: $0).lastPathComponent }
print("| off | \(names.joined(separator: " | ")) | us/byte |")
print("|---|" + String(repeating: "---|", count: names.count + 1))

func row(_ name: String, _ results: [(bits: Double, time: Double)], _ time: String) {
  let bits = results.map { String(format: "%.4f", $0.bits) }.joined(separator: " | ")
  print("| \(name) | \(bits) | \(time) |")
}

let everything = texts.map { $0.code(with: all) }
let times = (0..<options.runs).map { _ in texts[0].code(with: all).time }
row("nothing", everything, String(format: "%.2f", median(times)))
for part in all.parts {
  let parameters = all.without(part)
  let differences = (0..<options.runs).map { _ in
    -texts[0].code(with: all).time + texts[0].code(with: parameters).time
  }
  row("\(part)", texts.map { $0.code(with: parameters) }, String(format: "%+.2f", median(differences)))
}
