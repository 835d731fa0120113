/// How long a run is to be.
public enum RunLength: Sendable {
  case bytes(Int)
  case epochs(Int)
  /// As many bytes as this machine reads in so much time.
  case time(Duration)

  /// In bytes of training text.
  ///
  /// - Parameters:
  ///   - engine: for `time`: its speed is measured over a few windows; its states change.
  ///   - text: for `epochs` and `time`; long enough for a window.
  public func bytes(
    _ settings: TrainingSettings, engine: inout any GradientEngine, text: [UInt8]
  ) throws(TrainingError) -> Int {
    let windowBytes = settings.streams * settings.steps
    guard let text = TrainingText(text, streams: settings.streams, steps: settings.steps) else {
      throw .tooShort(
        bytes: text.count,
        needed: TrainingText.fewestBytes(streams: settings.streams, steps: settings.steps))
    }
    switch self {
    case .bytes(let bytes): return bytes
    case .epochs(let epochs): return epochs * text.windowCount * windowBytes
    case .time(let time):
      let parameters = Parameters<Float>.initial(settings.network.topology, seed: 1)
      var gradient: Parameters<Float>? = Parameters(parameters.layout)
      let pass = TrainingPass(regularization: settings.regularization)
      // The first one also makes room, and is not counted.
      var measured: [Duration] = []
      for index in 0..<4 {
        let window = text.window(index % text.windowCount, noise: 1, pass: pass)
        measured.append(
          ContinuousClock().measure {
            _ = engine.run(window, parameters: parameters, gradient: &gradient)
          })
      }
      for stream in 0..<settings.streams { engine.resetState(stream: stream) }
      let window = measured.dropFirst().sorted()[1]
      // Validation and checkpoints take their part.
      return max(windowBytes, Int(time / window * 0.85) * windowBytes)
    }
  }
}

extension TrainingSettings {
  /// Changes what training needs only if it begins from nothing: weights that have been trained
  /// are to be moved gently, and by text that may be short.
  public mutating func beginsWithTrainedWeights() {
    streams = 64
    steps = 64
    learningRate = 1e-3
  }

  /// Bytes that a text has to have.
  public var fewestBytes: Int { TrainingText.fewestBytes(streams: streams, steps: steps) }

  /// Bytes of validation text that leave validation a small part of a run's time.
  public func validationBytes(totalBytes: Int) -> Int {
    max(fewestBytes, totalBytes / 50)
  }

  /// Halves the number of streams until both texts fill a few windows, if they can.
  public mutating func fitStreams(textBytes: Int, validationBytes: Int) {
    while streams > 1,
      fewestBytes > validationBytes || 4 * fewestBytes > textBytes
    { streams /= 2 }
  }
}
