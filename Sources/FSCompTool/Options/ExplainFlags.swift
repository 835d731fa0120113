import ArgumentParser
import Explaining
import Platform

/// What is shown of costs, and how.
struct ExplainFlags: ParsableArguments {
  enum Format: EnumerableFlag {
    case json, csv

    static func help(for format: Format) -> ArgumentHelp? {
      switch format {
      case .json: "Print JSON: the sums, and the cost of each line, or of what --by says."
      case .csv: "Print CSV: the cost of each line, or of what --by says."
      }
    }
  }

  enum Unit: EnumerableFlag {
    case lines, words, fields

    static func help(for unit: Unit) -> ArgumentHelp? { "The same as --by \(unit.unit.rawValue)." }

    var unit: TextUnit {
      switch self {
      case .lines: .line
      case .words: .word
      case .fields: .field
      }
    }
  }

  @Option(
    help: .init("Print the dearest lines, or what --by says, the dearest first.", valueName: "n"))
  var top: Int?

  @Option(
    help: .init(
      "What costs are added up over: byte (a character, in text), word, field or line.",
      valueName: "unit"))
  var by: TextUnit?

  @Flag(exclusivity: .exclusive) var unit: Unit?

  @Flag(exclusivity: .exclusive) var format: Format?

  @Option(
    name: .shortAndLong,
    help: .init(
      "Write to this file: a page in HTML, or with --json, --csv these.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.") var force = false

  @Option(
    help: .init(
      "Compare with what this model would make of it, by path or name.", valueName: "model"),
    completion: .models())
  var against: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Find out which part of the model saved what, in two to three times the time (default for a \
      page).
      """)
  var parts: Bool?

  @Option(
    help: .init(
      "Explain about so much of a larger input, in blocks from all over it (default: 16M); 0: all.",
      valueName: "size"),
    transform: ByteSize.init)
  var sample: ByteSize?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Colours, or marks under the text (default: colours on a terminal, unless NO_COLOR is set).
      """)
  var color: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Show long texts with $PAGER, or less (default on a terminal).")
  var pager = true

  func validate() throws {
    if by != nil, unit != nil {
      throw ValidationError("--by and --lines, --words, --fields exclude each other")
    }
    if let top, top < 1 { throw ValidationError("--top takes a number from 1 on") }
    if output != nil, top != nil, format == nil {
      throw ValidationError("--top has no page: -o takes it with --json or --csv")
    }
  }

  /// nil: as it suits what is printed.
  var chosenUnit: TextUnit? { by ?? unit?.unit }

  /// nil: all.
  var sampleBytes: Int? {
    let bytes = sample?.bytes ?? 16 << 20
    return bytes == 0 ? nil : bytes
  }

  var writesPage: Bool { output != nil && format == nil }

  /// How text is shown.
  var style: TerminalText.Style {
    let environment = Environment()
    let hasColors = Pager.isTerminal && environment["TERM"] != "dumb"
      && (environment["NO_COLOR"] ?? "").isEmpty
    guard color ?? hasColors else { return .marks }
    return ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
      ? .trueColor : .colors256
  }
}

extension TextUnit: ExpressibleByArgument {}
