import Testing

@Suite("The command line")
struct UsageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "A wrong command line is one line and a hint",
    arguments: [
      ["--nonsense"], ["-x"], ["-dx"], ["-0", "a"], ["-19"], ["--level", "10"], ["--level", "x"], ["--network", "x"], ["-T"], ["-Tx"], ["-T", "-1"],
      ["--threads=2000"], ["--block-size", "4X"], ["--block-size", "0"],
      ["--block-size", "1"], ["--block-size", "1023"], ["--block-size", "1G"],
      ["--lanes", "3"], ["--lanes", "512"], ["--flush-every", "soon"], ["--memory", "-1"],
      ["-o", "x", "-c", "a"], ["-o"], ["-t", "-o", "x", "a"], ["--salvage", "a"],
      ["compress", "--memory", "1M", "a"], ["list", "--rm", "a"],
      ["--generate-completion-script", "tcsh"],
    ])
  func wrong(arguments: [String]) throws {
    let finished = try folder.start(arguments, input: .bytes(Sample.text)).finish()
    #expect(finished.status == 1)
    #expect(finished.output.isEmpty)
    #expect(finished.errorLines.count == 2)
    #expect(finished.errorLines.first?.hasPrefix("fscomp: ") == true)
    #expect(finished.errorLines.last == "Try 'fscomp --help'.")
    #expect(folder.names.isEmpty)
  }

  @Test("Errors name the file and the reason, in one line")
  func errors() throws {
    for arguments in [["none"], ["-d", "none.fsc"], ["-t", "none.fsc"], ["-l", "none.fsc"]] {
      let finished = try folder.start(arguments).finish()
      #expect(finished.status == 1)
      #expect(finished.errors == "fscomp: \(arguments.last ?? ""): No such file or directory\n")
    }
    try folder.write("a", Sample.text)
    let model = try folder.fscomp("-m", "none.fsm", "a")
    #expect(model.status == 1)
    #expect(model.errors == "fscomp: none.fsm: No such file or directory\n")
    for name in ["no-such-model", "./a"] {
      let model = try folder.fscomp("-m", name, "a")
      #expect(model.status == 1)
      #expect(model.errorLines.count == 1)
      #expect(model.errors.hasPrefix("fscomp: \(name): "))
    }
    #expect(folder.names == ["a"])
  }

  @Test("-q says errors only, -qq nothing; the exit status stays")
  func quiet() throws {
    #expect(try folder.fscomp("-q", "none").errorLines.count == 1)
    let silent = try folder.fscomp("-qq", "none")
    #expect(silent.status == 1)
    #expect(silent.errors.isEmpty)
    #expect(try folder.fscomp("-qq", "-m", "none.fsm").errors.isEmpty)
  }

  @Test(
    "A mistyped command does nothing but suggest one",
    arguments: [
      (["decompres", "z.fsc"], "fscomp: no command or file 'decompres'; did you mean 'decompress'?"),
      (["lsit"], "fscomp: no command or file 'lsit'; did you mean 'list'?"),
      (["compres"], "fscomp: no command or file 'compres'; did you mean 'compress'?"),
      (["help", "tst"], "fscomp: no command 'tst'; did you mean 'test'?"),
      (["help", "nonsense"], "fscomp: no command 'nonsense'"),
    ])
  func mistyped(arguments: [String], message: String) throws {
    try folder.write("z.fsc", Sample.text)
    let finished = try folder.start(arguments).finish()
    #expect(finished.status == 1)
    #expect(finished.output.isEmpty)
    #expect(finished.errorLines == [message, "Try 'fscomp --help'."])
    #expect(folder.names == ["z.fsc"])
  }

  @Test("A file with such a name is a file")
  func namedLikeACommand() throws {
    try folder.write("lst", Sample.text)
    #expect(try folder.fscomp("lst").status == 0)
    #expect(folder.names == ["lst", "lst.fsc"])
  }

  @Test("Errors of a command with options of its own point to its help")
  func ownHelp() throws {
    for command in ["bench", "train", "eval", "explain"] {
      let finished = try folder.fscomp(command, "--nonsense")
      #expect(finished.status == 1)
      #expect(finished.errorLines.last == "Try 'fscomp \(command) --help'.")
    }
  }

  @Test("bench takes the options of the program: -T, -q is unknown and not something else")
  func benchOptions() throws {
    try folder.write("a", Sample.text)
    let finished = try folder.fscomp("bench", "--peers", "", "-1", "-2", "-T2", "--json", "a")
    #expect(finished.status == 0)
    #expect(finished.text.contains("fscomp -1"))
    #expect(finished.text.contains("fscomp -2"))
    for option in ["-t2", "-l1"] {
      #expect(try folder.fscomp("bench", option, "a").status == 1)
    }
  }

  @Test("--best and --fast are levels")
  func aliases() throws {
    try folder.write("a", Sample.text)
    #expect(
      try folder.fscomp("-c", "--best", "a").output == folder.fscomp("-c", "-9", "a").output)
    #expect(
      try folder.fscomp("-c", "--fast", "a").output == folder.fscomp("-c", "-1", "a").output)
    #expect(try folder.fscomp("-c", "--fast", "--best", "a").status == 1)
    #expect(try folder.fscomp("-c", "--fast", "-3", "a").status == 1)
  }

  @Test("The environment has defaults, which the command line overrides")
  func environment() throws {
    try folder.write("a", Sample.text)
    func archive(_ arguments: [String], _ environment: [String: String]) throws -> [UInt8] {
      let finished = try folder.start(arguments + ["a"], environment: environment).finish()
      #expect(finished.status == 0)
      return finished.output
    }
    let (quick, small) = try (archive(["-c", "-1"], [:]), archive(["-c", "-9"], [:]))
    #expect(quick != small)
    #expect(try archive(["-c"], ["FSCOMP_LEVEL": "1"]) == quick)
    #expect(try archive(["-c", "-9"], ["FSCOMP_LEVEL": "1", "FSCOMP_THREADS": "1"]) == small)
    #expect(try archive([], ["FSCOMP_OPTIONS": "-1 -c"]) == quick)
    #expect(try archive(["compress", "-c"], ["FSCOMP_OPTIONS": " -1"]) == quick)
    // Options before the other variables, the command line before both.
    #expect(try archive(["-c"], ["FSCOMP_OPTIONS": "-1", "FSCOMP_LEVEL": "9"]) == quick)
    #expect(try archive(["-c9"], ["FSCOMP_OPTIONS": "-1"]) == small)
    for (name, value) in [("FSCOMP_LEVEL", "12"), ("FSCOMP_THREADS", "x")] {
      let wrong = try folder.start(["-c", "a"], environment: [name: value]).finish()
      #expect(wrong.status == 1)
      #expect(wrong.errors.hasPrefix("fscomp: \(name): "))
    }
  }

  @Test("-h is short, --help has all")
  func shortHelp() throws {
    let short = try folder.fscomp("-h").text.split(separator: "\n").count
    let long = try folder.fscomp("--help").text.split(separator: "\n").count
    #expect(short < 24)
    #expect(long > 2 * short)
  }

  @Test("The version is the header's; format, model and kernels in use follow")
  func version() throws {
    let numbers = try folder.shell(
      "sed -n 's/^#define FSCOMP_VERSION_[MP][A-Z]* \"*\\([^\"]*\\).*/\\1/p' \(Self.header)")
    let parts = numbers.text.split(separator: "\n")
    let version = parts.prefix(3).joined(separator: ".") + parts.dropFirst(3).joined()
    #expect(version.wholeMatch(of: /\d+\.\d+\.\d+(-rc\d+)?/) != nil)

    let shown = try folder.start(
      ["--version"], environment: ["FSCOMP_KERNELS": "scalar"]
    ).finish().text
    let lines = shown.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map { $0[0] } == ["fscomp", "format:", "model:", "kernels:"])
    #expect(lines[0].dropFirst() == [Substring(version)])
    #expect(lines[1].dropFirst() == ["version", "1"])
    #expect(lines[3][1] == "scalar")
    let model = try folder.fscomp("model", "info", "default").text.split(separator: "\n")
    func value(_ name: String) throws -> Substring {
      try #require(model.first { $0.hasPrefix(name) }?.split(separator: " ").last)
    }
    #expect(try lines[2].dropFirst() == [value("Id:"), "(\(value("Name:")))"])
    #expect(try folder.fscomp("-V").text.hasPrefix("fscomp \(version)\nformat:"))
  }

  private static let header =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    + "/Sources/CFSCompABI/include/fscomp.h"

  @Test(
    "Help goes to standard output",
    arguments: [
      ["-h"], ["--help"], ["help"], ["-d", "--help"], ["compress", "-h"], ["help", "list"],
      ["model", "-h"], ["model", "info", "--help"],
    ])
  func help(arguments: [String]) throws {
    let finished = try folder.start(arguments).finish()
    #expect(finished.status == 0)
    #expect(finished.errors.isEmpty)
    #expect(finished.text.contains("USAGE: fscomp"))
  }

  @Test("The help names every flag and every command")
  func helpIsComplete() throws {
    let text = try folder.fscomp("--help").text
    for word in [
      "-d, --decompress", "-t, --test", "-l, --list", "-z, --compress", "-c, --stdout",
      "-o, --output", "-k, --keep", "--rm", "-f, --force", "-q, --quiet", "-v, --verbose",
      "-T, --threads", "--level", "--network", "--block-size", "--lanes", "--flush-every", "-m, --model", "--memory",
      "--no-progress", "--salvage", "--version", "\n  compress ", "\n  decompress ", "\n  test ",
      "\n  list ", "\n  model ",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(!text.contains("default-command"))
  }

  @Test(
    "Completion scripts know commands, flags, and files beside them",
    arguments: [
      ("bash", "complete -o default -o filenames"), ("zsh", "        *)\n            _files"),
      ("fish", "-ge 1' -F\n"),
    ])
  func completion(shell: String, files: String) throws {
    let finished = try folder.fscomp("--generate-completion-script", shell)
    #expect(finished.status == 0)
    for word in ["fscomp", "decompress", "flush-every", "salvage", files] {
      #expect(finished.text.contains(word), "\(word)")
    }
  }

  @Test("In bash, completion completes")
  func bashCompletion() throws {
    let script = """
      fscomp --generate-completion-script bash > script && . ./script || exit
      complete() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _fscomp fscomp "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[@]}"
      }
      complete fscomp decom
      complete fscomp --flu
      complete fscomp list --no-p
      complete fscomp model in
      """
    let finished = try folder.shell("bash -c '\(script)'")
    #expect(finished.text == "decompress\n--flush-every\n--no-progress\ninfo\n")
  }

  @Test("A word that is empty, or quoted and empty as in fish, offers files, too")
  func emptyWord() throws {
    try folder.write("here.fsm", Sample.text)
    for word in ["", "''"] {
      let offered = try folder.fscomp(
        "---completion", "--", "--model", "2", "0", "fscomp", "-m", word,
        environment: ["SAP_SHELL": "fish", "HOME": folder.path])
      #expect(offered.status == 0)
      let lines = offered.text.split(separator: "\n")
      #expect(lines.contains("default") && lines.contains("here.fsm"), "\(offered.text)")
    }
  }

  @Test(
    "In bash, completion offers values",
    arguments: [
      ("--network ''", "auto on off"), ("--network o", "on off"),
      ("--level ''", "1 2 3 4 5 6 7 8 9"), ("compress --level 7", "7"),
      ("bench --level 9", "9"),
      ("train --preset enwik8-f", "enwik8-fs-lstm-2 enwik8-fs-lstm-4"),
      ("train --engine ''", "auto fused openblas"),
      ("bench --peers zs", "zstd zstd-3 zstd-19 zstd-22"),
      ("bench --peers zstd-3,xz,zs", "zstd-3,xz,zstd zstd-3,xz,zstd-19 zstd-3,xz,zstd-22"),
      // Installed, usable and not shadowed; files of models; folders, where there may be some.
      ("-m ''", "default mine here.fsm models/"), ("-m mi", "mine"),
      ("-m models/m", "models/mine.fsm"), ("compress --model h", "here.fsm"),
      ("cat -m d", "default"), ("model info m", "mine models/"), ("bench -m mi", "mine"),
      ("train --from h", "here.fsm here.safetensors"),
    ])
  func bashValues(words: String, offered: String) throws {
    folder.makeFolder("models")
    let export = try folder.shell(
      """
      fscomp model export default -o here.safetensors &&
      fscomp model import here.safetensors -o here.fsm && cp here.fsm models/mine.fsm
      """)
    #expect(export.status == 0)
    for name in ["models/default.fsm", "here.txt", ".hidden.fsm"] {
      try folder.write(name, Sample.text)
    }
    try folder.write("models/broken.fsm", Sample.text)
    let script = """
      . <(fscomp --generate-completion-script bash)
      COMP_WORDS=(fscomp \(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
      COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _fscomp fscomp "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; echo "${COMPREPLY[@]}"
      """
    try folder.write("script", Array(script.utf8))
    let finished = try folder.shell(
      "export FSCOMP_MODELS=$PWD/models HOME=/nonexistent; bash ./script")
    #expect(finished.text == offered + "\n")
  }
}
