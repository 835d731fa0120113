import ArgumentParser
import Training

struct TrainCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model, or fit one to your data.",
    discussion: """
      fscomp train logs/*.log --from default --time 10m -o logs.fsm fits the embedded model to \
      logs, with a prior of them; fscomp -m logs.fsm then compresses them. Beside the output appear \
      the run's figures (.csv), their picture (.svg) and, until it is done, a checkpoint \
      (.checkpoint.safetensors). Ctrl-C saves, and fscomp train --resume CHECKPOINT goes on. What is \
      written is what did best on text that is not trained on; if archives of that are no smaller \
      than with the model that the run began with, nothing is, and the exit status is 2. \
      docs/training.md says more.
      """)

  @Argument(help: .init("Text to train on.", valueName: "data"), completion: .file())
  var data: [String] = []

  @Option(
    name: .shortAndLong,
    help: .init(
      "Write the model here; float weights if it ends in .safetensors.", valueName: "file"))
  var output: String?

  @Option(
    help: .init(
      "Text to validate with (default: the last twentieth of the data, not trained on then).",
      valueName: "file"),
    completion: .file())
  var valid: String?

  @OptionGroup var network: NetworkFlags
  @OptionGroup var length: RunFlags

  @Option(
    help: .init("Continue the run of this checkpoint.", valueName: "checkpoint"),
    completion: .file(extensions: ["safetensors"]))
  var resume: String?

  @Flag(help: "Keep the checkpoint when the run is done.")
  var keepCheckpoint = false

  @OptionGroup var metadata: MetadataFlags

  @Flag(
    name: .shortAndLong,
    help: "Overwrite existing files, and write a model though it gains nothing.")
  var force = false

  @OptionGroup var messages: MessageFlags

  var console: Console { messages.console }

  func validate() throws {
    if resume == nil {
      guard !data.isEmpty else { throw ValidationError("name the data to train on") }
      guard output != nil else { throw ValidationError("name the output: -o FILE") }
    } else if network.setsAnything || length.time != nil || length.epochs != nil {
      throw ValidationError("a run that is resumed keeps its settings; --bytes changes its length")
    }
  }

  func perform() throws -> ExitStatus {
    let console = console
    do {
      var run = try resume.map { try resumed($0) } ?? begun()
      return try run.perform(console)
    } catch let error as TrainingError {
      throw FileError("train", "\(error)")
    } catch let error as EngineChoice.Failure {
      throw FileError("train", "\(error)")
    }
  }

  // MARK: - A new run

  private func begun() throws -> TrainingRun {
    let start = try network.from.map { try FloatModels.lstms($0) }
    var settings = try network.settings(start: start)
    let files = TrainingFiles(output: output ?? "")
    guard files.isModel ? settings.network.family == .fastSlow : true else {
      throw ValidationError(
        "a \(settings.network.family.rawValue) cannot be a model; -o FILE.safetensors keeps it")
    }
    try files.check(replacing: force)
    let plan = TrainingPlan(
      data: data, valid: valid, output: output ?? "", force: force,
      keepsCheckpoint: keepCheckpoint, metadata: metadata.texts,
      from: network.from,
      threads: (length.threads ?? ThreadCount()).count, engine: length.engine ?? .automatic)
    let origin = try TrainingOrigin(plan.from)
    let texts = try TrainingTexts(plan, origin)
    if network.streams == nil {
      settings.fitStreams(textBytes: texts.training.count, validationBytes: texts.validation.count)
    }
    try texts.checkLength(settings, plan)
    var engine = try plan.makeEngine(settings)
    let runLength: RunLength =
      if let bytes = length.bytes { .bytes(texts.scale.symbols(ofBytes: bytes.bytes)) }
      else if let epochs = length.epochs { .epochs(epochs) }
      else { .time(length.time?.duration ?? .seconds(1800)) }
    let total = try runLength.bytes(settings, engine: &engine, text: texts.training)
    let trainer = try Trainer(
      settings, start: start, engine: engine, text: texts.training,
      validation: texts.validation(for: settings, totalBytes: total), totalBytes: total)
    return TrainingRun(
      trainer: trainer, plan: plan, texts: texts, files: files, origin: origin, log: .init())
  }

  // MARK: - A run that goes on

  private func resumed(_ checkpoint: String) throws -> TrainingRun {
    let path = Path(argument: checkpoint)
    let saved: TrainingCheckpoint
    do {
      saved = try TrainingCheckpoint(Safetensors(bytes: FileContents.read(path)))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
    guard var plan = TrainingPlan(notes: saved.notes) else {
      throw FileError(path, "does not say what it was trained on")
    }
    if !data.isEmpty { plan.data = data }
    if let valid { plan.valid = valid }
    if let output { plan.output = output }
    if let threads = length.threads { plan.threads = threads.count }
    if let engine = length.engine { plan.engine = engine }
    plan.metadata.override(by: metadata.texts)
    plan.force = plan.force || force
    plan.keepsCheckpoint = plan.keepsCheckpoint || keepCheckpoint
    let origin = try TrainingOrigin(plan.from)
    let texts = try TrainingTexts(plan, origin)
    guard texts.fingerprint == saved.notes[TrainingPlan.fingerprintKey] else {
      throw FileError(path, "the data is not what this run was trained on")
    }
    let engine = try plan.makeEngine(saved.settings)
    if engine.name != saved.engine || saved.notes["threads"] != "\(plan.threads)" {
      console.warning(
        FileError(path, "another engine or number of threads: the last bits will differ"))
    }
    let total =
      length.bytes.map { texts.scale.symbols(ofBytes: $0.bytes) } ?? saved.progress.totalBytes
    let trainer = try Trainer(
      resuming: saved, engine: engine, text: texts.training,
      validation: texts.validation(for: saved.settings, totalBytes: total), totalBytes: total)
    let files = TrainingFiles(output: plan.output, checkpoint: path)
    return TrainingRun(
      trainer: trainer, plan: plan, texts: texts, files: files, origin: origin,
      log: files.log(upTo: texts.scale.bytes(ofSymbols: saved.progress.doneBytes)))
  }
}
