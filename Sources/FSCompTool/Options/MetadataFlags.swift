import ArgumentParser
import Model

/// What a new model says of itself.
struct MetadataFlags: ParsableArguments {
  @Option(help: "What to call the model (default: the output's name without suffix).")
  var name: String?

  @Option(help: .init("How the model was trained; for people.", valueName: "text"))
  var provenance: String?

  @Option(help: .init("What the model was trained on; for people.", valueName: "text"))
  var trainingText: String?

  @Option(help: .init("On what terms that text may be used; for people.", valueName: "text"))
  var licence: String?

  var texts: MetadataTexts {
    MetadataTexts(
      name: name, provenance: provenance, trainingText: trainingText, licence: licence)
  }
}

/// Those texts of a model's metadata that were asked for.
struct MetadataTexts {
  var name: String?
  var provenance: String?
  var trainingText: String?
  var licence: String?

  private static let fields: [(key: String, text: WritableKeyPath<Self, String?> & Sendable)] = [
    ("name", \.name), ("provenance", \.provenance), ("trainingText", \.trainingText),
    ("licence", \.licence),
  ]

  mutating func override(by texts: MetadataTexts) {
    for (_, text) in Self.fields {
      if let new = texts[keyPath: text] { self[keyPath: text] = new }
    }
  }

  /// - Parameter output: the model's file to be, which names a model without a name.
  func metadata(
    for output: Path, provenance: String = "", trainingText: String = "", licence: String = ""
  ) -> ModelMetadata {
    ModelMetadata(
      name: name ?? String(decoding: (output.removing(".fsm") ?? output).name, as: UTF8.self),
      provenance: self.provenance ?? provenance,
      trainingText: self.trainingText ?? trainingText, licence: self.licence ?? licence)
  }
}

// As a checkpoint keeps them.
extension MetadataTexts {
  init(notes: [String: String]) {
    for (key, text) in Self.fields { self[keyPath: text] = notes[key] }
  }

  func write(to notes: inout [String: String]) {
    for (key, text) in Self.fields { notes[key] = self[keyPath: text] }
  }
}
