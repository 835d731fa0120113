import Platform

extension Parameters where Scalar == Float {
  /// The ideal code length of `data` under the network in single precision: what the fixed-point
  /// network and training are measured against.
  ///
  /// - Parameters:
  ///   - data: bytes left over by the division by `lanes` are not coded.
  ///   - lanes: runs of consecutive bytes that are coded side by side, each from the state that has
  ///     seen nothing; at least 1.
  ///   - regularization: what the network was trained with, if zoneout is to stand at its
  ///     expectation.
  /// - Returns: the code length in bits, and the number of bytes it covers.
  public func codeLength(
    of data: [UInt8], lanes: Int, regularization: Regularization = .init(), threads: Int
  ) -> (bits: Double, bytes: Int) {
    let length = data.count / lanes
    guard length > 0 else { return (0, 0) }
    let steps = max(1, Self.windowBytes / lanes)
    let engine = SinglePrecisionEngine(
      layout.topology, streams: lanes, steps: steps, threads: threads,
      products: lanes < Self.openBLASLanes ? nil : try? OpenBLAS.loaded)
    let pass = TrainingPass(regularization: regularization, drawsMasks: false)
    var nats = (0..<lanes).reduce(0) { $0 + firstByteCodeLength(data[$1 * length]) }
    var none: Parameters?
    for start in stride(from: 0, to: length - 1, by: steps) {
      // The last window goes on with each lane's last byte, which is not counted again.
      func gather(_ offset: Int) -> [UInt8] {
        (0..<steps * lanes).map {
          data[$0 % lanes * length + min(start + $0 / lanes + offset, length - 1)]
        }
      }
      let window = TrainingWindow(inputs: gather(0), targets: gather(1), pass: pass)
      _ = engine.run(window, parameters: self, gradient: &none)
      let counted = min(steps, length - 1 - start) * lanes
      nats += engine.codeLengths.prefix(counted).reduce(0, +)
    }
    return (nats / log(2), length * lanes)
  }

  /// Bytes of a window: so few that what it leaves is soon read again, and takes little memory.
  private static var windowBytes: Int { 256 }

  /// With fewer lanes OpenBLAS takes longer to pack the weights, anew for every product, than to
  /// multiply by them.
  private static var openBLASLanes: Int { 16 }

  /// Nats of a byte under the logits of the hidden state zero, which are the output biases.
  private func firstByteCodeLength(_ byte: UInt8) -> Double {
    let biases = self["bo"].map(Double.init)
    return log(biases.reduce(0) { $0 + exp($1) }) - biases[Int(byte)]
  }
}

extension TrainingCheckpoint {
  /// The ideal code length of `data` under the run's best parameters, or its current ones before
  /// any validation; with zoneout at its expectation if the parameters were trained with it.
  ///
  /// See `Parameters.codeLength`.
  public func codeLength(
    of data: [UInt8], lanes: Int, threads: Int
  ) -> (bits: Double, bytes: Int) {
    let isNoisy =
      best == nil ? !settings.isFinishing(at: progress.share) : !progress.bestIsFinished
    return (best ?? parameters).codeLength(
      of: data, lanes: lanes, regularization: isNoisy ? settings.regularization : .init(),
      threads: threads)
  }
}
