import CSystem
import Platform

/// A file that appears under its name only when it is complete; until then it is a `PartialFile`.
///
/// If it is never committed, or a signal ends the process, nothing is left of it, unless it is to
/// be gone on with.
final class AtomicOutput {
  let target: Path
  /// Open for writing, and for reading back.
  let descriptor: Descriptor
  /// Bytes that an earlier run of the same work has written, from the beginning.
  let leftover: Int
  private let temporary: Path
  private let replacing: Bool
  private let keepsUnfinished: Bool
  private var isPending = true

  /// - Parameters:
  ///   - replacing: whether an existing target may be replaced.
  ///   - key: of the work, where that can be gone on with; see `PartialFile`.
  ///   - keepsUnfinished: whether a failure or a signal leaves what is written so far.
  /// - Throws: `FileError` if the target exists and may not, or its folder takes no file.
  init(
    at path: Path, replacing: Bool, key: UInt64? = nil, keepsUnfinished: Bool = false
  ) throws(FileError) {
    let existing = try FileStatus(of: path, followingLinks: false)
    if existing != nil, !replacing { throw Self.exists(path) }
    // Where a symbolic link leads, the content belongs: the link itself stays.
    let target = existing?.kind == .symbolicLink ? Self.resolvingLink(path) : path
    self.target = target
    self.replacing = replacing
    self.keepsUnfinished = keepsUnfinished && key != nil

    let keeps = self.keepsUnfinished
    let file = try InterruptCleanup.changing { () throws(FileError) in
      let file = try PartialFile(for: target, key: key ?? 0)
      if !keeps { InterruptCleanup.add(file.path) }
      return file
    }
    temporary = file.path
    descriptor = file.descriptor
    leftover = key == nil ? 0 : file.leftover
    // What is longer than the output would stay behind its end.
    if file.leftover > 0, key == nil { try descriptor.truncate(to: 0) }
  }

  /// Completes the file and gives it its name.
  /// - Parameter isDurable: whether to wait until content and name are on the disk.
  /// - Throws: `FileError` if the content did not arrive, or the target has appeared meanwhile.
  func commit(_ attributes: FileAttributes, isDurable: Bool) throws(FileError) {
    attributes.apply(to: descriptor)
    if isDurable { try descriptor.synchronize() }
    try descriptor.close()
    try InterruptCleanup.changing { () throws(FileError) in
      try rename()
      isPending = false
      InterruptCleanup.remove(temporary)
    }
    // The name, too. A folder that may be written but not read is left to the system.
    if isDurable, let folder = try? Descriptor(opening: target.folder, O_RDONLY | O_DIRECTORY) {
      try folder.synchronize()
    }
  }

  /// Removes what was written so far, if that is not to be kept.
  func abandon() {
    guard isPending else { return }
    isPending = false
    if keepsUnfinished, let status = try? FileStatus(of: descriptor), status.size > 0 { return }
    InterruptCleanup.changing {
      _ = temporary.withCString { unlink($0) }
      InterruptCleanup.remove(temporary)
    }
  }

  deinit { abandon() }

  // MARK: -

  /// - Throws: `FileError` if there is a file already.
  static func checkIsFree(_ path: Path) throws(FileError) {
    if try FileStatus(of: path, followingLinks: false) != nil { throw exists(path) }
  }

  private static func exists(_ path: Path) -> FileError {
    FileError(path, "already exists; not overwritten (-f overwrites)")
  }

  private static func resolvingLink(_ path: Path) -> Path {
    guard let resolved = path.withCString({ realpath($0, nil) }) else { return path }
    defer { free(resolved) }
    return Path(bytes: (0..<strlen(resolved)).map { UInt8(bitPattern: resolved[$0]) })
  }

  private func rename() throws(FileError) {
    let code = temporary.withCString { from in
      target.withCString { to in
        replacing ? Self.replace(from, to) : Self.renameIfFree(from, to)
      }
    }
    switch code {
    case 0: return
    case EEXIST: throw Self.exists(target)
    default: throw FileError(target, errno: code)
    }
  }

  /// Each returns 0 or an error number.
  private static func replace(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int32 {
    Glibc.rename(from, to) == 0 ? 0 : errno
  }

  private static func renameIfFree(
    _ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>
  ) -> Int32 {
    if csystem_rename_no_replace(from, to) == 0 { return 0 }
    // Not every file system can. A hard link is as safe, where there are hard links.
    guard errno == EINVAL || errno == ENOSYS else { return errno }
    if link(from, to) == 0 {
      _ = unlink(from)
      return 0
    }
    guard errno != EEXIST else { return EEXIST }
    guard access(to, F_OK) != 0 else { return EEXIST }
    return replace(from, to)
  }
}
