import Testing
import Training

@Suite struct TrainerTests {
  static let text = Array(
    String(repeating: "The quick brown fox jumps over the lazy dog. ", count: 30).utf8)

  static func settings(
    streams: Int = 4, steps: Int = 8, _ change: (inout TrainingSettings) -> Void = { _ in }
  ) -> TrainingSettings {
    var settings = TrainingSettings(
      network: NetworkSize(.fastSlow, cells: 2, units: 32, slowUnits: 32))
    settings.streams = streams
    settings.steps = steps
    settings.learningRate = 0.01
    change(&settings)
    return settings
  }

  static func engine(_ settings: TrainingSettings) -> any GradientEngine {
    FusedEngine(
      topology: settings.network.topology, steps: settings.steps, streams: settings.streams,
      threads: 2)
  }

  static func trainer(
    _ settings: TrainingSettings, engine: (any GradientEngine)? = nil, totalBytes: Int = 4096
  ) throws -> Trainer {
    try Trainer(
      settings, engine: engine ?? Self.engine(settings), text: text, validation: text,
      totalBytes: totalBytes)
  }

  static func finish(_ trainer: Trainer) throws {
    while !trainer.progress.isDone {
      try trainer.step()
      if trainer.isValidationDue { _ = try trainer.validate() }
    }
  }

  @Test func aSentenceIsLearntByHeart() throws {
    let trainer = try Self.trainer(Self.settings(), totalBytes: 16_000)
    let before = try trainer.validate()
    try Self.finish(trainer)
    #expect(before > 7.5)
    let best = try #require(trainer.progress.best)
    #expect(best < 0.2)
    // The fixed-point model that comes of it has learnt it, too.
    let model = Parameters(try Quantizer.quantize(#require(trainer.best)))
    let code = model.codeLength(of: Self.text, lanes: 1, threads: 2)
    #expect(code.bits / Double(code.bytes) < 0.4)
  }

  static func resumed(
    _ settings: TrainingSettings, after: Int, engine: () throws -> any GradientEngine
  ) throws -> (Trainer, Trainer) {
    let whole = try trainer(settings, engine: engine())
    try finish(whole)

    let first = try trainer(settings, engine: engine())
    while first.progress.updates < after {
      try first.step()
      if first.isValidationDue { _ = try first.validate() }
    }
    let file = try Safetensors(bytes: first.checkpoint.file().bytes)
    let second = try Trainer(
      resuming: TrainingCheckpoint(file), engine: engine(), text: text, validation: text,
      totalBytes: first.progress.totalBytes)
    try finish(second)
    return (whole, second)
  }

  @Test("A run that is made shorter ends sooner")
  func shorterRun() throws {
    let settings = Self.settings()
    let first = try Self.trainer(settings, engine: Self.engine(settings))
    for _ in 0..<4 { try first.step() }
    let done = first.progress.doneBytes
    let second = try Trainer(
      resuming: first.checkpoint, engine: Self.engine(settings), text: Self.text,
      validation: Self.text, totalBytes: 2 * done)
    try Self.finish(second)
    #expect(second.progress.doneBytes == 2 * done)
    #expect(second.progress.doneBytes < first.progress.totalBytes)
    #expect(second.progress.updates == 8)
    #expect(second.progress.best != nil)
  }

  static func expectEqual(_ one: Trainer, _ two: Trainer) throws {
    #expect(one.parameters == two.parameters)
    #expect(one.best == two.best)
    #expect(one.progress.best == two.progress.best)
    var (a, b) = (one.progress, two.progress)
    (a.seconds, b.seconds) = (0, 0)
    #expect(a == b)
    let files = try [one, two].map { try $0.checkpoint.file() }
    for name in files[0].tensors.keys {
      #expect(try files[0].floats(name) == files[1].floats(name), "\(name)")
    }
  }

  // 128 updates in all; epochs are of 42, and the last phase begins in the middle.
  @Test(arguments: [1, 41, 42, 63, 64, 100])
  func aResumedRunIsTheSameBitForBit(after: Int) throws {
    let settings = Self.settings()
    let (whole, second) = try Self.resumed(settings, after: after) { Self.engine(settings) }
    try Self.expectEqual(whole, second)
  }

  @Test(
    .enabled(if: (try? OpenBLAS.loaded) != nil),
    arguments: [TrainingTopology.fastSlow, .stacked])
  func soIsOneWithNoise(network: TrainingTopology) throws {
    let settings = Self.settings {
      $0.network = network.size
      $0.regularization = .init(keptInputs: 0.8, updatedHidden: 0.9, updatedCells: 0.7)
      $0.schedule = .plateau
      $0.finishing = 0.25
    }
    let (whole, second) = try Self.resumed(settings, after: 50) {
      try SinglePrecisionEngine(
        settings.network.topology, streams: settings.streams, steps: settings.steps, threads: 2,
        products: OpenBLAS.loaded)
    }
    try Self.expectEqual(whole, second)
  }

  enum TrainingTopology {
    case fastSlow, stacked

    var size: NetworkSize {
      switch self {
      case .fastSlow: NetworkSize(.fastSlow, cells: 2, units: 16, slowUnits: 32)
      case .stacked: NetworkSize(.stacked, cells: 2, units: 16)
      }
    }
  }

  @Test func theSeedMatters() throws {
    let trainers = try [1, 2].map { seed in
      try Self.trainer(Self.settings { $0.seed = seed })
    }
    #expect(trainers[0].parameters != trainers[1].parameters)
  }

  @Test(arguments: ["E", "WS", "gc2", "bo"])
  func numbersThatAreNotFiniteStopIt(tensor: String) throws {
    let settings = Self.settings()
    var start = Parameters<Float>.initial(settings.network.topology, seed: 1)
    // A row of E that the text has: that of the space.
    let index = tensor == "E" ? 32 * 128 : 0
    start[tensor][start[tensor].startIndex + index] = .nan
    let trainer = try Trainer(
      settings, start: start, engine: Self.engine(settings), text: Self.text,
      validation: Self.text, totalBytes: 4096)
    // A stream's first windows may not have met the byte yet.
    #expect(throws: TrainingError.notFinite(tensor: tensor, index: index, isGradient: false)) {
      try Self.finish(trainer)
    }
    #expect(trainer.parameters.firstNotFinite?.tensor == tensor)
  }

  @Test func aBadGradientIsNamedAndNotFollowed() throws {
    let settings = Self.settings()
    let engine = ScriptedEngine(settings, losses: [1, 1, 1], badTensor: "W2", badRun: 1)
    let trainer = try Self.trainer(settings, engine: engine)
    try trainer.step()
    let good = trainer.parameters
    #expect(throws: TrainingError.notFinite(tensor: "W2", index: 3, isGradient: true)) {
      try trainer.step()
    }
    #expect(trainer.parameters == good)
    #expect(trainer.progress.updates == 1)
  }

