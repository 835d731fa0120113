import Platform

/// One operand: a file, or standard input for "-".
package enum Input: Hashable, Sendable {
  case standardInput
  case file(Path)

  package init(argument: String) {
    let isStandardInput = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(argument)
    self = isStandardInput ? .standardInput : .file(Path(argument: argument))
  }

  /// For messages.
  var name: String {
    switch self {
    case .standardInput: Descriptor.standardInput.name
    case .file(let path): path.description
    }
  }

  /// Nil if there is no such file, or it is out of reach.
  var status: FileStatus? {
    switch self {
    case .standardInput: try? FileStatus(of: .standardInput)
    case .file(let path): try? FileStatus(of: path, followingLinks: true)
    }
  }

  /// - Throws: `FileError` if it is missing, not readable or a folder.
  func open() throws(FileError) -> (descriptor: Descriptor, status: FileStatus) {
    let descriptor =
      switch self {
      case .standardInput: Descriptor.standardInput
      case .file(let path): try Descriptor(opening: path, O_RDONLY)
      }
    let status = try FileStatus(of: descriptor)
    guard status.kind != .folder else { throw FileError(name, "is a directory") }
    return (descriptor, status)
  }

  /// The bytes still to come, where that is known: those of a regular file.
  static func remainingBytes(_ descriptor: Descriptor, _ status: FileStatus) -> Int? {
    guard status.kind == .regular else { return nil }
    let position = lseek(descriptor.raw, 0, SEEK_CUR)
    return max(0, status.size - max(0, Int(position)))
  }
}
