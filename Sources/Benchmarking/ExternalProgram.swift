/// A compression program of its own: what it is called and how it is run.
package struct ExternalProgram: Sendable {
  /// The name it is asked for by, as in `--peers xz`.
  package var name: String
  /// What the executable may be called, best first.
  package var executables: [String]
  /// What its command line has, besides files, in each of its rows: words that choose how well it
  /// compresses.
  package var settings: [[String]] = [[]]
  /// Title of a row with the usual settings; nil: the name and the settings.
  package var label: String?
  /// Arguments that make it print its version early on; programs that print their usage when
  /// called without arguments usually begin with it.
  package var versionArguments: [String] = ["--version"]
  /// A program that can be built without the method asked of it: what to run and what to look for,
  /// in any case of letters, in what it prints.
  package var support: (arguments: [String], needle: String)?
  package var archiveSuffix = ""
  /// Takes hours for what others do in minutes: only run when asked for by name.
  package var isSlow = false
  /// Its archives are unpacked under the name that was packed, in the current folder.
  package var unpacksStoredName = false
  package var compress: @Sendable (Job) -> Invocation
  package var decompress: @Sendable (Job) -> Invocation

  /// What the command line depends on.
  package struct Job: Sendable {
    package var files: TrialFiles
    package var threads: Int
    package var settings: [String]

    package init(files: TrialFiles, threads: Int, settings: [String] = []) {
      self.files = files
      self.threads = threads
      self.settings = settings
    }
  }

  /// Arguments, and whether the result comes out of the program's standard output.
  package struct Invocation: Sendable {
    package var arguments: [String]
    package var writesResultToOutput: Bool

    package static func toOutput(_ arguments: [String]) -> Invocation {
      Invocation(arguments: arguments, writesResultToOutput: true)
    }

    package static func toFile(_ arguments: [String]) -> Invocation {
      Invocation(arguments: arguments, writesResultToOutput: false)
    }
  }

  /// Title of a row with these settings.
  package func title(_ words: [String]) -> String {
    let usual = settings.contains(words) ? label : nil
    return usual ?? ([name] + words).joined(separator: " ")
  }
}
