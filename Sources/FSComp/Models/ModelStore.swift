import EmbeddedModels
import Model
import Platform

/// Why a model could not be had.
public enum ModelStoreError: Error, Equatable, Sendable {
  /// No model has the id; neither does a file in the folders that were searched.
  case idNotFound(ModelID, searched: [String])
  /// No model has the name; the folders that were searched have no such file.
  case nameNotFound(String, searched: [String])
  /// The file at `path` (nil for the embedded model) is there but no model; `reason` says why.
  case unusable(path: String?, reason: String)
}

/// Finds models by id or by name: those added, the default model in the program, and the files
/// NAME.fsm in the folders of a search path.
///
/// The last 8 bytes of a model file are its id, so only the file that is wanted is ever loaded.
public struct ModelStore: Sendable {
  /// The name of the model in the program.
  public static let defaultModelName = "default"

  /// Folders with model files, the first come first.
  public let searchPath: [String]
  private var added: [Model] = []
  let usesDefaultModel: Bool

  /// The model in the program, and the model files of some folders.
  /// - Parameter searchPath: folders, the first come first; those that do not exist are ignored.
  public init(searchPath: [String]) {
    self.init(searchPath: searchPath, usesDefaultModel: true)
  }

  package init(searchPath: [String], usesDefaultModel: Bool) {
    self.searchPath = searchPath
    self.usesDefaultModel = usesDefaultModel
  }

  /// Makes a model available that was found by other means.
  public mutating func add(_ model: Model) { added.append(model) }

  /// The model in the program, parsed at its first use.
  /// - Throws: `ModelStoreError.unusable`.
  public static var defaultModel: Model {
    get throws(ModelStoreError) { try parsedDefaultModel.get() }
  }

  private static let parsedDefaultModel = Result<Model, ModelStoreError> {
    () throws(ModelStoreError) in
    do {
      let bytes = EmbeddedModel.bytes
      return try Model(ModelSections(bytes, isTrusted: true), byteCount: bytes.count)
    } catch {
      throw .unusable(path: nil, reason: "\(error)")
    }
  }

  /// The model with this id, wherever it is.
  /// - Throws: `ModelStoreError.idNotFound`, or `.unusable`.
  public func model(id: ModelID) throws(ModelStoreError) -> Model {
    if let model = added.first(where: { $0.id == id }) { return model }
    if usesDefaultModel && EmbeddedModel.id == id { return try Self.defaultModel }
    for folder in searchPath {
      for path in StoredModel.paths(inFolder: folder) where StoredModel.id(ofFileAt: path) == id {
        let model = try Self.load(path: path)
        if model.id == id { return model }
      }
    }
    throw .idNotFound(id, searched: searchPath)
  }

  /// The model files in the folders of the search path.
  package var storedPaths: [String] { searchPath.flatMap(StoredModel.paths) }

  /// The names of those of these models that can be had. However many they are, each folder is
  /// looked through once.
  public func names(of ids: Set<ModelID>) -> [ModelID: String] {
    var names: [ModelID: String] = [:]
    func add(_ model: Model) {
      if ids.contains(model.id), names[model.id] == nil { names[model.id] = model.name }
    }
    added.forEach(add)
    if usesDefaultModel, let id = EmbeddedModel.id, ids.contains(id) {
      (try? Self.defaultModel).map(add)
    }
    for path in storedPaths {
      guard let id = StoredModel.id(ofFileAt: path), ids.contains(id), names[id] == nil else {
        continue
      }
      (try? Self.load(path: path)).map(add)
    }
    return names
  }

  /// The model in the file NAME.fsm of the first folder that has one, or the model in the program
  /// when the name is "default".
  /// - Throws: `ModelStoreError.nameNotFound`, or `.unusable`.
  public func model(named name: String) throws(ModelStoreError) -> Model {
    if usesDefaultModel && name == Self.defaultModelName { return try Self.defaultModel }
    if let model = added.first(where: { $0.name == name }) { return model }
    return try Self.load(path: path(ofName: name))
  }

  /// The model file that `model(named:)` would read, as it is; models that were added have none.
  /// - Throws: `ModelStoreError`.
  package func contents(named name: String) throws(ModelStoreError) -> [UInt8] {
    if usesDefaultModel && name == Self.defaultModelName { return Array(EmbeddedModel.bytes) }
    return try StoredModel.read(path: path(ofName: name))
  }

  private func path(ofName name: String) throws(ModelStoreError) -> String {
    if !name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")) {
      for folder in searchPath {
        let path = "\(folder)/\(name)\(StoredModel.suffix)"
        if StoredModel.exists(at: path) { return path }
      }
    }
    throw .nameNotFound(name, searched: searchPath)
  }

  /// Reads the model file at `path`.
  /// - Throws: `ModelStoreError.unusable`.
  public static func load(path: String) throws(ModelStoreError) -> Model {
    let bytes = try StoredModel.read(path: path)
    do {
      return try Model(bytes: bytes)
    } catch {
      throw .unusable(path: path, reason: "\(error)")
    }
  }

  /// The models to try, in this order, when a damaged archive no longer says which one it needs.
  var likelyModels: [Model] {
    let embedded = usesDefaultModel ? try? Self.defaultModel : nil
    return added + [embedded].compactMap { $0 }
  }
}

/// The default model's bytes, as they stand in the program.
private enum EmbeddedModel {
  static var bytes: SharedSlice<UInt8> {
    var count = 0
    let start = fscomp_default_model(&count)
    return SharedSlice(ofProgram: UnsafeBufferPointer(start: start, count: count))
  }

  static var id: ModelID? { ModelID(bytes: bytes.suffix(ModelID.byteCount)) }
}

extension ModelStore {
  /// Where models are looked for: $FSCOMP_MODELS (folders separated by colons), the user's data
  /// folder ($XDG_DATA_HOME or ~/.local/share) and the system's, each with `fscomp/models`.
  public static var standardSearchPath: [String] {
    let environment = Environment()
    var path = environment["FSCOMP_MODELS"]?.split(separator: ":").map(String.init) ?? []
    if let data = environment["XDG_DATA_HOME"] {
      path.append("\(data)/fscomp/models")
    } else if let home = environment["HOME"] {
      path.append("\(home)/.local/share/fscomp/models")
    }
    return path + ["/usr/local/share/fscomp/models", "/usr/share/fscomp/models"]
  }
}

extension ModelStoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .idNotFound(let id, let searched):
      ArchiveError.Kind.modelNotFound(id: id, searched: searched).description
    case .nameNotFound(let name, let searched):
      "no model \"\(name)\" in \(searched.joined(separator: ", "))"
        + "; give its file with -m PATH, or put \(name)\(StoredModel.suffix) in one of these folders"
    case .unusable(let path, let reason):
      "\(path ?? "the default model"): \(reason)"
    }
  }

  var archiveErrorKind: ArchiveError.Kind {
    switch self {
    case .idNotFound(let id, let searched): .modelNotFound(id: id, searched: searched)
    case .nameNotFound, .unusable: .modelUnusable(description)
    }
  }
}
