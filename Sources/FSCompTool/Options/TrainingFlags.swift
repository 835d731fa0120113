import ArgumentParser
import Training

/// What is trained, and how.
struct NetworkFlags: ParsableArguments {
  @Option(
    help: .init(
      "Begin with this model's weights: default, a model, or a safetensors file.",
      valueName: "model"),
    completion: .models(orFiles: [Models.suffix, FloatModels.suffix]))
  var from: String?

  @Option(
    help: .init(
      "Size and settings: \(TrainingPreset.all.map(\.name).joined(separator: ", ")).",
      valueName: "name"),
    completion: .list(TrainingPreset.all.map(\.name)))
  var preset: String?

  @Option(help: .init("Fast units, a multiple of 16.", valueName: "n"))
  var units: Int?

  @Option(help: .init("Slow units, a multiple of 16.", valueName: "n"))
  var slowUnits: Int?

  @Option(help: .init("Fast cells, at least 2.", valueName: "n"))
  var cells: Int?

  @Option(help: .init("Parallel streams of text.", valueName: "n"))
  var streams: Int?

  @Option(help: .init("Steps that gradients go back through.", valueName: "n"))
  var steps: Int?

  @Option(help: .init("Adam's learning rate, at its highest.", valueName: "x"))
  var rate: Double?

  @Option(help: .init("Share of the run, at its end, with rounded weights.", valueName: "x"))
  var finishing: Double?

  @Option(help: "What random numbers are drawn from.")
  var seed: UInt64?

  var setsAnything: Bool {
    [units, slowUnits, cells, streams, steps].contains { $0 != nil } || from != nil
      || preset != nil || rate != nil || finishing != nil || seed != nil
  }

  /// - Parameter start: the parameters to begin with.
  /// - Throws: `ValidationError`.
  func settings(start: Parameters<Float>?) throws -> TrainingSettings {
    guard let preset = TrainingPreset.named(preset ?? "default") else {
      throw ValidationError("there is no preset '\(preset ?? "")'; see 'fscomp train --help'")
    }
    var settings = preset.settings
    if let size = start.map({ NetworkSize($0.layout.topology) }) {
      guard self.preset == nil || size == settings.network else {
        throw ValidationError("--from and --preset name networks of different sizes")
      }
      guard units == nil, slowUnits == nil, cells == nil else {
        throw ValidationError("with --from, the network's size cannot be chosen")
      }
      settings.network = size
      if self.preset == nil { settings.beginsWithTrainedWeights() }
    }
    if let units { settings.network.units = units }
    if let slowUnits { settings.network.slowUnits = slowUnits }
    if let cells { settings.network.cells = cells }
    if let streams { settings.streams = streams }
    if let steps { settings.steps = steps }
    if let rate { settings.learningRate = rate }
    if let finishing { settings.finishing = finishing }
    if let seed { settings.seed = seed }
    try check(settings)
    return settings
  }

  private func check(_ settings: TrainingSettings) throws {
    func check(_ condition: Bool, _ message: String) throws {
      guard condition else { throw ValidationError(message) }
    }
    let network = settings.network
    let isFastSlow = network.family == .fastSlow
    let sizes = isFastSlow ? [network.units, network.slowUnits] : [network.units]
    try check(
      sizes.allSatisfy { (16...4096).contains($0) && $0.isMultiple(of: 16) },
      "units must be multiples of 16 up to 4096")
    try check(isFastSlow || slowUnits == nil, "--slow-units is for FS-LSTMs")
    try check(
      ((isFastSlow ? 2 : 1)...16).contains(network.cells), "--cells must be 2 to 16")
    try check((1...4096).contains(settings.streams), "--streams must be 1 to 4096")
    try check((1...4096).contains(settings.steps), "--steps must be 1 to 4096")
    try check(
      settings.learningRate > 0 && settings.learningRate < 1, "--rate must be above 0, below 1")
    try check((0...1).contains(settings.finishing), "--finishing must be 0 to 1")
  }
}

/// How long, and with what.
struct RunFlags: ParsableArguments {
  @Option(
    help: .init(
      "Train about so long, such as 30m (the default): as many bytes as this machine reads then.",
      valueName: "time"),
    transform: Seconds.init)
  var time: Seconds?

  @Option(
    help: .init(
      "Train on this many bytes, reading the data as often as it takes.", valueName: "size"),
    transform: ByteSize.init)
  var bytes: ByteSize?

  @Option(help: .init("Read the data this many times.", valueName: "n"))
  var epochs: Int?

  @Option(
    name: [.customShort("T"), .long],
    help: .init("Threads; 0, the default: one for each core.", valueName: "n"),
    transform: ThreadCount.init)
  var threads: ThreadCount?

  @Option(help: .init("What computes: auto, fused or openblas.", valueName: "name"))
  var engine: EngineChoice?

  func validate() throws {
    guard [time != nil, bytes != nil, epochs != nil].filter({ $0 }).count <= 1 else {
      throw ValidationError("--time, --bytes and --epochs exclude each other")
    }
    guard epochs.map({ (1...10_000).contains($0) }) ?? true else {
      throw ValidationError("--epochs must be 1 to 10000")
    }
    guard bytes.map({ $0.bytes > 0 }) ?? true else {
      throw ValidationError("--bytes must be at least 1")
    }
  }
}

extension EngineChoice: ExpressibleByArgument {}
