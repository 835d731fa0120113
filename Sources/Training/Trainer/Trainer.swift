import Platform

/// Trains a network: windows of a text forward and backward, Adam, and validation.
///
/// The same settings, text, engine and number of threads give the same numbers bit for bit,
/// whether or not the run is interrupted and continued from a checkpoint.
public final class Trainer {
  /// Validations in a run, of equal parts.
  private static let validationCount = 20

  public let settings: TrainingSettings
  public private(set) var progress: TrainingProgress
  public private(set) var parameters: Parameters<Float>
  /// Those with the least validation loss; nil before the first validation.
  public private(set) var best: Parameters<Float>?
  public let engineName: String

  private var engine: any GradientEngine
  private let text: TrainingText
  private let validation: TrainingText
  private var adam: Adam
  private var gradient: Parameters<Float>?

  /// Begins a run.
  ///
  /// - Parameters:
  ///   - start: the parameters to begin with; nil: those of an untrained network.
  ///   - engine: has the settings' streams and steps.
  ///   - totalBytes: the run's length in bytes of text; the text is read as often as it takes.
  ///   - validation: never trained on.
  /// - Throws: `TrainingError.tooShort`.
  public init(
    _ settings: TrainingSettings, start: Parameters<Float>? = nil, engine: any GradientEngine,
    text: [UInt8], validation: [UInt8], totalBytes: Int
  ) throws(TrainingError) {
    let topology = settings.network.topology
    precondition(start.map { $0.layout == ParameterLayout(topology) } ?? true)
    precondition(engine.streams == settings.streams && engine.steps == settings.steps)
    self.settings = settings
    self.engine = engine
    engineName = engine.name
    self.text = try Self.text(text, settings)
    self.validation = try Self.text(validation, settings)
    parameters = start ?? .initial(topology, seed: settings.seed)
    adam = Adam(count: parameters.values.count)
    progress = TrainingProgress(totalBytes: totalBytes)
  }

  private static func text(
    _ bytes: [UInt8], _ settings: TrainingSettings
  ) throws(TrainingError) -> TrainingText {
    guard let text = TrainingText(bytes, streams: settings.streams, steps: settings.steps) else {
      throw .tooShort(
        bytes: bytes.count,
        needed: TrainingText.fewestBytes(streams: settings.streams, steps: settings.steps))
    }
    return text
  }

  // MARK: - Steps

  /// Trains on one window.
  ///
  /// - Returns: its loss in bits a byte, and the gradient's norm before clipping.
  /// - Throws: `TrainingError.notFinite` or `.lossNotFinite`; parameters are as they were.
  @discardableResult
  public func step() throws(TrainingError) -> (loss: Double, norm: Double) {
    if gradient == nil { gradient = Parameters(parameters.layout) }
    gradient?.values.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    let window = text.window(
      progress.window, noise: settings.seed &+ UInt64(progress.updates) &* 0x9E37_79B9,
      pass: pass(drawsMasks: true))
    let start = ContinuousClock.now
    let nats = engine.run(window, parameters: parameters, gradient: &gradient)
    let norm = (gradient?.values.squaredNorm ?? 0).squareRoot()
    guard nats.isFinite, norm.isFinite, let gradient else { throw failure() }

    let clip = min(1, settings.clipNorm / max(norm, .leastNormalMagnitude))
    adam.update(
      &parameters.values, gradient: gradient.values, scale: Float(clip), rate: learningRate)

    let bits = nats / log(2)
    let bytes = settings.streams * settings.steps
    progress.doneBytes += bytes
    progress.updates += 1
    progress.lossSinceRecord += bits
    progress.bytesSinceRecord += bytes
    progress.normSinceRecord += norm
    progress.updatesSinceRecord += 1
    progress.window += 1
    if progress.window == text.windowCount {
      progress.window = 0
      progress.epoch += 1
      for stream in 0..<settings.streams { engine.resetState(stream: stream) }
    }
    progress.seconds += (ContinuousClock.now - start) / .seconds(1)
    return (bits / Double(bytes), norm)
  }

  public var learningRate: Double {
    settings.learningRate * settings.rateFactor(at: progress.share) * progress.rateFactor
  }

  /// Whether the network learns with rounded weights now.
  public var isFinishing: Bool { settings.isFinishing(at: progress.share) }

  private func pass(drawsMasks: Bool) -> TrainingPass {
    TrainingPass(
      regularization: isFinishing ? Regularization() : settings.regularization,
      drawsMasks: drawsMasks, rounds: isFinishing)
  }

  private func failure() -> TrainingError {
    if let (tensor, index) = parameters.firstNotFinite {
      return .notFinite(tensor: tensor, index: index, isGradient: false)
    }
    if let (tensor, index) = gradient?.firstNotFinite {
      return .notFinite(tensor: tensor, index: index, isGradient: true)
    }
    return .lossNotFinite
  }

