import Platform

extension Safetensors {
  /// Largest file read, in bytes: far above any model that fits this network, and a bound on the
  /// memory taken for a file of unknown origin.
  public static let maximumFileSize = 1 << 32

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `SafetensorsError`; `.inaccessible` if it is no regular file or cannot be read.
  public init(path: String) throws(SafetensorsError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .inaccessible(path: path, reason: Self.lastError()) }
    defer { close(file) }

    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw .inaccessible(path: path, reason: Self.lastError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .inaccessible(path: path, reason: "not a regular file")
    }
    guard status.st_size <= Self.maximumFileSize else {
      throw .inaccessible(path: path, reason: "larger than \(Self.maximumFileSize) bytes")
    }

    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = read(file, buffer.baseAddress! + count, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = Self.lastError() }
        if got <= 0 { break }
        count += got
      }
    }
    if let failure { throw .inaccessible(path: path, reason: failure) }
    try self.init(bytes: bytes)
  }

  /// Writes the file to `path`, which holds either its old or its whole new content at any time.
  ///
  /// - Throws: `SafetensorsError.inaccessible`.
  public func save(to path: String) throws(SafetensorsError) {
    // Renaming is atomic only within a file system, so the draft stands beside its target.
    let draft = path + ".partial"
    do throws(SafetensorsError) {
      try writeContent(to: draft)
      guard rename(draft, path) == 0 else {
        throw .inaccessible(path: path, reason: Self.lastError())
      }
    } catch {
      unlink(draft)
      throw error
    }
  }

  private func writeContent(to path: String) throws(SafetensorsError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .inaccessible(path: path, reason: Self.lastError()) }
    var failure: String?
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let put = write(file, buffer.baseAddress! + written, buffer.count - written)
        if put < 0 && errno == EINTR { continue }
        if put <= 0 {
          failure = Self.lastError()
          break
        }
        written += put
      }
    }
    // Some file systems report a full disk only here.
    if close(file) != 0 && failure == nil { failure = Self.lastError() }
    if let failure { throw .inaccessible(path: path, reason: failure) }
  }

  private static func lastError() -> String { String(cString: strerror(errno)) }
}
