import CSystem
import Platform

/// The file that an output is until it is complete: `.NAME.KEY.tmp` beside its target, for its
/// owner's eyes only.
///
/// The key stands for the work that makes the file, so that whoever does the same work again finds
/// what a process that was killed has left. A lock tells whether that process is still there.
struct PartialFile {
  let path: Path
  /// Open for writing, and for reading back.
  let descriptor: Descriptor
  /// Bytes that an earlier run with the same key has left in it.
  let leftover: Int

  private static let suffix = ".tmp"

  /// Opens or makes it; where another process is at it, one with a name of its own.
  /// - Parameter key: 0 for work that is never gone on with.
  /// - Throws: `FileError` if the target's folder takes no file.
  init(for target: Path, key: UInt64) throws(FileError) {
    let digits = String(key, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    let path = Self.path(for: target, padded)
    if let (descriptor, size) = Self.claim(path, named: target) {
      (self.path, self.descriptor, leftover) = (path, descriptor, size)
      return
    }
    var template =
      Self.path(for: target, "XXXXXX").bytes.map { CChar(bitPattern: $0) } + [0]
    let raw = csystem_make_temporary(&template, Int32(Self.suffix.utf8.count))
    guard raw >= 0 else { throw FileError(target) }
    self.path = Path(bytes: template.dropLast().map { UInt8(bitPattern: $0) })
    descriptor = Descriptor(owning: raw, name: target)
    leftover = 0
  }

  /// Cut so that the longest name the system allows still has a temporary one.
  private static func path(for target: Path, _ key: String) -> Path {
    let ending = Array(".\(key)\(suffix)".utf8)
    let name = target.name.prefix(Int(NAME_MAX) - ending.count - 1)
    return target.sibling(Array(".".utf8) + name + ending)
  }

  /// Nil unless it is this process's alone. Anyone may have put something under a name that can be
  /// foreseen: only a plain file of this user's that nobody else reads will do.
  private static func claim(_ path: Path, named target: Path) -> (Descriptor, size: Int)? {
    let raw = path.withCString { path in
      retryingInterrupted { open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    }
    guard raw >= 0 else { return nil }
    let descriptor = Descriptor(owning: raw, name: target)
    let isLocked = csystem_try_lock(raw) == 0
    if !isLocked, errno == EWOULDBLOCK { return nil }
    guard let status = try? FileStatus(of: descriptor), status.kind == .regular,
      status.raw.st_uid == geteuid(), status.raw.st_nlink == 1
    else { return nil }
    guard isLocked, status.raw.st_mode & 0o077 == 0 else {
      // A file system without locks, or without permissions: nothing was found, so this is new.
      if status.size == 0 { _ = path.withCString { unlink($0) } }
      return nil
    }
    // Whoever held the lock before may have given the file its name, or removed it.
    guard let named = try? FileStatus(of: path, followingLinks: false),
      named.identity == status.identity
    else { return nil }
    return (descriptor, status.size)
  }
}
