import CSystem
import Platform

/// A file that appears under its name only when it is complete.
///
/// Until `commit` it lives beside its target as `.NAME.XXXXXX.tmp`, for its owner's eyes only.
/// If it is never committed, or a signal ends the process, nothing is left of it.
/// Only one may exist at a time: there is one file to clean up after a signal.
final class AtomicOutput {
  let target: Path
  /// Open for writing, and for reading back.
  let descriptor: Descriptor
  private let temporary: Path
  private let replacing: Bool
  private var isPending = true

  /// - Parameter replacing: whether an existing target may be replaced.
  /// - Throws: `FileError` if the target exists and may not, or its folder takes no file.
  init(at path: Path, replacing: Bool) throws(FileError) {
    let existing = try FileStatus(of: path, followingLinks: false)
    if existing != nil, !replacing { throw Self.exists(path) }
    // Where a symbolic link leads, the content belongs: the link itself stays.
    let target = existing?.kind == .symbolicLink ? Self.resolvingLink(path) : path
    self.target = target
    self.replacing = replacing

    var template = Self.temporaryTemplate(for: target).bytes.map { CChar(bitPattern: $0) } + [0]
    var created: (descriptor: Int32, path: Path)?
    InterruptCleanup.changing {
      let raw = csystem_make_temporary(&template, Int32(Self.suffix.utf8.count))
      guard raw >= 0 else { return nil }
      let path = Path(bytes: template.dropLast().map { UInt8(bitPattern: $0) })
      created = (raw, path)
      return path
    }
    guard let created else { throw FileError(path) }
    temporary = created.path
    descriptor = Descriptor(owning: created.descriptor, name: path)
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
      return nil
    }
    // The name, too. A folder that may be written but not read is left to the system.
    if isDurable, let folder = try? Descriptor(opening: target.folder, O_RDONLY | O_DIRECTORY) {
      try folder.synchronize()
    }
  }

  /// Removes what was written so far.
  func abandon() {
    guard isPending else { return }
    isPending = false
    InterruptCleanup.changing {
      _ = temporary.withCString { unlink($0) }
      return nil
    }
  }

  deinit { abandon() }

  // MARK: -

  private static let suffix = ".tmp"

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

  /// Cut so that the longest name the system allows still has a temporary one.
  private static func temporaryTemplate(for target: Path) -> Path {
    let ending = Array((".XXXXXX" + suffix).utf8)
    let name = target.name.prefix(Int(NAME_MAX) - ending.count - 1)
    return target.sibling(Array(".".utf8) + name + ending)
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
