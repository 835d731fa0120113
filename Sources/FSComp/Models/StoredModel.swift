import Model
import Platform

/// Model files on disk: how they are found and read.
enum StoredModel {
  static let suffix = ".fsm"
  /// Far more than any model; keeps a wrong file from filling the memory.
  private static let maximumByteCount = 1 << 30

  /// The model files in a folder, sorted by name; none when it cannot be read.
  static func paths(inFolder folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)
        ) { String(cString: $0) }
      }
      if name.hasSuffix(suffix) { paths.append("\(folder)/\(name)") }
    }
    return paths.sorted()
  }

  static func exists(at path: String) -> Bool { access(path, F_OK) == 0 }

  /// The id in the last bytes of a file; nil when it cannot be read or is too short.
  static func id(ofFileAt path: String) -> ModelID? {
    try? withFile(at: path) { descriptor, byteCount in
      var bytes = [UInt8](repeating: 0, count: ModelID.byteCount)
      let count = pread(descriptor, &bytes, ModelID.byteCount, off_t(byteCount - ModelID.byteCount))
      return count == ModelID.byteCount ? ModelID(bytes: bytes) : nil
    }
  }

  static func read(path: String) throws(ModelStoreError) -> [UInt8] {
    try withFile(at: path) { descriptor, byteCount throws(ModelStoreError) in
      var bytes = [UInt8](repeating: 0, count: byteCount)
      var position = 0
      while position < byteCount {
        let count = bytes.withUnsafeMutableBytes {
          let rest = UnsafeMutableRawBufferPointer(rebasing: $0[position...])
          return pread(descriptor, rest.baseAddress, rest.count, off_t(position))
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          throw unusable(path, count < 0 ? lastError : "the file got shorter")
        }
        position += count
      }
      return bytes
    }
  }

  private static func withFile<Result>(
    at path: String,
    _ body: (_ descriptor: Int32, _ byteCount: Int) throws(ModelStoreError) -> Result
  ) throws(ModelStoreError) -> Result {
    // A pipe must not make anyone wait.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unusable(path, lastError) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unusable(path, lastError) }
    guard status.st_mode & S_IFMT == S_IFREG,
      (ModelID.byteCount...maximumByteCount).contains(Int(status.st_size))
    else { throw unusable(path, "not a model file") }
    return try body(descriptor, Int(status.st_size))
  }

  private static var lastError: String { String(cString: strerror(errno)) }

  private static func unusable(_ path: String, _ reason: String) -> ModelStoreError {
    .unusable(path: path, reason: reason)
  }
}
