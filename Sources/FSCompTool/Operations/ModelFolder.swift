import Model
import Platform
import Training

/// A folder with a model's sections in forms that people and other programs can read.
struct ModelFolder {
  let path: Path

  /// - Throws: `FileError`, before anything is written if a file exists and may not be replaced.
  func write(_ model: ModelFile, replacing: Bool) throws {
    let metadata = TextTable.list(model.metadata.lines) + "\n"
    var files: [(path: Path, bytes: [UInt8])] = [
      (path.appending("/metadata.txt"), Array(metadata.utf8))
    ]
    if let dictionary = model.dictionary {
      files.append((path.appending("/dictionary.txt"), try dictionary.text()))
    }
    for beginnings in model.beginnings {
      files.append(
        (path.appending("/" + beginnings.key.fileName), Array(beginnings.text.utf8)))
    }
    if let prior = model.prior {
      files.append((path.appending("/prior.txt"), prior.text))
    }
    for (index, network) in model.networks.enumerated() {
      let file = path.appending("/network-\(index + 1)\(FloatModels.suffix)")
      files.append((file, try FloatModels.file(Parameters(network), for: file)))
    }
    if !replacing { for (file, _) in files { try AtomicOutput.checkIsFree(file) } }
    try create()
    for (file, bytes) in files { try WholeFile.write(bytes, to: file, replacing: replacing) }
  }

  private func create() throws(FileError) {
    let code = path.withCString { mkdir($0, 0o777) == 0 ? 0 : errno }
    guard code == 0 || code == EEXIST else { throw FileError(path, errno: code) }
  }
}

extension MixerBeginnings.Key {
  fileprivate var fileName: String {
    let network = usesNetwork ? "with-network" : "without-network"
    return "mixers-\(setName)-\(network)\(isCoded ? "-coded" : "").txt"
  }
}
