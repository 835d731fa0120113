import Platform

/// How the learning rate changes in the course of a run.
public enum LearningSchedule: String, Codable, CaseIterable, Sendable {
  /// Rises from nothing in a short warm-up, then falls along a cosine.
  case cosine
  /// A tenth after two validations in a row without a new best, as in the paper's code.
  case plateau
  case constant
}

/// How to train.
public struct TrainingSettings: Codable, Hashable, Sendable {
  public var network: NetworkSize
  /// Parallel streams of text.
  public var streams = 64
  /// Steps that gradients go back through.
  public var steps = 128
  /// Of Adam, at its highest.
  public var learningRate = 3e-3
  public var schedule = LearningSchedule.cosine
  /// Share of the run in which the rate of the cosine schedule rises.
  public var warmUp = 0.02
  /// Largest norm of the gradient of the mean loss of a byte.
  public var clipNorm = 1.0
  public var regularization = Regularization()
  /// The share of the run, at its end, in which the network learns to live with rounded weights
  /// and hidden states, and without regularization: as it will be when it is quantized.
  public var finishing = 0.5
  public var seed: UInt64 = 1

  public init(network: NetworkSize) { self.network = network }

  /// The schedule's factor to the learning rate; see `TrainingProgress.rateFactor` for plateaus.
  ///
  /// - Parameter progress: the share of the run that is done, 0...1.
  func rateFactor(at progress: Double) -> Double {
    guard schedule == .cosine else { return 1 }
    if progress < warmUp { return max(progress / warmUp, 0.01) }
    // A hundredth is left in the end.
    let phase = (progress - warmUp) / (1 - warmUp)
    return 0.01 + 0.99 * (1 + cos(Double.pi * min(phase, 1))) / 2
  }

  /// Whether a run that is done to this share is in its last phase.
  func isFinishing(at progress: Double) -> Bool { progress >= 1 - finishing }
}
