/// Where a run stands: with the numbers of network and optimizer, all that it takes to go on.
public struct TrainingProgress: Codable, Hashable, Sendable {
  /// The run's length, in bytes of training text.
  public var totalBytes: Int
  public var doneBytes = 0
  public var updates = 0
  /// The next window of the text.
  var window = 0
  public var epoch = 0
  /// Of the learning rate, by plateaus.
  var rateFactor = 1.0
  /// Validations in a row without a new best.
  var fruitlessValidations = 0
  /// Bits a byte.
  public var best: Double?
  /// Whether that was in the run's last phase.
  var bestIsFinished = false
  /// Since the last record of the loss.
  var lossSinceRecord = 0.0
  var bytesSinceRecord = 0
  var normSinceRecord = 0.0
  var updatesSinceRecord = 0
  /// Time spent so far.
  public var seconds = 0.0

  init(totalBytes: Int) { self.totalBytes = totalBytes }

  /// 0...1.
  public var share: Double { min(1, Double(doneBytes) / Double(max(totalBytes, 1))) }
  public var isDone: Bool { doneBytes >= totalBytes }
}

/// A line of a run's protocol.
public struct TrainingRecord: Hashable, Sendable {
  /// Bytes of training text so far.
  public var bytes: Int
  /// Time so far.
  public var seconds: Double
  /// Bits a byte, as training saw them: mean since the last record.
  public var trainingLoss: Double
  /// Bits a byte of the validation text, if it was measured.
  public var validationLoss: Double?
  public var learningRate: Double
  /// Before clipping: mean since the last record.
  public var gradientNorm: Double

  public init(
    bytes: Int, seconds: Double, trainingLoss: Double, validationLoss: Double?,
    learningRate: Double, gradientNorm: Double
  ) {
    self.bytes = bytes
    self.seconds = seconds
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
  }
}

/// Why training stopped.
public enum TrainingError: Error, Equatable, Sendable {
  case tooShort(bytes: Int, needed: Int)
  /// NaN or infinity in a tensor, or in its gradient.
  case notFinite(tensor: String, index: Int, isGradient: Bool)
  /// The loss is not finite, though no gradient or parameter shows why.
  case lossNotFinite
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let bytes, let needed):
      "\(bytes) bytes are too few for the streams and steps asked for, which take \(needed)"
    case .notFinite(let tensor, let index, let isGradient):
      (isGradient ? "the gradient of tensor \(tensor)" : "tensor \(tensor)")
        + " is not finite at element \(index)"
    case .lossNotFinite:
      "the loss is not finite"
    }
  }
}
