import FSComp
import TestSupport
import Testing

/// Each `catch` compiles because the type of the error is known, and takes all there are.
@Suite struct TypedThrowsTests {
  @Test func decompressing() {
    let noArchive = Array("hello".utf8)
    let stream = DecompressionStream(Decompressor())
    func kind(_ body: () throws(ArchiveError) -> [UInt8]) -> ArchiveError.Kind? {
      do throws(ArchiveError) {
        _ = try body()
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(
      kind { () throws(ArchiveError) in try Decompressor().decompress(noArchive) } == .notAnArchive)
    #expect(
      kind { () throws(ArchiveError) in try Decompressor().decompress(noArchive.span.bytes) }
        == .notAnArchive)
    #expect(
      kind { () throws(ArchiveError) in try stream.append(noArchive.span.bytes) } == .notAnArchive)
    // And then always the same.
    #expect(kind { () throws(ArchiveError) in try stream.append([1]) } == .notAnArchive)
    #expect(kind { () throws(ArchiveError) in try stream.flush() } == .notAnArchive)
    #expect(kind { () throws(ArchiveError) in try stream.finish() } == .notAnArchive)
  }

  /// Its only error needs a system without memory; what is tested is that it has no other type.
  @Test func compressing() throws {
    let plain = text(1000)
    let compressor = Compressor(model: try ModelStore.defaultModel)
    var archives: [[UInt8]] = []
    do throws(OutOfMemoryError) {
      archives.append(try compressor.compress(plain.span.bytes))
      let stream = CompressionStream(compressor)
      archives.append(try stream.append(plain) + stream.append(RawSpan()) + stream.finish())
      archives.append(try stream.flush())
    } catch {
      Issue.record("\(error.needed) bytes are not there")
    }
    #expect(archives == [compressor.compress(plain), compressor.compress(plain), []])
  }

  @Test func findingModels() {
    let store = ModelStore(searchPath: ["/nowhere"])
    let id = ModelID(rawValue: 7)
    var errors: [ModelStoreError] = []
    do throws(ModelStoreError) { _ = try store.model(id: id) } catch { errors.append(error) }
    do throws(ModelStoreError) { _ = try store.model(named: "x") } catch { errors.append(error) }
    do throws(ModelStoreError) { _ = try ModelStore.load(path: "/x.fsm") } catch {
      errors.append(error)
    }
    do throws(ModelStoreError) {
      _ = try Compressor()
      _ = try ModelStore.defaultModel
    } catch {
      errors.append(error)
    }
    #expect(
      errors == [
        .idNotFound(id, searched: ["/nowhere"]), .nameNotFound("x", searched: ["/nowhere"]),
        .unusable(path: "/x.fsm", reason: "No such file or directory"),
      ])
  }

  @Test func parsingModels() {
    var failure: ModelError?
    do throws(ModelError) { _ = try Model(bytes: [1, 2, 3]) } catch { failure = error }
    #expect(failure != nil)
  }
}