  // MARK: - Validation

  /// Whether the run has reached a point at which the validation text is to be measured.
  public var isValidationDue: Bool {
    let bytes = settings.streams * settings.steps
    func part(_ done: Int) -> Int { done * Self.validationCount / max(progress.totalBytes, 1) }
    return progress.isDone || part(progress.doneBytes) > part(progress.doneBytes - bytes)
  }

  /// Measures the validation text and keeps the parameters if they are the best so far.
  ///
  /// - Returns: bits a byte.
  /// - Throws: `TrainingError.lossNotFinite`.
  public func validate() throws(TrainingError) -> Double {
    let start = ContinuousClock.now
    let loss = try validationLoss()
    // What came before was not the network that comes out: it had other regularization.
    let isFirstOfLastPhase =
      isFinishing && !settings.regularization.isNone && !progress.bestIsFinished
    if loss < progress.best ?? .infinity || isFirstOfLastPhase {
      progress.best = loss
      progress.fruitlessValidations = 0
      best = parameters
      progress.bestIsFinished = isFinishing
    } else {
      progress.fruitlessValidations += 1
      if settings.schedule == .plateau, progress.fruitlessValidations == 2 {
        progress.rateFactor /= 10
        progress.fruitlessValidations = 0
      }
    }
    progress.seconds += (ContinuousClock.now - start) / .seconds(1)
    return loss
  }

  private func validationLoss() throws(TrainingError) -> Double {
    let states = engine.exportState()
    defer { engine.importState(states) }
    for stream in 0..<settings.streams { engine.resetState(stream: stream) }
    var pass = pass(drawsMasks: false)
    // From first to last as the network will be used, so that losses can be compared.
    pass.rounds = settings.finishing > 0
    var none: Parameters<Float>?
    var nats = 0.0
    for index in 0..<validation.windowCount {
      let window = validation.window(index, noise: 0, pass: pass)
      nats += engine.run(window, parameters: parameters, gradient: &none)
    }
    guard nats.isFinite else { throw failure() }
    let bytes = validation.windowCount * settings.streams * settings.steps
    return nats / log(2) / Double(bytes)
  }

  /// A line for the protocol, from the steps since the last one.
  public func record(validationLoss: Double?) -> TrainingRecord {
    let record = TrainingRecord(
      bytes: progress.doneBytes, seconds: progress.seconds,
      trainingLoss: progress.lossSinceRecord / Double(max(progress.bytesSinceRecord, 1)),
      validationLoss: validationLoss, learningRate: learningRate,
      gradientNorm: progress.normSinceRecord / Double(max(progress.updatesSinceRecord, 1)))
    progress.lossSinceRecord = 0
    progress.bytesSinceRecord = 0
    progress.normSinceRecord = 0
    progress.updatesSinceRecord = 0
    return record
  }
}

// MARK: - Checkpoints

extension Trainer {
  /// All that it takes to continue. Whoever saves it must not have changed anything since a step.
  public var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(
      settings: settings, progress: progress, engine: engineName, parameters: parameters,
      best: best, firstMoments: adam.first, secondMoments: adam.second,
      state: engine.exportState())
  }

  /// Continues a run.
  ///
  /// - Parameters: as before; the texts, the engine and the length must be those of the run for the
  ///   same numbers to come out. With another length the learning rate goes on as it would be at
  ///   this point of such a run, and what did best so far is not compared with what comes, as the
  ///   validation text has another length as well.
  public convenience init(
    resuming checkpoint: TrainingCheckpoint, engine: any GradientEngine, text: [UInt8],
    validation: [UInt8], totalBytes: Int
  ) throws(TrainingError) {
    try self.init(
      checkpoint.settings, start: checkpoint.parameters, engine: engine, text: text,
      validation: validation, totalBytes: totalBytes)
    progress = checkpoint.progress
    best = checkpoint.best
    if totalBytes != progress.totalBytes {
      progress.totalBytes = totalBytes
      progress.best = nil
      best = nil
    }
    adam.first = checkpoint.firstMoments
    adam.second = checkpoint.secondMoments
    adam.updates = checkpoint.progress.updates
    self.engine.importState(checkpoint.state)
  }
}

extension [Float] {
  /// The sum of the squares, in double precision.
  var squaredNorm: Double {
    withUnsafeBufferPointer { values in
      var sums = SIMD8<Double>.zero
      let whole = values.count / 8 * 8
      for index in stride(from: 0, to: whole, by: 8) {
        let eight = SIMD8<Double>((values.baseAddress! + index).eight(0))
        sums += eight * eight
      }
      return values[whole...].reduce(sums.sum()) { $0 + Double($1) * Double($1) }
    }
  }
}
