import Platform

/// What an output takes over from its input: owner, permissions, times.
package struct FileAttributes {
  private let mode: mode_t
  private let owner: (user: uid_t, group: gid_t)?
  private let times: [timespec]?

  /// Those of the input.
  init(of status: FileStatus) {
    // Not set-user-id and its like: they are promises about the content, which is another now.
    mode = status.raw.st_mode & 0o777
    owner = (status.raw.st_uid, status.raw.st_gid)
    times = [status.raw.st_atim, status.raw.st_mtim]
  }

  /// Those of any new file.
  init() {
    // The mask can only be read by setting it. No other thread creates files meanwhile.
    let mask = umask(0o077)
    _ = umask(mask)
    mode = 0o666 & ~mask
    owner = nil
    times = nil
  }

  /// Gives an open file these attributes as far as this user may. What may not be set is no error,
  /// but nobody gets to read an output who could not read the input.
  func apply(to descriptor: Descriptor) {
    var mode = mode
    if let owner {
      _ = fchown(descriptor.raw, owner.user, gid_t.max)
      if fchown(descriptor.raw, uid_t.max, owner.group) != 0 {
        mode = Self.narrowed(mode)
      }
    }
    _ = fchmod(descriptor.raw, mode)
    if let times { _ = futimens(descriptor.raw, times) }
  }

  /// The permissions for a file that belongs to another group than intended: its members may do
  /// what both the intended group and everybody else may, and so may everybody else, because the
  /// intended group's members are now among them.
  package static func narrowed(_ mode: mode_t) -> mode_t {
    let both = (mode >> 3) & mode & 0o7
    return mode & 0o700 | both << 3 | both
  }
}
