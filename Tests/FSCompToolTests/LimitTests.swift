import Platform
import Testing

@Suite("Limits of the system")
struct LimitTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", Sample.text)
    try folder.writeArchive("b.fsc", of: Sample.text)
    chmod(folder.path, 0o777)
  }

  /// A user with one process cannot make a thread. The limit does not hold for root.
  private let threadless = "setpriv --reuid=65534 --clear-groups prlimit --nproc=1 "

  @Test("Without threads the main thread works", arguments: ["", "-T1", "-T4"])
  func withoutThreads(threads: String) throws {
    guard geteuid() == 0 else { return }
    let archive = try folder.read("b.fsc")
    for (command, output) in [
      ("-c \(threads) a", archive), ("-c --block-size 1K \(threads) a a", nil),
      ("-dc \(threads) b.fsc", Sample.text), ("-t \(threads) b.fsc b.fsc", []),
    ] {
      let finished = try folder.shell(threadless + "fscomp -v " + command)
      #expect(finished.status == 0, "\(command): \(finished.errors)")
      if let output { #expect(finished.output == output, "\(command)") }
      #expect(
        finished.errors.contains("fscomp: the system had no thread to give: worked with fewer\n"))
    }
  }

  @Test("Nothing is said of it unless asked")
  func silence() throws {
    guard geteuid() == 0 else { return }
    #expect(try folder.shell(threadless + "fscomp -c a").errors.isEmpty)
  }

  @Test(
    "Too little address space is one line",
    arguments: [32_000, 45_000, 60_000, 80_000], ["-c", "-dc", "-t"])
  func addressSpace(kilobytes: Int, mode: String) throws {
    let large = (0..<80).flatMap { _ in Sample.text }
    try folder.write("a", large)
    try folder.writeArchive("b.fsc", of: large, "-1")
    let file = mode == "-c" ? "a" : "b.fsc"
    let finished = try folder.shell(
      "ulimit -v \(kilobytes); exec fscomp -3 -T4 \(mode) \(file) > /dev/null")
    // A program that the system cannot even load is the system's to report.
    if finished.status == 127 { return }
    #expect(finished.status == 0 || finished.status == 1)
    if finished.status == 1 {
      #expect(finished.errorLines.count == 1)
      #expect(finished.errors.contains("memory"))
    }
  }

  @Test("With room for some threads, that many work")
  func fewerThreads() throws {
    let finished = try folder.shell("ulimit -v 400000; exec fscomp -c -T1000 --block-size 1K a a")
    #expect(finished.status == 0)
    #expect(finished.errors.isEmpty)
  }

  @Test("A file that is too large is an error, and leaves nothing")
  func fileSize() throws {
    try folder.write("c", Sample.noise(20_000))
    let finished = try folder.shell("ulimit -f 1; exec fscomp -T1 c")
    #expect(finished.status == 1)
    #expect(finished.errors == "fscomp: c.fsc: File too large\n")
    #expect(folder.names == ["a", "b.fsc", "c"])
  }

  @Test("So does a process that has used up its time")
  func processorTime() throws {
    try folder.write("c", Sample.noise(3_000_000).map { $0 & 31 })
    let finished = try folder.shell("ulimit -St 1; exec fscomp -T1 --network on c")
    #expect(finished.signal == SIGXCPU)
    #expect(folder.names == ["a", "b.fsc", "c"])
  }
}
