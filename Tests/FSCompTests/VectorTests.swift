import FSComp
import Foundation
import Prediction
import Testing

/// Archives of format 1.0, which must decode for ever, whatever becomes of the encoder and of the
/// default model.
@Suite struct VectorTests {
  private static let folder = "Tests/FSCompTests/Vectors/1.0"
  private static let manifest = "SHA256SUMS"

  /// The names in the manifest: lines of 64 digits, two blanks and a name.
  private static func listed() throws -> [String] {
    let lines = try contents(ofRepositoryFile: "\(folder)/\(manifest)").split(separator: 0x0A)
    return lines.map { String(decoding: $0.dropFirst(66), as: UTF8.self) }
  }

  @Test func everyArchiveDecodes() throws {
    let decompressor = Decompressor(models: ModelStore(searchPath: ["\(repository)/\(Self.folder)"]))
    let archives = try Self.listed().filter { $0.hasSuffix(".fsc") }.map { $0.dropLast(4) }
    #expect(archives.count >= 29)
    for name in archives {
      let archive = try contents(ofRepositoryFile: "\(Self.folder)/\(name).fsc")
      let plain = try contents(ofRepositoryFile: "\(Self.folder)/\(name).plain")
      let decoded = Result { try decompressor.decompress(archive) }
      #expect(throws: Never.self, "\(name)") { try decoded.get() }
      #expect((try? decoded.get()) == plain, "\(name)")
    }
  }

  /// Archives of networks of each kind of cell, by every kernel table of this machine.
  @Test(arguments: ["prose-in-lanes", "slow-mingru", "cells"], Kernels.availableNames)
  func everyKernelDecodes(_ name: String, _ kernels: String) throws {
    let model = name == "prose-in-lanes" ? "enwik8-2m" : name
    var store = ModelStore(searchPath: [])
    store.add(
      try Model(
        bytes: contents(ofRepositoryFile: "\(Self.folder)/\(model).fsm"),
        kernels: #require(Kernels.named(kernels))))
    let archive = try contents(ofRepositoryFile: "\(Self.folder)/\(name).fsc")
    let plain = try contents(ofRepositoryFile: "\(Self.folder)/\(name).plain")
    #expect(try Decompressor(models: store).decompress(archive) == plain)
  }

  /// Another program's hashes, so that nothing of this one vouches for itself.
  @Test func everyListedFileIsAsItWas() throws {
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    check.arguments = ["sha256sum", "--check", "--strict", "--quiet", Self.manifest]
    check.currentDirectoryURL = URL(fileURLWithPath: "\(repository)/\(Self.folder)")
    let output = Pipe()
    check.standardOutput = output
    check.standardError = output
    try check.run()
    let findings = output.fileHandleForReading.readDataToEndOfFile()
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, "\(String(decoding: findings, as: UTF8.self))")
  }

  @Test func everyFileIsListed() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(repository)/\(Self.folder)")
    #expect(try Set(files) == Set(Self.listed() + [Self.manifest]))
  }

  /// By its id: the archives do not depend on where a model is or what its file is called.
  @Test func theModelKeepsItsId() throws {
    let model = try Model(bytes: try contents(ofRepositoryFile: Self.folder + "/test-vectors.fsm"))
    #expect(model.id.description == "353e5259563992f7")
    #expect(model.name == "test-vectors")
  }
}
