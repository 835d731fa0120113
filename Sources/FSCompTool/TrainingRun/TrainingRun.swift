import CSystem
import Model
import Training

/// A run from its first step, or the one it was stopped at, to its model.
struct TrainingRun {
  let trainer: Trainer
  let plan: TrainingPlan
  let texts: TrainingTexts
  let files: TrainingFiles
  let origin: TrainingOrigin
  var log: TrainingLog

  /// Records of the loss in a run.
  private static let recordCount = 200
  /// Longest time between two checkpoints.
  private static let checkpointInterval = Duration.seconds(300)

  mutating func perform(_ console: Console) throws -> ExitStatus {
    csystem_signals_hold()
    announce(console)
    var meter = TrainingMeter(trainer, texts.scale, console)
    var lastSave = ContinuousClock.now
    while !trainer.progress.isDone {
      let stopSignal = csystem_signals_stop_requested()
      guard stopSignal == 0 else {
        try save()
        console.showProgress(nil)
        console.say(line: "Saved. To continue: fscomp train --resume \(files.checkpoint)")
        csystem_signals_end_process(stopSignal)
        return .failure
      }
      let before = trainer.progress.doneBytes
      let step: (loss: Double, norm: Double)
      do { step = try trainer.step() } catch {
        console.showProgress(nil)
        throw FileError(
          "train", "\(error); the last good checkpoint is \(files.checkpoint)")
      }
      meter.update(trainer, loss: step.loss, norm: step.norm)
      if trainer.isValidationDue {
        let loss = try trainer.validate()
        let record = texts.scale.record(trainer.record(validationLoss: loss))
        log.append(record)
        meter.report(record, isBest: trainer.progress.best == loss, trainer)
        try save()
        lastSave = .now
      } else if isRecordDue(since: before) {
        log.append(texts.scale.record(trainer.record(validationLoss: nil)))
      }
      if ContinuousClock.now - lastSave > Self.checkpointInterval {
        try save()
        lastSave = .now
      }
    }
    console.showProgress(nil)
    // A run may have been stopped between its last step and its model.
    if trainer.best == nil { _ = try trainer.validate() }
    return try finish(console)
  }

  private func isRecordDue(since before: Int) -> Bool {
    func part(_ bytes: Int) -> Int {
      bytes * Self.recordCount / max(trainer.progress.totalBytes, 1)
    }
    return part(trainer.progress.doneBytes) > part(before)
  }

  private func announce(_ console: Console) {
    guard console.verbosity >= .normal else { return }
    let progress = trainer.progress
    let held = texts.isHeldOut ? ", the data's last bytes" : ""
    console.say(
      line: """
        \(NumberFormat.count(trainer.parameters.values.count)) parameters, \
        \(trainer.settings.streams) streams, \(trainer.engineName), \
        \(plan.threads) thread\(plan.threads == 1 ? "" : "s"); \
        \(text(texts.training.count)) of text, \(text(progress.totalBytes)) to read; \
        \(text(texts.validation.count)) to validate\(held)
        """)
  }

  private func save() throws {
    var checkpoint = trainer.checkpoint
    checkpoint.notes = plan.notes(fingerprint: texts.fingerprint)
    try files.write(checkpoint)
    try files.write(log)
  }

  /// As people count it.
  private func text(_ symbols: Int) -> String {
    NumberFormat.bytes(texts.scale.bytes(ofSymbols: symbols))
  }

  /// Writes what has come of the run, if it is of use.
  private func finish(_ console: Console) throws -> ExitStatus {
    let best = trainer.best ?? trainer.parameters
    let bytes: [UInt8]
    var said: [String] = []
    do {
      if files.isModel {
        let isDisplayed = console.showsProgress(writesStandardOutput: false)
        defer { console.showProgress(nil) }
        let network = try Quantizer.quantize(best)
        let outcome = try TrainingOutcome(origin, texts) { prior in
          try origin.model(network, metadata: metadata, prior: prior)
        } progress: {
          if isDisplayed { console.showProgress($0) }
        }
        console.showProgress(nil)
        if let archives = outcome.archives { said.append(comparison(archives)) }
        guard outcome.isGain || plan.force else {
          console.say(line: "No gain: \(said.joined()); \(files.output) is not written (-f does).")
          console.say(line: "The weights are in \(files.checkpoint).")
          return .warning
        }
        bytes = outcome.model.serialized()
      } else {
        bytes = try Safetensors(tensors: best.tensors(), metadata: ["provenance": provenance])
          .bytes
      }
    } catch {
      throw FileError(files.output, "\(error); the weights are in \(files.checkpoint)")
    }
    try WholeFile.write(bytes, to: files.output, replacing: plan.force)
    if !plan.keepsCheckpoint { files.removeCheckpoint() }
    if console.verbosity >= .normal {
      said.insert("\(validated) bits/byte of the network in validation", at: 0)
      console.say(line: "\(files.output): \(said.joined(separator: "; "))")
      let others = [files.table, files.picture] + (plan.keepsCheckpoint ? [files.checkpoint] : [])
      console.say(line: "Beside it: " + others.map { "\($0)" }.joined(separator: ", "))
    }
    return .success
  }

  /// "default 1.93 -> 1.71 bits/byte, archive 24,310 -> 21,480 bytes for 100,000 of validation text"
  private func comparison(_ archives: (before: Int, after: Int, plain: Int)) -> String {
    func bits(_ archive: Int) -> String {
      NumberFormat.bitsPerByte(archive: archive, plain: archives.plain)
    }
    return """
      \(origin.name) \(bits(archives.before)) -> \(bits(archives.after)) bits/byte, archive \
      \(NumberFormat.grouped(archives.before)) -> \(NumberFormat.grouped(archives.after)) bytes \
      for \(NumberFormat.grouped(archives.plain)) of validation text
      """
  }

  private var metadata: ModelMetadata {
    let read = "\(NumberFormat.grouped(texts.scale.bytes(ofSymbols: texts.training.count))) bytes in "
      + (plan.data.count == 1 ? "a file" : "\(plan.data.count) files")
    let before = origin.trainingText
    return plan.metadata.metadata(
      for: files.output, provenance: provenance,
      trainingText: before.isEmpty ? read : before + "; then " + read)
  }

  /// Bits a byte in validation, at best.
  private var validated: String { Self.bits(trainer.progress.best.map(texts.scale.perByte)) }

  private var provenance: String {
    if let provenance = plan.metadata.provenance { return provenance }
    let start = plan.from.map { " from \($0)" } ?? ""
    let read = NumberFormat.grouped(texts.scale.bytes(ofSymbols: trainer.progress.doneBytes))
    return "fscomp train\(start): \(read) bytes read; \(validated) bits/byte in validation"
  }

  static func bits(_ value: Double?) -> String {
    guard let value, value.isFinite, value < 1e6 else { return "-" }
    return NumberFormat.decimal(Int((value * 10_000).rounded()), places: 4)
  }
}
