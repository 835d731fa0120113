import Platform

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

  /// Nil if there is no such file.
  /// - Parameter followingLinks: whether of the file that a symbolic link leads to, or of the link.
  /// - Throws: `FileError` if there cannot be such a file, or it is out of reach.
  init?(of path: Path, followingLinks: Bool) throws(FileError) {
    var status = stat()
    let code = path.withCString { path in
      fstatat(AT_FDCWD, path, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno
    }
    guard code != ENOENT else { return nil }
    guard code == 0 else { throw FileError(path, errno: code) }
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

  /// Whether the file was last written to since the system was started, so that all of it that was
  /// written is there.
  var isFromThisBoot: Bool {
    var (now, running) = (timespec(), timespec())
    guard clock_gettime(CLOCK_REALTIME, &now) == 0, clock_gettime(CLOCK_BOOTTIME, &running) == 0
    else { return false }
    return raw.st_mtim.tv_sec > now.tv_sec - running.tv_sec
  }

  /// Whether this is the same file as `other` and nothing was written to it in between.
  func isUnchanged(since other: FileStatus) -> Bool {
    identity == other.identity && size == other.size
      && raw.st_mtim.tv_sec == other.raw.st_mtim.tv_sec
      && raw.st_mtim.tv_nsec == other.raw.st_mtim.tv_nsec
  }
}
