import EmbeddedModels
import FSComp
import Platform
import TestSupport
import Testing

/// A folder that lasts as long as the test.
private final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/fscomp-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }
    path = String(cString: try #require(made))
  }

  func write(_ bytes: [UInt8], as name: String) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    names.append(name)
  }

  private var names: [String] = []

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}

@Suite struct ModelStoreTests {
  private var modelBytes: [UInt8] {
    var count = 0
    let start = fscomp_default_model(&count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// A store that has nothing but its folders.
  private func store(_ folders: [String]) -> ModelStore {
    ModelStore(searchPath: folders, usesDefaultModel: false)
  }

  private func error(_ body: () throws -> Model) -> ModelStoreError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? ModelStoreError
    }
  }

  @Test func theDefaultModelIsThere() throws {
    let model = try ModelStore.defaultModel
    let store = ModelStore(searchPath: [])
    #expect(try store.model(id: model.id).id == model.id)
    #expect(try store.model(named: "default").id == model.id)
    #expect(modelBytes.count == model.byteCount)
    // The id is at the end of the file.
    let id = modelBytes.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    #expect(model.id.rawValue == id)
  }

  @Test func filesAreFoundByIDAndByName() throws {
    let (empty, full) = (try TemporaryFolder(), try TemporaryFolder())
    try full.write(modelBytes, as: "some.fsm")
    try full.write([1, 2, 3], as: "another.fsm")
    try full.write(modelBytes, as: "not-a-model.txt")
    let id = try ModelStore.defaultModel.id
    let store = store(["/no/such/folder", empty.path, full.path])
    #expect(try store.model(id: id).id == id)
    #expect(try store.model(named: "some").id == id)
    #expect(
      error { try store.model(named: "not-a-model") }
        == .nameNotFound("not-a-model", searched: store.searchPath))
    #expect(error { try store.model(named: "default") } != nil)
  }

  @Test func namesOfManyAreFoundInOneLook() throws {
    let folder = try TemporaryFolder()
    try folder.write(modelBytes, as: "some.fsm")
    try folder.write([1, 2, 3], as: "another.fsm")
    let model = try ModelStore.defaultModel
    let unknown = (1...50_000).map { ModelID(rawValue: $0) }
    for store in [store([folder.path]), ModelStore(searchPath: [])] {
      #expect(store.names(of: Set(unknown + [model.id])) == [model.id: model.name])
    }
    #expect(store(["/no/such/folder"]).names(of: [model.id]) == [:])
  }

  @Test func onlyTheFileThatIsWantedIsLoaded() throws {
    let folder = try TemporaryFolder()
    // Both would fail to load.
    try folder.write([UInt8](repeating: 0, count: 100), as: "a.fsm")
    try folder.write([], as: "b.fsm")
    try folder.write(modelBytes, as: "c.fsm")
    let id = try ModelStore.defaultModel.id
    #expect(try store([folder.path]).model(id: id).id == id)
    guard case .unusable("\(folder.path)/a.fsm", _)? = error({
      try store([folder.path]).model(id: ModelID(rawValue: 0))
    }) else {
      Issue.record("a damaged model was not named")
      return
    }
  }

  @Test func filesOfOtherVersionsAreSaidToBe() throws {
    let folder = try TemporaryFolder()
    var bytes = modelBytes
    bytes[4] = 1
    try folder.write(bytes, as: "a.fsm")
    let expected = ModelStoreError.unusable(
      path: "\(folder.path)/a.fsm",
      reason: "model file version 1 is not supported by this program")
    let store = store([folder.path])
    #expect(error { try store.model(named: "a") } == expected)
    #expect(error { try store.model(id: ModelStore.defaultModel.id) } == expected)
  }

  @Test func theInstalledAreListed() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    try first.write(modelBytes, as: "b.fsm")
    try first.write(Array(modelBytes.prefix(1000)), as: "a.fsm")
    try second.write(modelBytes, as: "a.fsm")
    try second.write(modelBytes, as: "default.fsm")
    try second.write(modelBytes, as: "no-model.txt")
    let models = ModelStore(searchPath: [first.path, "/no/such/folder", second.path]).installed()
    #expect(
      models.map(\.path) == [
        nil, "\(first.path)/a.fsm", "\(first.path)/b.fsm", "\(second.path)/a.fsm",
        "\(second.path)/default.fsm",
      ])
    #expect(models.map(\.name) == ["default", "a", "b", "a", "default"])
    #expect(models.map(\.isShadowed) == [false, false, false, true, true])
    let model = try ModelStore.defaultModel
    for (index, entry) in models.enumerated() {
      switch entry.summary {
      case .success(let summary):
        #expect(summary.id == model.id && summary.name == model.name)
        #expect(summary.shapes == model.shapes && summary.byteCount == model.byteCount)
      case .failure(let error):
        #expect(index == 1)
        guard case .unusable("\(first.path)/a.fsm", let reason) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(reason.contains("damaged"))
      }
    }
    #expect(store([first.path]).installed().count == 2)
  }

  @Test func addedModelsAreFound() throws {
    let model = try ModelStore.defaultModel
    var store = store([])
    #expect(error { try store.model(id: model.id) } == .idNotFound(model.id, searched: []))
    store.add(model)
    #expect(try store.model(id: model.id).id == model.id)
    #expect(try store.model(named: model.name).id == model.id)
  }

  @Test func namesAreNotPaths() throws {
    let folder = try TemporaryFolder()
    try folder.write(modelBytes, as: "x.fsm")
    for name in ["", "../x", "\(folder.path)/x", "./x"] {
      #expect(error { try store([folder.path]).model(named: name) } != nil)
    }
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    let folder = try TemporaryFolder()
    for path in ["/no/such/file.fsm", folder.path, "/dev/null", "/dev/zero"] {
      guard case .unusable(path, _)? = error({ try ModelStore.load(path: path) }) else {
        Issue.record("\(path)")
        continue
      }
    }
  }

  @Test func aMissingModelIsNamedWithTheFoldersSearched() throws {
    let archive = try compress(text(100))
    let decompressor = Decompressor(models: store(["/no/such/folder"]))
    let id = try ModelStore.defaultModel.id
    #expect(
      throws: ArchiveError(
        kind: .modelNotFound(id: id, searched: ["/no/such/folder"]), block: 1, offset: 15)
    ) { try decompressor.decompress(archive) }
  }

  @Test func storedBlocksNeedNoModel() throws {
    var generator = SplitMix64(seed: 1)
    let plain = generator.bytes(5000)
    let archive = try compress(plain)
    #expect(try Decompressor(models: store([])).decompress(archive) == plain)
    #expect(try Decompressor(models: store([])).decompress(compress([])) == [])
  }

  @Test func blocksBeforeTheOneThatNeedsAModelAreWritten() throws {
    var generator = SplitMix64(seed: 1)
    let plain = generator.bytes(100) + text(100)
    var source = ArraySource(try compress(plain, blockSize: 100))
    var sink = ArraySink()
    #expect(throws: ArchiveError.self) {
      try Decompressor(models: store([])).decompress(from: &source, to: &sink)
    }
    #expect(sink.bytes == Array(plain.prefix(100)))
  }
}
