import Platform

/// Where results go.
enum Destination: Hashable {
  case standardOutput
  case file(Path)
  /// Checked, counted and dropped.
  case nowhere
}

/// What may be done to reach a destination.
struct OutputPermissions {
  /// Replace existing files, write binary data to a terminal.
  var isForced: Bool
  /// The content is compressed data, which no terminal should be sent.
  var isBinary: Bool
  /// Of the work, where what a killed process has written of it can be gone on with.
  var key: UInt64? = nil
  /// Leave what is written so far when the work fails, to be gone on with.
  var keepsUnfinished = false
}

/// An open destination: standard output, a device or pipe written directly, or a regular file that
/// appears when it is complete.
struct Output {
  let destination: Destination
  let descriptor: Descriptor?
  private let atomic: AtomicOutput?

  /// - Parameter inputs: the files that are to be read; the output may be none of them.
  /// - Throws: `FileError` if the destination is refused or cannot be opened.
  init(
    _ destination: Destination, reading inputs: Set<FileStatus.Identity>,
    _ permissions: OutputPermissions
  ) throws(FileError) {
    self.destination = destination
    switch destination {
    case .nowhere:
      (descriptor, atomic) = (nil, nil)
    case .standardOutput:
      let descriptor = Descriptor.standardOutput
      try Self.refuse(descriptor.name, try FileStatus(of: descriptor), among: inputs)
      try Self.refuseTerminal(descriptor, permissions)
      (self.descriptor, atomic) = (descriptor, nil)
    case .file(let path):
      let existing = try FileStatus(of: path, followingLinks: true)
      if let existing {
        try Self.refuse(path.description, existing, among: inputs)
        guard existing.kind != .folder else { throw FileError(path, "is a directory") }
        if existing.kind == .blockDevice, !permissions.isForced {
          throw FileError(path, "is a block device; not overwritten (-f overwrites)")
        }
      }
      if let existing, existing.kind != .regular {
        // A device or a pipe is there to be written to: never replaced, its attributes left alone.
        let descriptor = try Descriptor(opening: path, O_WRONLY)
        try Self.refuseTerminal(descriptor, permissions)
        (self.descriptor, atomic) = (descriptor, nil)
      } else {
        let output = try AtomicOutput(
          at: path, replacing: permissions.isForced, key: permissions.key,
          keepsUnfinished: permissions.keepsUnfinished)
        (descriptor, atomic) = (output.descriptor, output)
      }
    }
  }

  /// Whether the result is a regular file of its own, complete or absent.
  var isAtomic: Bool { atomic != nil }

  /// Bytes that an earlier run of the same work has written, from the beginning.
  var leftover: Int { atomic?.leftover ?? 0 }

  /// For summaries.
  var name: String {
    switch destination {
    case .standardOutput: "stdout"
    case .file(let path): path.description
    case .nowhere: ""
    }
  }

  /// Completes the output; see `AtomicOutput.commit`.
  func commit(_ attributes: FileAttributes, isDurable: Bool) throws(FileError) {
    if let atomic {
      try atomic.commit(attributes, isDurable: isDurable)
    } else {
      try descriptor?.close()
    }
  }

  /// Leaves nothing behind, where that is possible.
  func abandon() {
    atomic?.abandon()
  }

  private static func refuse(
    _ name: String, _ status: FileStatus, among inputs: Set<FileStatus.Identity>
  ) throws(FileError) {
    guard status.kind == .regular || status.kind == .blockDevice else { return }
    guard !inputs.contains(status.identity) else {
      throw FileError(name, "is both input and output")
    }
  }

  private static func refuseTerminal(
    _ descriptor: Descriptor, _ permissions: OutputPermissions
  ) throws(FileError) {
    if permissions.isBinary, !permissions.isForced, descriptor.isTerminal {
      throw FileError(
        descriptor.name, "is a terminal; no compressed data written to it (-f insists)")
    }
  }
}
