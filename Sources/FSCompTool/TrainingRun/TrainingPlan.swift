import Training

/// What a run was asked for beside the trainer's settings; kept in its checkpoints.
struct TrainingPlan {
  static let fingerprintKey = "data"

  /// Paths, as given.
  var data: [String]
  var valid: String?
  var output: String
  /// Whether files may be replaced.
  var force: Bool
  /// Whether the checkpoint stays when the run is done.
  var keepsCheckpoint: Bool
  var metadata: MetadataTexts
  /// The model that the run began with.
  var from: String?
  var threads: Int
  var engine: EngineChoice

  func makeEngine(_ settings: TrainingSettings) throws(EngineChoice.Failure)
    -> any GradientEngine
  {
    try engine.engine(
      settings.network.topology, settings.regularization, streams: settings.streams,
      steps: settings.steps, threads: threads)
  }
}

extension TrainingPlan {
  /// As a checkpoint holds it; nil if something is missing.
  init?(notes: [String: String]) {
    guard let count = notes["data.count"].flatMap(Int.init), (0...1 << 20).contains(count),
      let output = notes["output"], let threads = notes["threads"].flatMap(Int.init),
      (1...ThreadCount.maximum).contains(threads),
      let engine = notes["engine"].flatMap(EngineChoice.init(rawValue:))
    else { return nil }
    data = (0..<count).compactMap { notes["data.\($0)"] }
    guard data.count == count else { return nil }
    valid = notes["valid"]
    self.output = output
    force = notes["force"] != nil
    keepsCheckpoint = notes["keepCheckpoint"] != nil
    metadata = MetadataTexts(notes: notes)
    from = notes["from"]
    self.threads = threads
    self.engine = engine
  }

  func notes(fingerprint: String) -> [String: String] {
    var notes = [
      "data.count": "\(data.count)", "output": output, "threads": "\(threads)",
      "engine": engine.rawValue, Self.fingerprintKey: fingerprint,
    ]
    for (index, path) in data.enumerated() { notes["data.\(index)"] = path }
    notes["valid"] = valid
    notes["force"] = force ? "yes" : nil
    notes["keepCheckpoint"] = keepsCheckpoint ? "yes" : nil
    metadata.write(to: &notes)
    notes["from"] = from
    return notes
  }
}
