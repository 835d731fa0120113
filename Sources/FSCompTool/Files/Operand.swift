import CSystem
import Platform

/// One input that was named, or found in what was named.
struct Operand {
  var input: Input
}

/// Finds the inputs that a command line means.
struct OperandSearch {
  var isRecursive = false
  var followsLinks = false
  /// Patterns of names, or of paths if they hold a slash.
  var excluded: [String] = []
  /// Of the files in folders; a file that is named itself is taken whatever its name.
  var accepts: (Path) -> Bool = { _ in true }

  private(set) var operands: [Operand] = []
  /// What could not be looked at.
  private(set) var errors: [FileError] = []
  /// Folders on the way from what was named, so that links do not lead in circles.
  private var trail: [FileStatus.Identity] = []

  mutating func add(_ input: Input) {
    guard isRecursive, case .file(let path) = input, input.status?.kind == .folder else {
      if case .file(let path) = input, isExcluded(path) { return }
      operands.append(Operand(input: input))
      return
    }
    walk(path)
  }

  /// Says what could not be looked at. Returns what becomes of the exit status.
  func report(to console: Console) -> ExitStatus {
    for error in errors { console.error(error) }
    return errors.isEmpty ? .success : .failure
  }

  private mutating func walk(_ folder: Path) {
    guard let status = try? FileStatus(of: folder, followingLinks: true),
      !trail.contains(status.identity)
    else { return }
    trail.append(status.identity)
    defer { trail.removeLast() }
    let names: [[UInt8]]
    do { names = try folder.entries() } catch {
      errors.append(error)
      return
    }
    for name in names {
      let isRoot = folder.bytes.last == UInt8(ascii: "/")
      let path = folder.appending(isRoot ? "" : "/").appending(name[...])
      if isExcluded(path) { continue }
      do {
        switch try FileStatus(of: path, followingLinks: followsLinks)?.kind {
        case .folder: walk(path)
        case .regular where accepts(path): operands.append(Operand(input: .file(path)))
        default: continue
        }
      } catch {
        errors.append(error)
      }
    }
  }

  private func isExcluded(_ path: Path) -> Bool {
    excluded.contains { pattern in
      let pattern = Path(argument: pattern)
      let subject = pattern.bytes.contains(UInt8(ascii: "/")) ? path : Path(bytes: path.name)
      return pattern.withCString { pattern in
        subject.withCString { csystem_name_matches(pattern, $0) }
      }
    }
  }
}

extension Path {
  /// Whether the name is that of an archive.
  var isArchive: Bool { removing(Compression.suffix) != nil }

  /// The names in a folder, in the order of their bytes.
  func entries() throws(FileError) -> [[UInt8]] {
    guard let stream = withCString({ opendir($0) }) else { throw FileError(self) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) { bytes in
          Array(UnsafeBufferPointer(start: bytes, count: Int(NAME_MAX) + 1).prefix { $0 != 0 })
        }
      }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
