import Training

/// Finds float networks, in safetensors or inside models.
enum FloatModels {
  static let suffix = ".safetensors"

  /// The weights that `reference` names: of a safetensors file, or what the integers of a model
  /// with one network stand for.
  ///
  /// - Parameter reference: a path that ends in ".safetensors", else as for `Models.model`.
  /// - Throws: `FileError`.
  static func weights(_ reference: String) throws(FileError) -> FloatWeights {
    let path = Path(argument: reference)
    do {
      guard reference.hasSuffix(suffix) else {
        let networks = try Models.file(reference).networks
        guard networks.count == 1 else {
          throw FileError(
            path, "has \(networks.count) networks; 'fscomp model export -o FOLDER' writes each")
        }
        return FloatWeights(networks[0])
      }
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

  /// Writes weights to a safetensors file.
  ///
  /// - Throws: `FileError`.
  static func write(_ weights: FloatWeights, to target: Path, replacing: Bool) throws {
    try WholeFile.write(file(weights, for: target), to: target, replacing: replacing)
  }

  /// A safetensors file of weights.
  ///
  /// - Throws: `FileError`.
  static func file(_ weights: FloatWeights, for target: Path) throws(FileError) -> [UInt8] {
    do { return try Safetensors(tensors: weights.tensors).bytes } catch {
      throw FileError(target, "\(error)")
    }
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
