import FSComp
import Platform
import Prediction

/// Finds the model that -m names.
enum Models {
  static var installed: ModelStore { ModelStore(searchPath: ModelStore.standardSearchPath) }

  /// - Parameter reference: a path if it holds a slash or ends in ".fsm", else the name of an
  ///   installed model; nil for the embedded one.
  /// - Throws: `FileError`.
  static func model(_ reference: String?) throws(FileError) -> Model {
    do {
      guard let reference else { return try ModelStore.defaultModel }
      guard reference.contains("/") || reference.hasSuffix(".fsm") else {
        return try installed.model(named: reference)
      }
      return try Model(bytes: FileContents.read(Path(argument: reference)))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(reference.map { "\(Path(argument: $0))" } ?? "model", "\(error)")
    }
  }

  /// The installed models and the one -m names.
  static func store(with reference: String?) throws(FileError) -> ModelStore {
    var store = installed
    if let reference { store.add(try model(reference)) }
    return store
  }
}
