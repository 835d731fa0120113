import ContextMixing
import FSComp
import Model
import Platform
import TextTransform
import Training

/// What has come of a run: the model, and how archives of text that it was not trained on compare with
/// those of the model that it began with.
struct TrainingOutcome {
  let model: ModelFile
  /// Bytes of the archives of a text, with the model before and the new one; nil where a run began from
  /// nothing.
  let archives: (before: Int, after: Int, plain: Int)?

  var isGain: Bool { archives.map { $0.after < $0.before } ?? true }

  /// Most of the validation text that is compressed.
  private static let mostBytes = 256 << 10

  /// - Parameters:
  ///   - model: makes the model with a prior.
  ///   - progress: told what is being done.
  init(
    _ origin: TrainingOrigin, _ texts: TrainingTexts,
    model: (PriorTable?) throws -> ModelFile, progress: (String) -> Void
  ) throws {
    let kept = try model(origin.file.prior)
    guard origin.isContinued else {
      (self.model, archives) = (kept, nil)
      return
    }
    let plain = Array(texts.plainValidation.prefix(Self.mostBytes))
    func archive(_ file: ModelFile) throws -> Int {
      let options = CompressionOptions(threads: ThreadCount().count)
      return Compressor(model: try Model(bytes: file.serialized()), options: options)
        .compress(plain).count
    }
    progress("comparing archives")
    let before = try archive(origin.file)
    var best = (file: kept, bytes: try archive(kept))
    if let encoder = try origin.encoder(), let dictionary = origin.file.dictionary {
      // Counting takes seconds, and says more of text of one kind than what the model came with.
      progress("making a prior")
      var maker = PriorMaker(
        lineCount: origin.file.prior.map { $0.lines.count / PriorTable.lineByteCount }
          ?? Self.linesOfPrior,
        codes: dictionary.layout)
      maker.add(texts.textOfPrior(encoder))
      let counted = try model(try maker.make())
      progress("comparing archives")
      let bytes = try archive(counted)
      if bytes < best.bytes { best = (counted, bytes) }
    }
    self.model = best.file
    archives = (before, best.bytes, plain.count)
  }

  /// Of a model that comes from one without a prior: 8 MiB.
  private static let linesOfPrior = (8 << 20) / PriorTable.lineByteCount
}
