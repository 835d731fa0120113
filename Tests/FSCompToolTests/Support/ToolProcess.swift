import Platform
import Synchronization

/// What a child process reads as its standard input.
enum InputStream {
  case null
  /// A regular file with this content.
  case bytes([UInt8])
  /// A pipe whose other end is `ToolProcess.write` and `closeInput`.
  case pipe
  case descriptor(Int32)
  case closed
}

/// Where a child process's standard output or error goes.
enum OutputStream {
  /// Into a regular file, to be asked for at the end.
  case captured
  case descriptor(Int32)
  case closed
}

struct TestFailure: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// How a child process ended.
struct Finished {
  /// Nil if a signal ended it.
  var status: Int32?
  var signal: Int32?
  var output: [UInt8]
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  /// The lines on stderr.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}

/// A running program, as a user would have started it. Killed when the last reference goes.
final class ToolProcess: Sendable {
  let pid: pid_t
  private let inputEnd: Mutex<Int32?>
  private let output: Int32?
  private let errors: Int32?
  private let isReaped = Mutex(false)

  /// The program under test lies beside the test bundle, which is the running executable.
  static let executable: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = max(0, readlink("/proc/self/exe", &buffer, Int(PATH_MAX)))
    let bytes = buffer[..<length].map { UInt8(bitPattern: $0) }
    let folder = bytes[..<(bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
    return String(decoding: folder, as: UTF8.self) + "/fscomp"
  }()

  init(
    executable: String = ToolProcess.executable, _ arguments: [[UInt8]], in folder: String,
    environment: [String: String] = [:], input: InputStream = .null,
    output: OutputStream = .captured, errors: OutputStream = .captured
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var closing: [Int32] = []
    defer { closing.forEach { close($0) } }
    var pipeEnd: Int32?

    switch input {
    case .null:
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    case .bytes(let bytes):
      let file = try Self.temporaryFile(bytes)
      closing.append(file)
      posix_spawn_file_actions_adddup2(&actions, file, 0)
    case .pipe:
      let ends = try Pipe.make()
      closing.append(ends.reading)
      pipeEnd = ends.writing
      posix_spawn_file_actions_adddup2(&actions, ends.reading, 0)
    case .descriptor(let descriptor):
      posix_spawn_file_actions_adddup2(&actions, descriptor, 0)
    case .closed:
      posix_spawn_file_actions_addclose(&actions, 0)
    }
    self.output = try Self.add(output, as: 1, &actions, &closing)
    self.errors = try Self.add(errors, as: 2, &actions, &closing)
    inputEnd = Mutex(pipeEnd)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    // Nothing of the environment the tests run in, so that they mean the same everywhere.
    let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"]
      .merging(environment) { _, new in new }
    // `env` changes the folder and then becomes the program: the process is the same.
    let launcher = "/usr/bin/env"
    let argv = ([launcher, "-C", folder, executable].map { Array($0.utf8) } + arguments)
      .map(Self.cString)
    let envp = variables.map { Self.cString(Array("\($0)=\($1)".utf8)) }
    defer { (argv + envp).forEach { $0.deallocate() } }
    var pid: pid_t = 0
    let code = Pipe.spawning.withLock { _ in
      posix_spawn(
        &pid, launcher, &actions, &attributes, argv.map { Optional($0) } + [nil],
        envp.map { Optional($0) } + [nil])
    }
    guard code == 0 else { throw TestFailure("\(executable): \(String(cString: strerror(code)))") }
    self.pid = pid
  }

  /// Writes to the process's standard input, which must be a pipe.
  func write(_ bytes: [UInt8]) throws {
    let end = inputEnd.withLock { $0 }
    guard let end, Glibc.write(end, bytes, bytes.count) == bytes.count else {
      throw TestFailure("cannot write to the process")
    }
  }

  func closeInput() {
    inputEnd.withLock { end in
      if let open = end { close(open) }
      end = nil
    }
  }

  func send(_ signal: Int32) {
    kill(pid, signal)
  }

  /// What the process has said on stderr so far.
  var errorsSoFar: String {
    String(decoding: errors.map(Self.contents) ?? [], as: UTF8.self)
  }

  /// Waits for the end.
  /// - Throws: `TestFailure` if it does not come in time.
  func finish(within limit: Duration = .seconds(30)) throws -> Finished {
    closeInput()
    var status: Int32 = 0
    try waitUntil(within: limit, "the end of the process") {
      waitpid(pid, &status, WNOHANG) == pid
    }
    isReaped.withLock { $0 = true }
    let signal = status & 0x7f
    return Finished(
      status: signal == 0 ? status >> 8 & 0xff : nil, signal: signal == 0 ? nil : signal,
      output: output.map(Self.contents) ?? [], errors: errorsSoFar)
  }

  deinit {
    closeInput()
    if !isReaped.withLock({ $0 }) {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    [output, errors].forEach { if let file = $0 { close(file) } }
  }

  // MARK: -

  private static func add(
    _ stream: OutputStream, as number: Int32, _ actions: inout posix_spawn_file_actions_t,
    _ closing: inout [Int32]
  ) throws -> Int32? {
    switch stream {
    case .captured:
      let file = try temporaryFile([])
      posix_spawn_file_actions_adddup2(&actions, file, number)
      return file
    case .descriptor(let descriptor):
      posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    case .closed:
      posix_spawn_file_actions_addclose(&actions, number)
    }
    return nil
  }

  /// An open file without a name, at its beginning.
  private static func temporaryFile(_ bytes: [UInt8]) throws -> Int32 {
    var template = Array("/tmp/fscomp-test.XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw TestFailure("mkstemp: \(errno)") }
    unlink(template)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, lseek(file, 0, SEEK_SET) == 0 else {
      throw TestFailure("cannot write a temporary file")
    }
    return file
  }

  /// From the beginning, wherever the file stands.
  private static func contents(of file: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = pread(file, &buffer, buffer.count, bytes.count), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static func cString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in (bytes + [0]).enumerated() { pointer[index] = CChar(bitPattern: byte) }
    return pointer
  }
}

/// Pipes that no child process inherits by accident: the tests run side by side, and a pipe is only
/// closed when the last process that holds it has closed it.
enum Pipe {
  /// Held while a process is started, and while a pipe is not yet marked.
  static let spawning = Mutex(())

  static func make() throws -> (reading: Int32, writing: Int32) {
    try spawning.withLock { _ in
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
        throw TestFailure("no pipe: \(errno)")
      }
      return (ends[0], ends[1])
    }
  }
}

/// Looks every few milliseconds until `condition` holds.
func waitUntil(
  within limit: Duration = .seconds(30), _ what: String, _ condition: () throws -> Bool
) throws {
  let deadline = ContinuousClock.now + limit
  while try !condition() {
    guard .now < deadline else { throw TestFailure("waited too long for \(what)") }
    usleep(2_000)
  }
}
