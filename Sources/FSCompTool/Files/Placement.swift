import Platform

/// Where the outputs of several inputs go.
enum Placement {
  /// Each beside its input.
  case beside
  /// All in one folder, by their names.
  case flat(Path)
  /// Below a folder, in the folders that their inputs are in.
  case mirror(Path)

  /// The place of what would be at `path` beside its input. Makes folders that are missing.
  func place(_ path: Path) throws(FileError) -> Path {
    switch self {
    case .beside: return path
    case .flat(let folder):
      try folder.makeFolders()
      return folder.appending("/").appending(path.name)
    case .mirror(let folder):
      let parts = path.bytes.split(separator: UInt8(ascii: "/")).filter {
        !$0.elementsEqual(".".utf8)
      }
      guard !parts.contains(where: { $0.elementsEqual("..".utf8) }) else {
        throw FileError(path, "leads out of the folder that is to be mirrored")
      }
      let target = folder.appending("/").appending(parts.joined(separator: "/".utf8))
      try target.folder.makeFolders()
      return target
    }
  }
}

extension Path {
  /// Makes the folder that this names, and those that it is in.
  fileprivate func makeFolders() throws(FileError) {
    if try FileStatus(of: self, followingLinks: true)?.kind == .folder { return }
    let parent = folder
    if parent != self { try parent.makeFolders() }
    let code = withCString { mkdir($0, 0o777) == 0 ? 0 : errno }
    guard code == 0 || code == EEXIST else { throw FileError(self, errno: code) }
  }
}
