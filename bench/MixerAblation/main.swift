// What each part of a set of contexts is worth: bits per byte and time with one part off at a time.
//
//     swift run -c release MixerAblation [--network on|off] [--set small|standard|full]
//                                        [--bytes N] [--lanes N] [--runs N] FILE...
//
// Codes the beginning of each file as one block, once with everything and once without each part; the
// others keep the numbers to begin with that they have beside it. Times are of mixing alone, of the
// first file, with reading the network's answers from memory: the median of differences to runs with
// everything that come just before, since the speed of a machine drifts.
import Benchmarking
import ContextMixing
import FSComp
import Foundation

struct Options {
  var usesNetwork = true
  var set = MixSet.standard
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
      case ("--set", "small"): set = .small
      case ("--set", "standard"): set = .standard
      case ("--set", "full"): set = .full
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
  private let layout: LaneLayout
  /// nil without the network.
  private let predictor: RecordedPredictor?

  init(_ bytes: [UInt8], laneCount: Int, model: Model?) {
    self.bytes = bytes
    layout = LaneLayout(byteCount: bytes.count, laneCount: laneCount)
    predictor = model.map { [layout] in
      RecordedPredictor(bytes, layout: layout, networks: $0.networks.map { $0.prepared })
    }
  }

  /// Bits per byte, and microseconds of the processor per byte.
  func code(with parameters: InitialParameters) -> (bits: Double, time: Double) {
    if let predictor { return code(with: parameters, predictor) }
    return code(with: parameters, NoPredictor())
  }

  private func code<Predictor: LanePredictor>(
    with parameters: InitialParameters, _ predictor: Predictor
  ) -> (bits: Double, time: Double) {
    var mixer = ContextMixer(layout, parameters: parameters)
    var predictor = predictor
    var probabilities = [UInt32](repeating: 0, count: 8 * bytes.count)
    var next = 0
    let start = clock()
    layout.walk(&predictor) { lane, position, trees in
      mixer.learn(bytes[position], lane: lane, trees: trees) { probability in
        probabilities[next] = UInt32(truncatingIfNeeded: probability)
        next += 1
      }
      return bytes[position]
    }
    let time = Double(clock() - start) / Double(CLOCKS_PER_SEC) * 1e6 / Double(bytes.count)
    let bits = probabilities.reduce(0) { $0 - log2(Double($1) / 0x1p22) }
    return (bits / Double(bytes.count), time)
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

guard let options = Options(CommandLine.arguments.dropFirst()) else {
  let usage = """
    usage: MixerAblation [--network on|off] [--set small|standard|full] [--bytes N] [--lanes N]
                         [--runs N] FILE...

    """
  FileHandle.standardError.write(Data(usage.utf8))
  exit(2)
}
let embedded = try ModelStore.defaultModel
let model = options.usesNetwork ? embedded : nil
let texts = try options.files.map { file in
  let contents = try Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped)
  let bytes = [UInt8](contents.prefix(options.byteCount))
  let lanes = options.lanes ?? (model == nil ? 1 : LaneLayout.defaultLaneCount(byteCount: bytes.count, atMost: 16))
  return Text(bytes, laneCount: lanes, model: model)
}
let mix = Mix(options.set, usesNetwork: options.usesNetwork)
guard let all = embedded.code(mix)?.parameters else { fatalError("the embedded model has a network") }
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
