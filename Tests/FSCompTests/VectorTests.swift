import FSComp
import Testing

/// Archives that must decode for ever, whatever becomes of the encoder and of the default model.
@Suite struct VectorTests {
  private static let folder = "Tests/FSCompTests/Vectors"

  @Test(arguments: [
    "empty", "one-lane", "blocks-of-four-lanes", "stored-and-mixed", "concatenated",
    "mixed-small", "mixed-standard", "mixed-full", "mixed-in-lanes", "mixed-epochs",
    "contexts-small", "contexts-standard", "contexts-full", "records-small", "records-standard",
    "records-full", "ensemble-small", "ensemble-standard", "ensemble-full", "words-small",
    "words-standard", "words-full", "coded-small", "coded-standard", "coded-full",
    "prose-in-lanes", "prose-level-1", "prose-level-6", "prose-level-9",
  ])
  func decodes(_ name: String) throws {
    let archive = try contents(ofRepositoryFile: "\(Self.folder)/\(name).fsc")
    let plain = try contents(ofRepositoryFile: "\(Self.folder)/\(name).plain")
    let decompressor = Decompressor(models: ModelStore(searchPath: ["\(repository)/\(Self.folder)"]))
    #expect(try decompressor.decompress(archive) == plain)
  }

  /// By its id: the archives do not depend on where a model is or what its file is called.
  @Test func theModelKeepsItsId() throws {
    let model = try Model(bytes: try contents(ofRepositoryFile: Self.folder + "/test-vectors.fsm"))
    #expect(model.id.description == "353e5259563992f7")
    #expect(model.name == "test-vectors")
  }
}
