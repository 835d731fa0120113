/// Named settings.
public struct TrainingPreset: Sendable {
  public let name: String
  /// For people.
  public let summary: String
  public let settings: TrainingSettings

  public static func named(_ name: String) -> TrainingPreset? { all.first { $0.name == name } }

  public static let all = own + penn + enwik8 + controls

  // MARK: - Ours

  private static let own = [
    own("default", "the embedded model's size", units: 256, slowUnits: 384),
    own("medium", "half of its work", units: 176, slowUnits: 256),
    own("small", "a fifth of its work", units: 112, slowUnits: 160),
  ]

  private static func own(
    _ name: String, _ summary: String, units: Int, slowUnits: Int
  ) -> TrainingPreset {
    var settings = TrainingSettings(
      network: NetworkSize(.fastSlow, cells: 2, units: units, slowUnits: slowUnits))
    settings.streams = 128
    return TrainingPreset(name: name, summary: summary, settings: settings)
  }

  // MARK: - The paper's

  // The networks of Mujika, Meier, Steger 2017, section 4. Units are rounded to multiples of 16, and
  // norms of gradients are those of the mean loss of a byte, not of the sum over a window. How much
  // is dropped and zoned out agrees with the configurations that the authors have published for
  // ptb-fs-lstm-2 and enwik8-large; for the other three it is what these suggest.

  private static let penn = [
    paper(
      "ptb-fs-lstm-2", "Penn Treebank, FS-LSTM-2",
      .init(.fastSlow, cells: 2, units: 704, slowUnits: 400), steps: 150, rate: 2e-3,
      .init(keptInputs: 0.65, updatedHidden: 0.9, updatedCells: 0.5)),
    paper(
      "ptb-fs-lstm-4", "Penn Treebank, FS-LSTM-4",
      .init(.fastSlow, cells: 4, units: 496, slowUnits: 400), steps: 150, rate: 2e-3,
      .init(keptInputs: 0.65, updatedHidden: 0.9, updatedCells: 0.5)),
  ]

  private static let enwik8 = [
    paper(
      "enwik8-fs-lstm-2", "enwik8, FS-LSTM-2",
      .init(.fastSlow, cells: 2, units: 896, slowUnits: 1504), steps: 150, rate: 1e-3,
      .init(keptInputs: 0.8, updatedHidden: 0.95, updatedCells: 0.7)),
    paper(
      "enwik8-fs-lstm-4", "enwik8, FS-LSTM-4",
      .init(.fastSlow, cells: 4, units: 736, slowUnits: 1504), steps: 150, rate: 1e-3,
      .init(keptInputs: 0.8, updatedHidden: 0.95, updatedCells: 0.7)),
    paper(
      "enwik8-large", "enwik8, Large FS-LSTM-4",
      .init(.fastSlow, cells: 4, units: 1200, slowUnits: 1504), steps: 100, rate: 1e-3,
      .init(keptInputs: 0.75, updatedHidden: 0.95, updatedCells: 0.7)),
  ]

  /// Section 4.2: as many cells of as many parameters as the default model's.
  private static let controls = [
    control("stacked-lstm", .init(.stacked, cells: 2, units: 384)),
    control("sequential-lstm", .init(.sequential, cells: 2, units: 448)),
  ]

  private static func paper(
    _ name: String, _ summary: String, _ network: NetworkSize, steps: Int, rate: Double,
    _ regularization: Regularization
  ) -> TrainingPreset {
    var settings = TrainingSettings(network: network)
    settings.streams = 128
    settings.steps = steps
    settings.learningRate = rate
    settings.schedule = .plateau
    settings.clipNorm = 1 / Double(steps)
    settings.regularization = regularization
    settings.finishing = 0.1
    return TrainingPreset(name: name, summary: summary, settings: settings)
  }

  private static func control(_ name: String, _ network: NetworkSize) -> TrainingPreset {
    var settings = TrainingSettings(network: network)
    settings.streams = 128
    return TrainingPreset(
      name: name, summary: "the paper's control, of the default model's size", settings: settings)
  }
}
