import FSComp
import Model

/// Finds the model that -m names: a path if it holds a slash or ends in ".fsm", else the name of an
/// installed model; nil is the embedded one.
enum Models {
  static let suffix = ".fsm"

  static var installed: ModelStore { ModelStore(searchPath: ModelStore.standardSearchPath) }

  /// - Throws: `FileError`.
  static func model(_ reference: String?) throws(FileError) -> Model {
    try naming(reference) {
      guard let reference else { return try ModelStore.defaultModel }
      if isPath(reference) {
        return try Model(bytes: FileContents.read(Path(argument: reference)))
      }
      return try installed.model(named: reference)
    }
  }

  /// All that the model's file says.
  ///
  /// - Throws: `FileError`.
  static func file(_ reference: String?) throws(FileError) -> ModelFile {
    try naming(reference) { try ModelFile(bytes: contents(reference)) }
  }

  /// The model's file as it is.
  ///
  /// - Throws: `FileError`.
  static func contents(_ reference: String?) throws(FileError) -> [UInt8] {
    try naming(reference) {
      if let reference, isPath(reference) {
        return try FileContents.read(Path(argument: reference))
      }
      return try installed.contents(named: reference ?? ModelStore.defaultModelName)
    }
  }

  /// The installed models and the one -m names.
  ///
  /// - Throws: `FileError`.
  static func store(with reference: String?) throws(FileError) -> ModelStore {
    var store = installed
    if let reference { store.add(try model(reference)) }
    return store
  }

  private static func isPath(_ reference: String) -> Bool {
    reference.contains("/") || reference.hasSuffix(suffix)
  }

  /// - Throws: `FileError`: what `body` throws, with the model's name.
  static func naming<Result>(
    _ reference: String?, _ body: () throws -> Result
  ) throws(FileError) -> Result {
    do {
      return try body()
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(reference.map { "\(Path(argument: $0))" } ?? "model", "\(error)")
    }
  }
}
