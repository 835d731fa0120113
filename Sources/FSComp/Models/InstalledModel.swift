import Model

/// A model that a store knows of, or a file of its folders that is none.
package struct InstalledModel: Sendable {
  /// What is known of a model without preparing it.
  package struct Summary: Sendable {
    package let id: ModelID
    /// What it calls itself.
    package let name: String
    package let shapes: [NetworkShape]
    package let byteCount: Int

    init(_ bytes: [UInt8]) throws(ModelError) {
      let sections = try ModelSections(bytes: bytes)
      let file = try ModelFile(sections)
      id = sections.id
      name = file.metadata.name
      shapes = file.networks.map(\.shape)
      byteCount = bytes.count
    }
  }

  /// By which it is found.
  package let name: String
  /// nil: in the program.
  package let path: String?
  /// Whether this name finds another model, which comes before this one.
  package let isShadowed: Bool
  package let summary: Result<Summary, ModelStoreError>
}

extension ModelStore {
  /// The model in the program, and then all model files of all folders, in the order in which they
  /// are looked for. Each is read and checked.
  package func installed() -> [InstalledModel] {
    var models: [InstalledModel] = []
    func add(_ name: String, _ path: String?, _ contents: () throws -> [UInt8]) {
      models.append(
        InstalledModel(
          name: name, path: path, isShadowed: models.contains { $0.name == name },
          summary: Self.summary(path, contents)))
    }
    if usesDefaultModel {
      add(Self.defaultModelName, nil) { try contents(named: Self.defaultModelName) }
    }
    for folder in searchPath {
      for path in StoredModel.paths(inFolder: folder) {
        let name = path.utf8.dropFirst(folder.utf8.count + 1)
          .dropLast(StoredModel.suffix.utf8.count)
        add(String(decoding: name, as: UTF8.self), path) {
          try StoredModel.read(path: path)
        }
      }
    }
    return models
  }

  private static func summary(
    _ path: String?, _ contents: () throws -> [UInt8]
  ) -> Result<InstalledModel.Summary, ModelStoreError> {
    do {
      return .success(try InstalledModel.Summary(contents()))
    } catch let error as ModelStoreError {
      return .failure(error)
    } catch {
      return .failure(.unusable(path: path, reason: "\(error)"))
    }
  }
}
