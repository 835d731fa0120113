import Model
import Training

/// Finds float networks, in safetensors or inside models.
enum FloatModels {
  static let suffix = ".safetensors"

  /// The weights that `reference` names: of a safetensors file, or what the integers of a model
  /// stand for.
  ///
  /// - Parameter reference: a path that ends in ".safetensors", else as for `Models.model`.
  /// - Throws: `FileError`.
  static func weights(_ reference: String) throws(FileError) -> FloatWeights {
    let path = Path(argument: reference)
    do {
      guard reference.hasSuffix(suffix) else { return try weights(Models.file(reference)) }
      let file = try Safetensors(bytes: FileContents.read(path))
      // Of a run, what it has found best.
      if let best = (try? TrainingCheckpoint(file))?.best { return try FloatWeights(best) }
      return try FloatWeights(file)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
  }

  /// What the integers of a model stand for.
  ///
  /// - Throws: `ModelError` if it has not just one network.
  private static func weights(_ model: ModelFile) throws -> FloatWeights {
    guard model.networks.count == 1 else {
      throw ModelError.unsupportedShape(
        "\(model.networks.count) networks; 'fscomp model export' writes each")
    }
    return FloatWeights(model.networks[0])
  }

  /// Writes weights to a safetensors file.
  ///
  /// - Throws: `FileError`.
  static func write(_ weights: FloatWeights, to target: Path, replacing: Bool) throws {
    let file: Safetensors
    do { file = try Safetensors(tensors: weights.tensors) } catch {
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
    do {
      let file = try Safetensors(bytes: FileContents.read(path))
      if let checkpoint = try? TrainingCheckpoint(file) {
        return try checkpoint.codeLength(of: data, lanes: lanes, threads: ThreadCount().count)
      }
      return FloatNetwork.codeLength(of: data, lanes: lanes, weights: try FloatWeights(file))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
  }
}
