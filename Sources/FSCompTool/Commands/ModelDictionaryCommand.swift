import ArgumentParser
import ContextMixing
import Model
import Training

struct ModelDictionaryCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "dictionary",
    abstract: "Give a model a dictionary of the words of your own texts.",
    discussion: """
      Blocks of text are coded in words that a model knows beforehand. All else of the new model \
      is as in the one that it is made from. The same texts always make the same dictionary.
      """)

  @Argument(help: .init("Texts to take words from.", valueName: "file"), completion: .file())
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: .init("The model that gets the words (default: the embedded one)."),
    completion: .models())
  var model: String?

  @Option(
    name: .shortAndLong, help: .init("Write the new model to this file.", valueName: "file"),
    completion: .file(extensions: ["fsm"]))
  var output: String

  @Option(help: .init("How many words there may be.", valueName: "n"))
  var words = DictionaryMaker.defaultWordCount

  @Option(
    help: .init(
      "What parts the texts have in the choice, one for each (default: as large as they are).",
      valueName: "x,x..."))
  var shares: String?

  @OptionGroup var metadata: MetadataFlags

  @Flag(name: .shortAndLong, help: "Overwrite an existing file.")
  var force = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name a text") }
    guard (1...WordDictionary.mostWords).contains(words) else {
      throw ValidationError("--words is from 1 to \(WordDictionary.mostWords)")
    }
    if shares != nil { _ = try parsedShares() }
  }

  func perform() throws -> ExitStatus {
    let target = Path(argument: output)
    if !force { try AtomicOutput.checkIsFree(target) }
    let origin = try Models.file(model)
    let contents = try files.map { try FileContents.read(Path(argument: $0)) }
    let shares = try parsedShares() ?? contents.map { Double($0.count) }
    let dictionary: WordDictionary
    do {
      dictionary = try DictionaryMaker.dictionary(
        of: zip(contents, shares).map { DictionaryText($0, share: $1) }, wordCount: words)
    } catch {
      throw FileError(target, "\(error)")
    }
    let before = origin.metadata
    // A prior of text in other codes would be of no use.
    let file = try ModelFile(
      dictionary: dictionary,
      metadata: metadata.texts.metadata(
        for: target, provenance: before.provenance, trainingText: before.trainingText,
        licence: before.licence),
      networks: origin.networks, beginnings: origin.beginnings
    ).completed(from: Models.file(nil))
    try WholeFile.write(file.serialized(), to: target, replacing: force)
    return .success
  }

  private func parsedShares() throws -> [Double]? {
    guard let shares else { return nil }
    let numbers = shares.split(separator: ",", omittingEmptySubsequences: false)
      .compactMap { Double($0) }.filter { $0.isFinite && $0 > 0 }
    guard numbers.count == files.count else {
      throw ValidationError("--shares takes a positive number for each of the \(files.count) files")
    }
    return numbers
  }
}
