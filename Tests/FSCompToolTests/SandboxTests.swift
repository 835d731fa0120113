import FSComp
import FSCompTool
import Platform
import Synchronization
import Testing

@Suite("The sandbox")
struct SandboxTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
    try folder.write("b", Sample.text)
  }

  /// What a thread of its own can open after it has entered a sandbox; nil where there is none. The
  /// other threads of the process keep their rights.
  private func reach(
    _ enter: @escaping @Sendable () -> Bool, _ opening: [(name: String, flags: Int32)]
  ) throws -> [Int32]? {
    let errors = Mutex<[Int32]?>(nil)
    let paths = opening.map { (folder.path(of: $0.name), $0.flags) }
    let thread = try #require(
      SystemThread {
        guard enter() else { return }
        let found = paths.map { path, flags -> Int32 in
          let descriptor = open(path, flags, 0o600)
          if descriptor >= 0 { close(descriptor) }
          return descriptor >= 0 ? 0 : errno
        }
        errors.withLock { $0 = found }
      })
    thread.join()
    return errors.withLock { $0 }
  }

  @Test("Only the inputs can be read, and nothing be written")
  func readOnly() throws {
    let input = Input(argument: folder.path(of: "a"))
    let found = try reach(
      { Sandbox.readOnly([input], ModelStore(searchPath: [])) },
      [("a", O_RDONLY), ("b", O_RDONLY), ("a", O_WRONLY), ("c", O_WRONLY | O_CREAT)])
    guard let found else { return }
    #expect(found == [0, EACCES, EACCES, EACCES])
    #expect(folder.names == ["a", "b"])
  }

  @Test("A file that is missing is missing")
  func missing() throws {
    let input = Input(argument: folder.path(of: "c"))
    let found = try reach(
      { Sandbox.readOnly([input], ModelStore(searchPath: [])) }, [("c", O_RDONLY)])
    guard let found else { return }
    #expect(found == [ENOENT])
  }

  @Test("Where files are written they still can be")
  func filesOnly() throws {
    let found = try reach(
      { Sandbox.filesOnly() },
      [("a", O_RDONLY), ("b", O_WRONLY), ("c", O_WRONLY | O_CREAT)])
    guard let found else { return }
    #expect(found == [0, 0, 0])
    #expect(folder.names == ["a", "b", "c"])
  }

  @Test("Commands that decode are in it", arguments: ["-t", "list", "-dc", "cat"])
  func commands(command: String) throws {
    try folder.writeArchive("a.fsc", of: Sample.text)
    // It waits for input, so that one can look at it.
    let script = """
      mkfifo f; exec 3<>f
      fscomp \(command) - < f > out 3>&- & tool=$!
      for attempt in $(seq 100); do
        grep -q 'NoNewPrivs:.*1' /proc/$tool/status && echo inside && break
        sleep 0.05
      done
      cat a.fsc > f; exec 3>&-
      wait $tool
      """
    let isSupported = try reach({ Sandbox.filesOnly() }, []) != nil
    let finished = try folder.shell(script)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.text == (isSupported ? "inside\n" : ""))
  }

  @Test("A model is found behind a link")
  func linkedModel() throws {
    folder.makeFolder("models")
    let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
    #expect(try folder.shell("ln -s \(tests)/FSCompTests/Vectors/1.0/words.fsm models/m.fsm").status == 0)
    #expect(try folder.shell("FSCOMP_MODELS=models fscomp -1 -c -m m a > a.fsc").status == 0)
    #expect(try folder.fscomp("-dc", "a.fsc").status == 1)
    for command in ["-dc a.fsc", "cat a.fsc", "cat --range 0+ a.fsc"] {
      let finished = try folder.shell("FSCOMP_MODELS=models fscomp \(command)")
      #expect(finished.output == Sample.text, "\(command): \(finished.errors)")
    }
    #expect(try folder.shell("FSCOMP_MODELS=models fscomp -t a.fsc").status == 0)
  }
}
