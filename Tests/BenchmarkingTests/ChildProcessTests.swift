import Benchmarking
import Dispatch
import Platform
import Testing

extension ProcessTests {
  @Suite struct ChildProcessTests {
    private func shell(_ script: String, output: String? = nil) -> ChildCommand {
      ChildCommand("/bin/sh", ["-c", script], standardOutput: output)
    }

    @Test func exitStatusAndStreams() throws {
      let folder = try TemporaryFolder()
      try write(Array("some words\n".utf8), to: folder.file("in"))
      var command = shell("cat; echo oops >&2; exit 3", output: folder.file("out"))
      command.standardInput = folder.file("in")
      command.standardError = folder.file("err")
      let result = try ChildProcess.run(command)
      #expect(result.termination == .exited(3))
      #expect(try contents(of: folder.file("out")) == Array("some words\n".utf8))
      #expect(try contents(of: folder.file("err")) == Array("oops\n".utf8))
    }

    @Test func timeAndMemoryAreMeasured() throws {
      let result = try ChildProcess.run(ChildCommand("sleep", ["0.2"]))
      #expect(result.termination == .exited(0))
      #expect((0.19..<5).contains(result.cost.seconds))
      #expect(result.cost.peakMemory > 100_000)
    }

    @Test func aHungryChildShowsItsMemory() throws {
      let bytes = ChildProcess.memoryFloor + 64_000_000
      // The shell must hold all of that in a variable.
      let result = try ChildProcess.run(
        shell("x=$(head -c \(bytes) /dev/zero | tr '\\0' x); [ ${#x} = \(bytes) ]"),
        limit: .seconds(60))
      #expect(result.termination == .exited(0))
      #expect(result.cost.peakMemory >= bytes)
    }

    @Test func sleepersAreKilledInTime() throws {
      let result = try ChildProcess.run(
        ChildCommand("sleep", ["60"]), limit: .milliseconds(100))
      #expect(result.termination == .timedOut)
      #expect((0.09..<10).contains(result.cost.seconds))
    }

    @Test func theWholeGroupIsKilled() throws {
      let folder = try TemporaryFolder()
      let script = "sleep 60 & echo $! > \(folder.file("pid")); wait"
      let result = try ChildProcess.run(shell(script), limit: .milliseconds(300))
      #expect(result.termination == .timedOut)
      let text = String(decoding: try contents(of: folder.file("pid")), as: UTF8.self)
      let grandchild = try #require(pid_t(text.split(separator: "\n").joined()))
      // It is gone, or nobody has collected it yet.
      var isGone = false
      for _ in 0..<100 where !isGone {
        isGone = kill(grandchild, 0) == -1 || isZombie(grandchild)
        if !isGone { usleep(20_000) }
      }
      #expect(isGone)
    }

    private func isZombie(_ process: pid_t) -> Bool {
      guard let file = try? OpenFile(reading: "/proc/\(process)/stat") else { return true }
      var bytes = [UInt8](repeating: 0, count: 512)
      let count = bytes.withUnsafeMutableBytes { (try? file.fill($0)) ?? 0 }
      return String(decoding: bytes[..<count], as: UTF8.self).contains(") Z ")
    }

    @Test func aLimitThatIsNotReachedDoesNothing() throws {
      let result = try ChildProcess.run(shell("exit 0"), limit: .seconds(100))
      #expect(result.termination == .exited(0))
    }

    @Test func signalsAreTold() throws {
      #expect(try ChildProcess.run(shell("kill -TERM $$")).termination == .signaled(SIGTERM))
    }

    @Test func interruptionKills() throws {
      let interruption = Interruption()
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) {
        interruption.trigger()
      }
      let sleeper = ChildCommand("sleep", ["60"])
      let result = try ChildProcess.run(sleeper, interruption: interruption)
      #expect(result.termination == .interrupted)
      // Whatever is started later ends at once.
      let later = try ChildProcess.run(sleeper, interruption: interruption)
      #expect(later.termination == .interrupted)
    }

    @Test func aMissingProgramIsAnError() {
      #expect(throws: SystemError.self) {
        try ChildProcess.run(ChildCommand("/nonexistent/program", []))
      }
    }

    @Test func settingsInTheEnvironmentDoNotReachPeers() throws {
      setenv("XZ_OPT", "-0", 1)
      defer { unsetenv("XZ_OPT") }
      let result = try ChildProcess.run(shell("[ -z \"$XZ_OPT\" ] && [ -n \"$PATH\" ]"))
      #expect(result.termination == .exited(0))
    }
  }
}
