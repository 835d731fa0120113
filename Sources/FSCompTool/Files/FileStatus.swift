import Glibc

/// What the system says of a file.
struct FileStatus {
  enum Kind {
    case regular, folder, symbolicLink, blockDevice, other
  }

  /// Two open files are the same file exactly if these agree.
  struct Identity: Hashable {
    var device: UInt
    var inode: UInt
  }

  let raw: stat

  /// Follows symbolic links; nil if there is no such file.
  init?(following path: Path) {
    var status = stat()
    guard path.withCString({ fstatat(AT_FDCWD, $0, &status, 0) }) == 0 else { return nil }
    raw = status
  }

  /// Of the link itself; nil if there is no such file.
  init?(of path: Path) {
    var status = stat()
    guard path.withCString({ fstatat(AT_FDCWD, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0
    else { return nil }
    raw = status
  }

  init(of descriptor: Descriptor) throws(FileError) {
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0 else { throw FileError(descriptor.name) }
    raw = status
  }

  var kind: Kind {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: .regular
    case S_IFDIR: .folder
    case S_IFLNK: .symbolicLink
    case S_IFBLK: .blockDevice
    default: .other
    }
  }

  var size: Int { Int(raw.st_size) }

  var identity: Identity {
    Identity(device: UInt(raw.st_dev), inode: UInt(raw.st_ino))
  }

  /// Whether this is the same file as `other` and nothing was written to it in between.
  func isUnchanged(since other: FileStatus) -> Bool {
    identity == other.identity && size == other.size
      && raw.st_mtim.tv_sec == other.raw.st_mtim.tv_sec
      && raw.st_mtim.tv_nsec == other.raw.st_mtim.tv_nsec
  }
}
