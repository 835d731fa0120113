import Platform

/// A folder of its own for one test, removed with the last reference.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/fscomp-test.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    Self.remove(Array(path.utf8))
  }

  /// Makes a folder.
  func makeFolder(_ name: String) { mkdir(path(of: name), 0o755) }

  /// Runs the program under test in this folder, to its end.
  func fscomp(
    _ arguments: String..., input: InputStream = .null, environment: [String: String] = [:],
    output: OutputStream = .captured, errors: OutputStream = .captured
  ) throws -> Finished {
    try start(
      arguments, input: input, environment: environment, output: output, errors: errors
    ).finish()
  }

  func start(
    _ arguments: [String], input: InputStream = .null, environment: [String: String] = [:],
    output: OutputStream = .captured, errors: OutputStream = .captured
  ) throws -> ToolProcess {
    try ToolProcess(
      arguments.map { Array($0.utf8) }, in: path, environment: environment, input: input,
      output: output, errors: errors)
  }

  /// Runs a shell command in this folder, with the program under test on its path.
  func shell(_ command: String, input: InputStream = .null) throws -> Finished {
    let tools = String(ToolProcess.executable.dropLast("/fscomp".count))
    return try ToolProcess(
      executable: "/bin/sh", [Array("-c".utf8), Array(command.utf8)], in: path,
      environment: ["PATH": "\(tools):/usr/local/bin:/usr/bin:/bin"], input: input
    ).finish()
  }

  func write(_ name: String, _ content: [UInt8]) throws {
    try write(Array(name.utf8), content)
  }

  func write(_ name: [UInt8], _ content: [UInt8]) throws {
    let file = try open(name, O_WRONLY | O_CREAT | O_TRUNC)
    defer { close(file) }
    guard Glibc.write(file, content, content.count) == content.count else {
      throw TestFailure("cannot write a file")
    }
  }

  func read(_ name: String) throws -> [UInt8] {
    try read(Array(name.utf8))
  }

  func read(_ name: [UInt8]) throws -> [UInt8] {
    let file = try open(name, O_RDONLY)
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = Glibc.read(file, &buffer, buffer.count), count > 0 {
      content += buffer[..<count]
    }
    return content
  }

  /// Compresses `content` into `name` without leaving anything else.
  func writeArchive(_ name: String, of content: [UInt8], _ options: String...) throws {
    let finished = try start(options + ["-c"], input: .bytes(content)).finish()
    guard finished.status == 0 else { throw TestFailure(finished.errors) }
    try write(name, finished.output)
  }

  /// The names of all files, hidden ones too, sorted.
  var names: [String] {
    rawNames.map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  func status(_ name: String) throws -> stat {
    var status = stat()
    guard lstat("\(path)/\(name)", &status) == 0 else { throw TestFailure("no file \(name)") }
    return status
  }

  /// An absolute path.
  func path(of name: String) -> String { "\(path)/\(name)" }

  // MARK: -

  private func bytes(_ name: [UInt8]) -> [CChar] {
    (Array(path.utf8) + Array("/".utf8) + name).map { CChar(bitPattern: $0) }
  }

  private func open(_ name: [UInt8], _ flags: Int32) throws -> Int32 {
    let file = Glibc.open(bytes(name) + [0], flags | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw TestFailure(
        "\(String(decoding: name, as: UTF8.self)): \(String(cString: strerror(errno)))")
    }
    return file
  }

  /// Never through a link.
  private static func remove(_ path: [UInt8]) {
    let terminated = (path + [0]).map { CChar(bitPattern: $0) }
    if unlink(terminated) == 0 { return }
    for name in names(in: path) { remove(path + [UInt8(ascii: "/")] + name) }
    rmdir(terminated)
  }

  private var rawNames: [[UInt8]] { Self.names(in: Array(path.utf8)) }

  private static func names(in path: [UInt8]) -> [[UInt8]] {
    guard let stream = opendir((path + [0]).map { CChar(bitPattern: $0) }) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    }
    return names
  }

}
