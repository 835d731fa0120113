import EmbeddedModels
import FSComp
import Prediction
import Training

/// Finds float networks, in safetensors or inside models.
enum FloatModels {
  static let suffix = ".safetensors"

  /// The network that `reference` names: of a safetensors file, or what the integers of a model
  /// stand for.
  ///
  /// - Parameter reference: a path that ends in ".safetensors", else as for `Models.model`.
  /// - Throws: `FileError`.
  static func parameters(_ reference: String) throws(FileError) -> Parameters<Float> {
    let path = Path(argument: reference)
    do {
      guard reference.hasSuffix(suffix) else {
        return try Parameters(modelFile: modelFile(reference))
      }
      let file = try Safetensors(bytes: FileContents.read(path))
      // Of a run, what it has found best.
      if let checkpoint = try? TrainingCheckpoint(file) {
        return checkpoint.best ?? checkpoint.parameters
      }
      return try Parameters(file)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
  }

  /// Writes a network to a safetensors file.
  ///
  /// - Throws: `FileError`.
  static func write(
    _ parameters: Parameters<Float>, to target: Path, replacing: Bool
  ) throws {
    let file: Safetensors
    do { file = try Safetensors(tensors: parameters.tensors()) } catch {
      throw FileError(target, "\(error)")
    }
    try WholeFile.write(file.bytes, to: target, replacing: replacing)
  }

  /// The ideal code length of `data` under a safetensors file: weights, or what the run of a
  /// checkpoint has found best, of whatever kind of network.
  ///
  /// - Throws: `FileError`.
  static func codeLength(
    of data: [UInt8], lanes: Int, _ reference: String
  ) throws -> (bits: Double, bytes: Int) {
    let path = Path(argument: reference)
    let threads = ThreadCount().count
    do {
      let file = try Safetensors(bytes: FileContents.read(path))
      if let checkpoint = try? TrainingCheckpoint(file) {
        return checkpoint.codeLength(of: data, lanes: lanes, threads: threads)
      }
      return try Parameters(file).codeLength(of: data, lanes: lanes, threads: threads)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
  }

  /// The bytes of a model, as `Models.model` finds it.
  private static func modelFile(_ reference: String) throws -> [UInt8] {
    if reference.contains("/") || reference.hasSuffix(".fsm") {
      return try FileContents.read(Path(argument: reference))
    }
    if reference == ModelStore.defaultModelName {
      var count = 0
      let start = fscomp_default_model(&count)
      return Array(UnsafeBufferPointer(start: start, count: count))
    }
    for folder in ModelStore.standardSearchPath {
      let path = Path(argument: "\(folder)/\(reference).fsm")
      if (try? FileStatus(of: path, followingLinks: true)) ?? nil != nil {
        return try FileContents.read(path)
      }
    }
    _ = try Models.model(reference)
    throw FileError(reference, "not found")
  }
}
