import FSComp
import Glibc
import Testing

/// Archives that must decode for ever, whatever becomes of the encoder and of the default model.
@Suite struct VectorTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Vectors"

  @Test(arguments: [
    "empty", "one-lane", "blocks-of-four-lanes", "stored-and-network", "concatenated", "prose",
    "prose-in-lanes",
  ])
  func decodes(_ name: String) throws {
    let archive = try contents("\(Self.folder)/\(name).fsc")
    let plain = try contents("\(Self.folder)/\(name).plain")
    let decompressor = Decompressor(models: ModelStore(searchPath: [Self.folder]))
    #expect(try decompressor.decompress(archive) == plain)
  }

  /// By its id: the archives do not depend on where a model is or what its file is called.
  @Test func theModelKeepsItsId() throws {
    let model = try Model(bytes: try contents(Self.folder + "/test-vectors.fsm"))
    #expect(model.id.description == "9b727ae280dbd516")
    #expect(model.name == "test-vectors")
  }

  private func contents(_ path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "rb"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}
