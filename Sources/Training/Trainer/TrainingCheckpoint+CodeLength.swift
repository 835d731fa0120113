import Platform

extension TrainingCheckpoint {
  /// The ideal code length of `data` under the run's best parameters, or its current ones before
  /// any validation, in floating point: whatever the topology, and with zoneout at its
  /// expectation if the parameters were trained with it.
  ///
  /// - Parameters:
  ///   - data: at least one byte a lane; bytes left over by the division are not coded.
  ///   - lanes: runs of consecutive bytes that are coded side by side, each from the state that
  ///     has seen nothing.
  /// - Returns: the code length in bits, and the number of bytes it covers.
  /// - Throws: `EngineChoice.Failure`.
  public func codeLength(
    of data: [UInt8], lanes: Int, threads: Int
  ) throws(EngineChoice.Failure) -> (bits: Double, bytes: Int) {
    let parameters = best ?? self.parameters
    let isNoisy =
      best == nil ? !settings.isFinishing(at: progress.share) : !progress.bestIsFinished
    let regularization = isNoisy ? settings.regularization : Regularization()
    let pass = TrainingPass(regularization: regularization, drawsMasks: false)
    let length = data.count / lanes
    var nats = (0..<lanes).reduce(0) { $0 + Self.firstByteLoss(data[$1 * length], parameters) }

    func window(from start: Int, steps: Int) -> TrainingWindow {
      func gather(_ offset: Int) -> [UInt8] {
        (0..<steps * lanes).map { data[$0 % lanes * length + start + offset + $0 / lanes] }
      }
      return TrainingWindow(inputs: gather(0), targets: gather(1), pass: pass)
    }
    // Whole windows, then one for what is left.
    var position = 0
    var states: [Float]?
    for steps in [Self.evaluatedSteps, (length - 1) % Self.evaluatedSteps] where steps > 0 {
      guard position + steps < length else { continue }
      var engine = try Self.preciseEngine(
        settings.network.topology, regularization, streams: lanes, steps: steps, threads: threads)
      if let states { engine.importState(states) }
      while position + steps < length {
        var none: Parameters<Float>?
        nats += engine.run(
          window(from: position, steps: steps), parameters: parameters, gradient: &none)
        position += steps
      }
      states = engine.exportState()
    }
    return (nats / log(2), length * lanes)
  }

  private static let evaluatedSteps = 128

  /// One in single precision where there is one.
  private static func preciseEngine(
    _ topology: Topology, _ regularization: Regularization, streams: Int, steps: Int, threads: Int
  ) throws(EngineChoice.Failure) -> any GradientEngine {
    let choice: EngineChoice = (try? OpenBLAS.loaded) == nil ? .automatic : .openBLAS
    return try choice.engine(
      topology, regularization, streams: streams, steps: steps, threads: threads)
  }

  /// Nats of a byte under the logits of the hidden state zero, which are the output biases.
  private static func firstByteLoss(_ byte: UInt8, _ parameters: Parameters<Float>) -> Double {
    let biases = parameters["bo"].map(Double.init)
    return log(biases.reduce(0) { $0 + exp($1) }) - biases[Int(byte)]
  }
}
