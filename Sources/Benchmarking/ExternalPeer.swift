/// An installed compression program.
package struct ExternalPeer: Peer {
  package let description: ProgramDescription
  let program: ExternalProgram
  let executable: String
  let settings: [String]
  let threads: Int

  package var archiveSuffix: String { program.archiveSuffix }

  /// Looks for the program and asks for its version; nil if no executable of its names is there or
  /// none supports the method.
  /// - Parameters:
  ///   - settings: nil: the first of its usual ones.
  ///   - threads: for programs that take such a setting.
  package static func find(
    _ program: ExternalProgram, _ settings: [String]? = nil, search: ExecutableSearch, threads: Int
  ) -> ExternalPeer? {
    for name in program.executables {
      if let path = search.find(name), isSupported(program, path) {
        return ExternalPeer(
          program: program, executable: path, settings: settings ?? program.settings[0],
          threads: threads)
      }
    }
    return nil
  }

  private init(
    program: ExternalProgram, executable: String, settings: [String], threads: Int
  ) {
    self.program = program
    self.executable = executable
    self.settings = settings
    self.threads = threads
    description = ProgramDescription(
      label: program.title(settings), version: Self.version(program, executable),
      decoder: Self.executableSize(executable).map {
        [DecoderPart(name: "executable", byteCount: $0)]
      } ?? [])
  }

  package func command(_ direction: Direction, _ files: TrialFiles) -> ChildCommand {
    let job = ExternalProgram.Job(files: files, threads: threads, settings: settings)
    let invocation =
      switch direction {
      case .compress: program.compress(job)
      case .decompress: program.decompress(job)
      }
    return ChildCommand(
      executable, invocation.arguments,
      standardOutput: invocation.writesResultToOutput
        ? files.product(of: direction) : files.output,
      standardError: files.errors, folder: files.folder)
  }

  package func prepare(_ direction: Direction, _ files: TrialFiles) throws {
    guard program.unpacksStoredName, direction == .compress else { return }
    _ = try FileContents.copy(files.plain, to: files.restored)
  }

  private static func isSupported(_ program: ExternalProgram, _ path: String) -> Bool {
    guard let support = program.support else { return true }
    guard let answer = try? ProgramOutput.of(ChildCommand(path, support.arguments)) else {
      return false
    }
    return answer.output.lowercased().contains(support.needle)
  }

  /// The first line with a word that the program prints, up to where copyright or build notes begin.
  private static func version(_ program: ExternalProgram, _ path: String) -> String? {
    guard let answer = try? ProgramOutput.of(ChildCommand(path, program.versionArguments)) else {
      return nil
    }
    let lines = (answer.output + "\n" + answer.errors).split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.contains(where: \.isLetter) }) else { return nil }
    let words = line.split(separator: " ").prefix { $0 != ":" }.joined(separator: " ")
    // Where the number comes behind the comma, so does what is worth reading.
    let beginning = words.prefix { $0 != "," }
    return String(beginning.contains(where: \.isNumber) ? beginning : words[...])
  }

  /// Bytes of the executable file; nil for a script, behind which the real program is hidden.
  private static func executableSize(_ path: String) -> Int? {
    FileContents.text(of: path, limit: 2) == "#!" ? nil : FileContents.size(of: path)
  }
}
