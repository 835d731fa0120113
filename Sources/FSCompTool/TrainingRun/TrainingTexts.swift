import ContextMixing
import Model
import TextTransform
import Training

/// What a run reads: plain text, or coded text where the networks of the model that it comes from
/// do.
struct TrainingTexts {
  let training: [UInt8]
  let validation: [UInt8]
  /// As it is in its file.
  let plainValidation: [UInt8]
  /// Whether the validation text was cut from the end of the data.
  let isHeldOut: Bool
  /// Says whether two runs read the same.
  let fingerprint: String
  let scale: TextScale
  private let isCoded: Bool

  private static let mostHeldBytes = 5_000_000
  /// The share of the data that is not trained on: one part of this many.
  private static let heldPart = 20

  /// - Throws: `FileError`.
  init(_ plan: TrainingPlan, _ origin: TrainingOrigin) throws {
    let encoder = origin.networksReadCodedText ? try origin.encoder() : nil
    var plain = try plan.data.flatMap { try FileContents.read(Path(argument: $0)) }
    if let valid = plan.valid {
      plainValidation = try FileContents.read(Path(argument: valid))
      isHeldOut = false
    } else {
      let held = min(plain.count / Self.heldPart, Self.mostHeldBytes)
      plainValidation = Array(plain.suffix(held))
      plain.removeLast(held)
      isHeldOut = true
    }
    isCoded = encoder != nil
    training = encoder?.encode(plain) ?? plain
    validation = encoder?.encode(plainValidation) ?? plainValidation
    scale = TextScale(symbols: validation.count, bytes: plainValidation.count)
    fingerprint = TextFingerprint.of([training, validation])
  }

  /// - Throws: `FileError` if that is not enough for streams and steps.
  func checkLength(_ settings: TrainingSettings, _ plan: TrainingPlan) throws(FileError) {
    let needed = settings.fewestBytes
    func check(_ text: [UInt8], _ path: String, _ factor: Int, _ what: String) throws(FileError) {
      guard text.count < needed else { return }
      let least = NumberFormat.grouped(factor * scale.bytes(ofSymbols: needed))
      throw FileError(Path(argument: path), "too short to \(what): about \(least) bytes are needed")
    }
    let data = plan.data.first ?? ""
    if let valid = plan.valid {
      try check(validation, valid, 1, "validate with")
      try check(training, data, 1, "learn from")
    } else {
      try check(validation, data, Self.heldPart, "learn from and to validate with")
    }
  }

  /// As much of the validation text as a run of this length has time for.
  func validation(for settings: TrainingSettings, totalBytes: Int) -> [UInt8] {
    Array(validation.prefix(settings.validationBytes(totalBytes: totalBytes)))
  }

  /// What a prior is made of: coded text, in pieces from all over it if there is very much.
  func textOfPrior(_ encoder: TextEncoder) -> [UInt8] {
    let coded = isCoded ? training : encoder.encode(training)
    let (most, piece) = (64 << 20, 1 << 18)
    guard coded.count > most else { return coded }
    let count = most / piece
    return (0..<count).flatMap { coded.dropFirst(coded.count / count * $0).prefix(piece) }
  }
}
