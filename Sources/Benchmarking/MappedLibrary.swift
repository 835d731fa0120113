/// Shared libraries in this process's address space.
enum MappedLibrary {
  /// Size in bytes of the file of the first mapped library whose file name starts with `prefix`;
  /// nil if there is none, as in a static executable.
  static func size(named prefix: String) -> Int? {
    let lines = FileContents.text(of: "/proc/self/maps", limit: 1 << 20)
      .split(separator: "\n")
    for line in lines {
      guard let slash = line.firstIndex(of: "/") else { continue }
      let path = line[slash...]
      if path.split(separator: "/").last?.hasPrefix(prefix) == true {
        return FileContents.size(of: String(path))
      }
    }
    return nil
  }
}
