import Model

/// What a run does not train of the model that it makes: as in the model that it began with, or in
/// the embedded one.
struct TrainingOrigin {
  /// What the network has been trained on before; empty if it begins from nothing or nobody knows.
  let trainingText: String
  let dictionary: WordDictionary?
  let beginnings: [MixerBeginnings]
  let prior: PriorTable?

  /// - Parameter reference: the model that the run began with, or a safetensors file; nil: none.
  /// - Throws: `FileError`.
  init(_ reference: String?) throws(FileError) {
    let isModel = reference.map { !$0.hasSuffix(FloatModels.suffix) } ?? false
    let model = try Models.file(isModel ? reference : nil)
    trainingText = isModel ? model.metadata.trainingText : ""
    dictionary = model.dictionary
    beginnings = model.beginnings
    prior = model.prior
  }
}