  @Test func textThatIsTooShortIsRefused() {
    let settings = Self.settings(streams: 100, steps: 100)
    #expect(throws: TrainingError.tooShort(bytes: Self.text.count, needed: 10_100)) {
      try Self.trainer(settings)
    }
  }

  @Test func plateausDivideTheRateByTen() throws {
    let settings = Self.settings { $0.schedule = .plateau }
    // Bits a byte of each validation, all of whose windows cost the same.
    let engine = ScriptedEngine(settings, losses: [5, 6, 4, 4.5, 4.5, 4.5, 3])
    let trainer = try Self.trainer(settings, engine: engine)
    var rates: [Double] = []
    for _ in 0..<7 {
      _ = try trainer.validate()
      engine.advance()
      rates.append((trainer.learningRate / settings.learningRate * 1e6).rounded() / 1e6)
    }
    #expect(rates == [1, 1, 1, 1, 0.1, 0.1, 0.1])
    #expect(abs(trainer.progress.best! - 3) < 1e-9)
  }

  @Test func theBestIsKept() throws {
    let settings = Self.settings()
    let engine = ScriptedEngine(settings, losses: [5, 6])
    let trainer = try Self.trainer(settings, engine: engine)
    _ = try trainer.validate()
    let best = trainer.parameters
    engine.advance()
    try trainer.step()
    #expect(trainer.parameters != best)
    _ = try trainer.validate()
    #expect(trainer.best == best)
    #expect(abs(trainer.progress.best! - 5) < 1e-9)
  }

  @Test func theCosineRisesAndFalls() throws {
    let settings = Self.settings { $0.warmUp = 0.25 }
    let trainer = try Self.trainer(settings, engine: ScriptedEngine(settings, losses: [1]))
    var rates: [Double] = []
    while !trainer.progress.isDone {
      rates.append(trainer.learningRate / settings.learningRate)
      try trainer.step()
    }
    let top = try #require(rates.firstIndex(of: rates.max()!))
    #expect(top == rates.count / 4)
    #expect(rates[top] == 1)
    #expect(zip(rates[..<top], rates[1...top]).allSatisfy { $0 < $1 })
    #expect(zip(rates[top...], rates[(top + 1)...]).allSatisfy { $0 > $1 })
    #expect(rates.last! < 0.02)
  }

  @Test func theLastPhaseRoundsAndDrawsNothing() throws {
    let settings = Self.settings {
      $0.finishing = 0.5
      $0.regularization = .init(keptInputs: 0.5)
    }
    let engine = ScriptedEngine(settings, losses: [1])
    let trainer = try Self.trainer(settings, engine: engine)
    while !trainer.progress.isDone { try trainer.step() }
    let count = engine.passes.count
    let noisy = TrainingPass(regularization: settings.regularization)
    #expect(engine.passes.prefix(count / 2).allSatisfy { $0 == noisy })
    #expect(engine.passes.suffix(count / 2).allSatisfy { $0 == TrainingPass(rounds: true) })
  }
}

/// An engine whose losses are written down beforehand.
final class ScriptedEngine: GradientEngine {
  let name = "scripted"
  let streams: Int
  let steps: Int
  private let losses: [Double]
  private let badTensor: String?
  private let badRun: Int
  private var current = 0
  private var gradientRuns = 0
  private(set) var passes: [TrainingPass] = []

  /// - Parameter losses: bits a byte, until `advance` goes to the next.
  init(
    _ settings: TrainingSettings, losses: [Double], badTensor: String? = nil, badRun: Int = 0
  ) {
    streams = settings.streams
    steps = settings.steps
    self.losses = losses
    self.badTensor = badTensor
    self.badRun = badRun
  }

  func advance() { current = min(current + 1, losses.count - 1) }
  func resetState(stream: Int) {}
  func exportState() -> [Float] { [] }
  func importState(_ state: [Float]) {}

  func run(
    _ window: TrainingWindow, parameters: Parameters<Float>,
    gradient: inout Parameters<Float>?
  ) -> Double {
    if gradient != nil {
      passes.append(window.pass)
      for index in gradient!.values.indices { gradient!.values[index] = 0.01 }
      if let badTensor, gradientRuns == badRun {
        gradient![badTensor][gradient![badTensor].startIndex + 3] = .infinity
      }
      gradientRuns += 1
    }
    return losses[current] * 0.6931471805599453 * Double(streams * steps)
  }
}
