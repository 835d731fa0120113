/// Some steps of a number of parallel streams of bytes, and what is to be done with them.
public struct TrainingWindow: Sendable {
  /// Bytes that the network is given: [steps][streams].
  public var inputs: [UInt8]
  /// Bytes that it is to predict after each of them: [steps][streams].
  public var targets: [UInt8]
  /// What the masks of dropout and zoneout are drawn from: the same number, the same masks.
  public var noise: UInt64
  public var pass: TrainingPass

  public init(
    inputs: [UInt8], targets: [UInt8], noise: UInt64 = 0, pass: TrainingPass = .init()
  ) {
    precondition(inputs.count == targets.count)
    self.inputs = inputs
    self.targets = targets
    self.noise = noise
    self.pass = pass
  }
}

/// How the forward pass differs from the plain network's.
public struct TrainingPass: Hashable, Sendable {
  public var regularization = Regularization()
  /// Whether masks are drawn, as in training, or stand at their expected values, as in tests.
  public var drawsMasks = true
  /// Whether matrices (not E) are rounded to 8 bits with a scale a row, and hidden states to
  /// multiples of 1/127, as quantization will; gradients pass as if they were not.
  public var rounds = false

  public init(regularization: Regularization = .init(), drawsMasks: Bool = true,
    rounds: Bool = false)
  {
    self.regularization = regularization
    self.drawsMasks = drawsMasks
    self.rounds = rounds
  }
}

/// Noise that keeps a network from learning its text by heart. All are probabilities of *keeping*,
/// in 0...1; 1 is no noise.
public struct Regularization: Codable, Hashable, Sendable {
  /// Dropout on connections that are not recurrent: from cell to cell, and to the output. (That
  /// of the byte is a table of sums, which has no units to drop.)
  public var keptInputs = 1.0
  /// Zoneout (Krueger et al. 2016): a unit takes its new hidden or cell state, or keeps the old.
  public var updatedHidden = 1.0
  public var updatedCells = 1.0

  public init(keptInputs: Double = 1, updatedHidden: Double = 1, updatedCells: Double = 1) {
    self.keptInputs = keptInputs
    self.updatedHidden = updatedHidden
    self.updatedCells = updatedCells
  }

  public var isNone: Bool { self == Regularization() }
}

/// Runs windows of parallel streams of bytes through a network, forward and backward.
///
/// A stream's state is carried from window to window; gradients are not (truncated
/// backpropagation through time).
public protocol GradientEngine {
  /// For people and for checkpoints, such as "openblas"; other arithmetic, another name.
  var name: String { get }
  /// Streams in a window.
  var streams: Int { get }
  /// Steps in a window.
  var steps: Int { get }

  /// Lets a stream begin anew: its states become zero.
  mutating func resetState(stream: Int)

  /// The states of all streams: for each of the topology's states, hidden state [streams][units],
  /// then cell state [streams][units].
  ///
  /// Engines keep states in single precision: what is imported again continues bit for bit.
  func exportState() -> [Float]

  /// Takes up states that `exportState` gave.
  mutating func importState(_ state: [Float])

  /// Runs a window and carries the states on.
  ///
  /// - Parameters:
  ///   - gradient: receives the derivatives, added to what is there, of the *mean* loss of the
  ///     window's bytes; nil: forward only.
  /// - Returns: the sum of the code lengths of all targets in nats.
  mutating func run(
    _ window: TrainingWindow, parameters: Parameters<Float>,
    gradient: inout Parameters<Float>?
  ) -> Double
}
