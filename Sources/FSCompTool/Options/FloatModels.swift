import Training

/// Finds float networks, in safetensors or inside models.
enum FloatModels {
  static let suffix = ".safetensors"

  /// The network that `reference` names: of a safetensors file, or what the integers of a model's
  /// main network stand for.
  ///
  /// - Parameter reference: a path that ends in ".safetensors", else as for `Models.model`.
  /// - Throws: `FileError`.
  static func parameters(_ reference: String) throws(FileError) -> Parameters<Float> {
    let path = Path(argument: reference)
    do {
      guard reference.hasSuffix(suffix) else {
        let file = try Models.file(reference)
        guard let main = file.indexOfMainNetwork else {
          throw FileError(
            path,
            "has \(file.networkCount(.standard)) networks for the standard set; "
              + "'fscomp model export -o FOLDER' writes each")
        }
        return Parameters(file.networks[main])
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

  /// The same of a network that floating point computes here.
  ///
  /// - Throws: `FileError`, also for cells other than the LSTM.
  static func lstms(_ reference: String) throws(FileError) -> Parameters<Float> {
    try lstms(parameters(reference), reference)
  }

  private static func lstms(
    _ parameters: Parameters<Float>, _ reference: String
  ) throws(FileError) -> Parameters<Float> {
    if let kind = parameters.layout.topology.foreignKind {
      throw FileError(
        Path(argument: reference),
        "has cells of kind \(kind.name), which only training/ computes in floating point")
    }
    return parameters
  }

  /// Writes a network to a safetensors file.
  ///
  /// - Throws: `FileError`.
  static func write(
    _ parameters: Parameters<Float>, to target: Path, replacing: Bool
  ) throws {
    try WholeFile.write(file(parameters, for: target), to: target, replacing: replacing)
  }

  /// A safetensors file of a network.
  ///
  /// - Throws: `FileError`.
  static func file(
    _ parameters: Parameters<Float>, for target: Path
  ) throws(FileError) -> [UInt8] {
    do { return try parameters.file().bytes } catch {
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
    let threads = ThreadCount().count
    do {
      let file = try Safetensors(bytes: FileContents.read(path))
      if let checkpoint = try? TrainingCheckpoint(file) {
        return checkpoint.codeLength(of: data, lanes: lanes, threads: threads)
      }
      return try lstms(Parameters(file), reference)
        .codeLength(of: data, lanes: lanes, threads: threads)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "\(error)")
    }
  }
}
