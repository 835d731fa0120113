import ArgumentParser
import ContextMixing
import Model
import TextTransform
import Training

struct ModelPriorCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "prior",
    abstract: "Give a model a prior: what contexts know of text like your own beforehand.",
    discussion: """
      A prior is a table of what followed what in texts. It is of use in blocks of text that are \
      coded in the words of the model's dictionary, which has to be made first where your texts \
      have words of their own (fscomp model dictionary). All else of the new model is as in the \
      one that it is made from. The same texts always make the same prior.

      This takes memory of up to 25 bytes for each byte of text.
      """)

  @Argument(help: .init("Texts to learn from.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: .init("The model that gets the prior (default: the embedded one)."),
    completion: .models())
  var model: String?

  @Option(
    name: .shortAndLong, help: .init("Write the new model to this file.", valueName: "file"),
    completion: .file(extensions: ["fsm"]))
  var output: String

  @Option(
    help: .init("How large the prior may be (default: 8 MiB).", valueName: "size"),
    transform: ByteSize.init)
  var size: ByteSize?

  @OptionGroup var metadata: MetadataFlags

  @OptionGroup var messages: MessageFlags

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  var console: Console { messages.console }

  private static let sizes = PriorTable.lineByteCount...1 << 30

  private var byteCount: Int { size?.bytes ?? 8 << 20 }

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name a text") }
    guard Self.sizes.contains(byteCount) else {
      throw ValidationError("--size is from \(Self.sizes.lowerBound) bytes to 1G")
    }
  }

  func perform() throws -> ExitStatus {
    let target = Path(argument: output)
    if !force { try AtomicOutput.checkIsFree(target) }
    let origin = try Models.file(model)
    guard let dictionary = origin.dictionary else {
      throw FileError(self.model ?? "model", "has no dictionary: see fscomp model dictionary")
    }
    let prior = try makePrior(dictionary)
    let before = origin.metadata
    let file = try ModelFile(
      dictionary: dictionary,
      metadata: metadata.texts.metadata(
        for: target, provenance: before.provenance, trainingText: before.trainingText,
        licence: before.licence),
      networks: origin.networks, beginnings: origin.beginnings, prior: prior
    ).completed(from: Models.file(nil))
    try WholeFile.write(file.serialized(), to: target, replacing: force)
    console.summary(
      "\(target): \(NumberFormat.bytes(prior.lines.count)), \(prior.shortDescription)")
    return .success
  }

  /// - Throws: `FileError`.
  private func makePrior(_ dictionary: WordDictionary) throws -> PriorTable {
    let encoder = TextEncoder(try Models.naming(model) { try Lexicon(dictionary) })
    var maker = PriorMaker(
      lineCount: byteCount / PriorTable.lineByteCount, codes: dictionary.layout)
    let isDisplayed = console.showsProgress(writesStandardOutput: false)
    for file in files {
      let path = Path(argument: file)
      if isDisplayed { show("\(path)") }
      maker.add(encoder.encode(try FileContents.read(path)))
    }
    defer { if isDisplayed { console.showProgress(nil) } }
    return try maker.make { done, total in
      if isDisplayed {
        show("counting: \(NumberFormat.scaledQuotient(done, 100, by: total))%")
      }
    }
  }

  private func show(_ line: String) {
    console.showProgress(line.cut(toWidth: console.width - 1))
  }
}
