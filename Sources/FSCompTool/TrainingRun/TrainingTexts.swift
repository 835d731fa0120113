import TextTransform
import Training

/// What a run reads: plain text, or coded text where the networks of the model that it comes from
/// do.
struct TrainingTexts {
  let training: [UInt8]
  let validation: [UInt8]
  /// Whether the validation text was cut from the end of the data.
  let isHeldOut: Bool
  /// Says whether two runs read the same.
  let fingerprint: String

  /// - Throws: `FileError`.
  init(_ plan: TrainingPlan) throws {
    let encoder = try Self.encoder(plan)
    func read(_ path: String) throws -> [UInt8] {
      let plain = try FileContents.read(Path(argument: path))
      return encoder?.encode(plain) ?? plain
    }
    let text = try plan.data.flatMap(read)
    if let valid = plan.valid {
      training = text
      validation = try read(valid)
      isHeldOut = false
    } else {
      let held = min(text.count / 20, 5_000_000)
      training = Array(text.dropLast(held))
      validation = Array(text.suffix(held))
      isHeldOut = true
    }
    fingerprint = TextFingerprint.of([training, validation])
  }

  /// nil where networks read plain text.
  private static func encoder(_ plan: TrainingPlan) throws -> TextEncoder? {
    guard let dictionary = try TrainingOrigin(plan.from).dictionary, dictionary.isReadByNetworks
    else { return nil }
    return try Models.naming(plan.from) { TextEncoder(try Lexicon(dictionary)) }
  }

  /// As much of the validation text as a run of this length has time for.
  func validation(for settings: TrainingSettings, totalBytes: Int) -> [UInt8] {
    Array(validation.prefix(settings.validationBytes(totalBytes: totalBytes)))
  }
}
