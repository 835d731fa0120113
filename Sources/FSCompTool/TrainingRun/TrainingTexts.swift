import Training

/// What a run reads.
struct TrainingTexts {
  let training: [UInt8]
  let validation: [UInt8]
  /// Whether the validation text was cut from the end of the data.
  let isHeldOut: Bool
  /// Says whether two runs read the same.
  let fingerprint: String

  /// - Throws: `FileError`.
  init(_ plan: TrainingPlan) throws {
    var text: [UInt8] = []
    for path in plan.data { text += try FileContents.read(Path(argument: path)) }
    if let valid = plan.valid {
      training = text
      validation = try FileContents.read(Path(argument: valid))
      isHeldOut = false
    } else {
      let held = min(text.count / 20, 5_000_000)
      training = Array(text.dropLast(held))
      validation = Array(text.suffix(held))
      isHeldOut = true
    }
    fingerprint = TextFingerprint.of([training, validation])
  }

  /// As much of the validation text as a run of this length has time for.
  func validation(for settings: TrainingSettings, totalBytes: Int) -> [UInt8] {
    Array(validation.prefix(settings.validationBytes(totalBytes: totalBytes)))
  }
}
