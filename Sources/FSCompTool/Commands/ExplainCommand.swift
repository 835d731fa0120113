import ArgumentParser
import Explaining
import FSComp
import Platform

struct ExplainCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show what each byte of a file costs in an archive.",
    discussion: """
      Shows text coloured by cost, and what it all adds up to; of an archive, what it holds. With -o a \
      page in HTML, with --top the most surprising lines, words or fields. Two files, or with --against \
      two models, are compared.
      """)

  @OptionGroup(title: "Report") var report: ExplainFlags
  @OptionGroup(title: "Compression") var blocks: BlockFlags
  @OptionGroup(title: "Coding") var codec: CodecFlags
  @OptionGroup(title: "Decompression") var limits: MemoryFlags
  @OptionGroup(title: "Messages") var messages: MessageFlags

  @Argument(
    help: .init("Files and archives, two at most; - or none: standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  var console: Console { messages.console }

  func validate() throws {
    guard files.count <= 2 else {
      throw ValidationError("one file is explained, or two are compared")
    }
    if files.count == 2, report.against != nil {
      throw ValidationError("--against takes one file")
    }
  }

  func perform() throws -> ExitStatus {
    let reader = ExplanationReader(
      options: try blocks.options(codec), limits: try limits.options(codec),
      attributes: report.parts ?? report.writesPage, sampleBytes: report.sampleBytes,
      console: console)
    let inputs = files.isEmpty ? [.standardInput] : files.map(Input.init(argument:))
    if inputs.contains(.standardInput), Descriptor.standardInput.isTerminal, files.isEmpty {
      throw UsageError("name a file to explain")
    }
    var explanations: [Explanation] = []
    if let against = report.against {
      explanations = try reader.explain(inputs[0], by: codec.model, and: against)
    } else {
      explanations = try inputs.map { try reader.explain($0, by: codec.model) }
    }
    try show(explanations)
    return .success
  }

  private func show(_ explanations: [Explanation]) throws {
    guard let output = report.output, output != "-" else {
      let pager = Pager(isWanted: report.pager)
      defer { pager.finish() }
      do {
        try write(explanations, to: pager.sink)
      } catch is ClosedPipe {
        // Whoever reads has seen enough.
      }
      return
    }
    let path = Path(argument: output)
    let file = try AtomicOutput(at: path, replacing: report.force)
    try write(explanations, to: FileSink(file.descriptor))
    try file.commit(FileAttributes(), isDurable: false)
    for explanation in explanations {
      console.summary(
        "\(explanation.name): \(NumberFormat.grouped(explanation.explainedSize)) bytes cost "
          + "\(NumberFormat.grouped(explanation.payloadSize)); \(path)")
    }
  }

  private func write(_ explanations: [Explanation], to sink: FileSink) throws {
    let buffer = TextBuffer(sink)
    try write(explanations) { try buffer.write($0) }
    try buffer.flush()
  }

  private func write(_ explanations: [Explanation], to write: (String) throws -> Void) throws {
    if let format = report.format {
      try DataReport(
        format == .json ? .json : .csv, by: report.chosenUnit ?? .line, top: report.top
      ).write(explanations, to: write)
    } else if report.output != nil {
      try write(PageReport(explanations).text)
    } else {
      try writeText(explanations, to: write)
    }
  }

  private func writeText(_ explanations: [Explanation], to write: (String) throws -> Void) throws {
    let width = Pager.isTerminal ? console.width : 100
    if explanations.count == 2 {
      let comparison = Comparison(explanations[0], explanations[1])
      let lines = comparison.lines(
        by: report.chosenUnit ?? .line, top: report.top ?? 10, width: width)
      return try write(lines.joined(separator: "\n") + "\n")
    }
    for explanation in explanations {
      if let top = report.top {
        let unit = report.chosenUnit ?? .line
        if unit == .field, explanation.structure == nil {
          throw FileError(explanation.name, "has no fields: it is no CSV, no JSON and no log")
        }
        let lines = UnitList.lines(of: explanation, by: unit, top: top, width: width)
        try write(lines.joined(separator: "\n") + "\n")
      } else if explanation.isBinary {
        // Said where the text would be, so that it is not missed in a pager.
        try write(
          "\(explanation.name): these are no bytes of text, so they are not shown; --json and --csv "
            + "with --by byte have what each costs.\n\n")
      } else {
        let text = TerminalText(report.style, by: report.chosenUnit ?? .byte, width: width)
        try text.write(explanation, to: write)
        if explanation.explainedSize > 0 { try write("\n" + text.legend(explanation) + "\n\n") }
      }
      if report.top == nil || report.parts == true {
        if report.top != nil { try write("\n") }
        try write(Summary(explanation).lines.joined(separator: "\n") + "\n")
      } else if !explanation.isComplete {
        console.warning(
          FileError(
            explanation.name,
            "explained by \(NumberFormat.grouped(explanation.explainedSize)) bytes of it; --sample 0 takes "
              + "all"))
      }
    }
  }
}
