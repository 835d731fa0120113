/// What a cell computes of its gates and its state: docs/format.md defines each. The raw values are
/// those of model files.
public enum CellKind: Int, CaseIterable, Sendable {
  /// The LSTM with layer norm (Mujika, Meier, Steger 2017). Gates i, j, f, o.
  case lstm = 0
  /// minGRU (Feng and others 2024) with a candidate by tanh. Gates z, candidate.
  case minGRU = 1
  /// minLSTM (the same) with a candidate by tanh. Gates f, i, candidate.
  case minLSTM = 2
  /// The diagonal GRU (Danieli and others 2025). Gates z, r, candidate.
  case diagonalGRU = 3

  /// As `training/` calls it.
  public var name: String {
    switch self {
    case .lstm: "lstm"
    case .minGRU: "mingru"
    case .minLSTM: "minlstm"
    case .diagonalGRU: "diagonal-gru"
    }
  }

  /// G.
  package var gateCount: Int {
    switch self {
    case .lstm: 4
    case .minGRU: 2
    case .minLSTM, .diagonalGRU: 3
    }
  }

  /// Whether the gates see the cell's hidden state through the matrix.
  package var multipliesOwnState: Bool { self == .lstm }

  /// Whether each gate sees its own unit's state, by a weight.
  package var weighsOwnState: Bool { self == .diagonalGRU }

  /// Whether the hidden state is made of a layer norm of the cell state, which is another than it.
  package var normalizesState: Bool { self == .lstm }
}
