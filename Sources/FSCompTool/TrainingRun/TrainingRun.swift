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
    var meter = TrainingMeter(trainer, console)
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
        let record = trainer.record(validationLoss: loss)
        log.append(record)
        meter.report(record, trainer)
        try save()
        lastSave = .now
      } else if isRecordDue(since: before) {
        log.append(trainer.record(validationLoss: nil))
      }
      if ContinuousClock.now - lastSave > Self.checkpointInterval {
        try save()
        lastSave = .now
      }
    }
    console.showProgress(nil)
    // A run may have been stopped between its last step and its model.
    if trainer.best == nil { _ = try trainer.validate() }
    try writeOutput()
    if console.verbosity >= .normal {
      let best = Self.bits(trainer.progress.best)
      console.say(line: "\(files.output): \(best) bits/byte in validation")
    }
    return .success
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
        \(NumberFormat.bytes(texts.training.count)) of text, \
        \(NumberFormat.bytes(progress.totalBytes)) to read; \
        \(NumberFormat.bytes(texts.validation.count)) to validate\(held)
        """)
  }

  private func save() throws {
    var checkpoint = trainer.checkpoint
    checkpoint.notes = plan.notes(fingerprint: texts.fingerprint)
    try files.write(checkpoint)
    try files.write(log)
  }

  private func writeOutput() throws {
    let best = trainer.best ?? trainer.parameters
    let bytes: [UInt8]
    do {
      if files.isModel {
        bytes = try model(of: best).serialized()
      } else {
        bytes = try Safetensors(tensors: best.tensors(), metadata: ["provenance": provenance])
          .bytes
      }
    } catch {
      throw FileError(files.output, "\(error); the weights are in \(files.checkpoint)")
    }
    try WholeFile.write(bytes, to: files.output, replacing: plan.force)
  }

  private func model(of weights: Parameters<Float>) throws -> ModelFile {
    let read = "\(NumberFormat.grouped(texts.training.count)) bytes in "
      + (plan.data.count == 1 ? "a file" : "\(plan.data.count) files")
    let before = origin.trainingText
    return try ModelFile(
      dictionary: origin.dictionary,
      metadata: plan.metadata.metadata(
        for: files.output, provenance: provenance,
        trainingText: before.isEmpty ? read : before + "; then " + read),
      networks: [Quantizer.quantize(weights)],
      beginnings: origin.beginnings, prior: origin.prior)
  }

  private var provenance: String {
    if let provenance = plan.metadata.provenance { return provenance }
    let start = plan.from.map { " from \($0)" } ?? ""
    let read = NumberFormat.grouped(trainer.progress.doneBytes)
    return "fscomp train\(start): \(read) bytes read; "
      + "\(Self.bits(trainer.progress.best)) bits/byte in validation"
  }

  static func bits(_ value: Double?) -> String {
    guard let value, value.isFinite, value < 1e6 else { return "-" }
    return NumberFormat.decimal(Int((value * 10_000).rounded()), places: 4)
  }
}
