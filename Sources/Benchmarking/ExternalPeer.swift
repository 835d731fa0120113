/// An installed compression program.
package struct ExternalPeer: Peer {
  package let description: ProgramDescription
  let program: ExternalProgram
  let executable: String
  let threads: Int

  package var archiveSuffix: String { program.archiveSuffix }

  /// Looks for the program and asks for its version; nil if no executable of its names is there or
  /// none supports the method.
  /// - Parameter threads: for programs that take such a setting.
  package static func find(
    _ program: ExternalProgram, search: ExecutableSearch, threads: Int
  ) -> ExternalPeer? {
    for name in program.executables {
      if let path = search.find(name), isSupported(program, path) {
        return ExternalPeer(program: program, executable: path, threads: threads)
      }
    }
    return nil
  }

  private init(program: ExternalProgram, executable: String, threads: Int) {
    self.program = program
    self.executable = executable
    self.threads = threads
    description = ProgramDescription(
      label: program.label, version: Self.version(program, executable),
      decoder: Self.executableSize(executable).map {
        [DecoderPart(name: "executable", byteCount: $0)]
      } ?? [])
  }

  package func command(_ direction: Direction, _ files: TrialFiles) -> ChildCommand {
    let job = ExternalProgram.Job(files: files, threads: threads)
    let invocation =
      switch direction {
      case .compress: program.compress(job)
      case .decompress: program.decompress(job)
      }
    return ChildCommand(
      executable, invocation.arguments,
      standardOutput: invocation.writesResultToOutput
        ? files.product(of: direction) : files.output,
      standardError: files.errors)
  }

  private static func isSupported(_ program: ExternalProgram, _ path: String) -> Bool {
    guard let support = program.support else { return true }
    guard let answer = try? ProgramOutput.of(ChildCommand(path, support.arguments)) else {
      return false
    }
    return answer.output.lowercased().contains(support.needle)
  }

  /// The first line the program prints, up to where copyright or build notes begin.
  private static func version(_ program: ExternalProgram, _ path: String) -> String? {
    guard let answer = try? ProgramOutput.of(ChildCommand(path, program.versionArguments)) else {
      return nil
    }
    let lines = (answer.output + "\n" + answer.errors).split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.contains { !$0.isWhitespace } }) else { return nil }
    let words = line.split(separator: " ").prefix { $0 != ":" }
    return words.joined(separator: " ").split(separator: ",").first.map(String.init)
  }

  /// Bytes of the executable file; nil for a script, behind which the real program is hidden.
  private static func executableSize(_ path: String) -> Int? {
    FileContents.text(of: path, limit: 2) == "#!" ? nil : FileContents.size(of: path)
  }
}
