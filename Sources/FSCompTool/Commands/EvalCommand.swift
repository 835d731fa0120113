import ArgumentParser
import Benchmarking
import FSComp
import Training

struct EvalCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure how well a model predicts a file.",
    discussion: """
      Prints the ideal code length in bits per byte: what an archive would take if its coder and \
      its headers cost nothing, and with --archive what one does take. With --float, also that of \
      the weights the model was made of, in floating point, and the difference. A safetensors \
      file, weights or the checkpoint of a run, is measured in floating point alone.
      """)

  @Argument(
    help: .init(
      "A model file, a name (\"default\" is the embedded model), or a safetensors file."),
    completion: .models(orFiles: [Models.suffix, FloatModels.suffix]))
  var model: String

  @Argument(help: "The file to predict.", completion: .file())
  var file: String

  @Option(help: "Runs of consecutive bytes that are predicted side by side.")
  var lanes = 16

  @Option(help: .init("Measure over the first bytes of the file only.", valueName: "size"),
    transform: ByteSize.init)
  var bytes: ByteSize?

  @Option(
    name: .customLong("float"),
    help: .init("Compare with these weights in floating point.", valueName: "weights"),
    completion: .file(extensions: ["safetensors"]))
  var floatWeights: String?

  @Flag(help: "Also with contexts mixed in, as archives have them.")
  var mixed = false

  @Flag(help: "Also compress the file, at the default level, and count the archive's bytes.")
  var archive = false

  @OptionGroup var messages: MessageFlags

  var console: Console { messages.console }

  private var isFloat: Bool { model.hasSuffix(FloatModels.suffix) }

  func validate() throws {
    guard (1...256).contains(lanes) else { throw ValidationError("--lanes must be 1 to 256") }
    guard !isFloat || !(mixed || archive || floatWeights != nil) else {
      throw ValidationError("float weights compress nothing: 'fscomp model import' makes a model")
    }
  }

  func perform() throws -> ExitStatus {
    let path = Path(argument: file)
    var data = try FileContents.read(path)
    if let bytes { data = Array(data.prefix(bytes.bytes)) }
    guard data.count >= lanes else {
      throw FileError(path, "has fewer bytes than there are lanes")
    }
    if isFloat {
      try report("floating point", FloatModels.codeLength(of: data, lanes: lanes, model))
      return .success
    }
    let fixedPoint = try Models.model(model)
    guard let fixed = idealCodeLength(of: data, lanes: lanes, model: fixedPoint) else {
      throw FileError(Path(argument: model), "has no network to evaluate")
    }
    try report("fixed point", fixed)
    if mixed,
      let length = idealCodeLength(of: data, lanes: lanes, model: fixedPoint, mixesContexts: true)
    {
      try report("mixed", length)
    }
    if archive { try reportArchive(of: data, fixedPoint) }
    guard let floatWeights else { return .success }
    var float = try FloatModels.lstms(floatWeights)
      .codeLength(
        of: symbolsOfNetworks(data, model: fixedPoint), lanes: lanes, threads: ThreadCount().count)
    float.bytes = fixed.bytes
    try report("floating point", float)
    let loss = (fixed.bits - float.bits) / Double(fixed.bytes)
    try StandardOutput.print("difference      \(Self.decimal(loss)) bits/byte")
    return .success
  }

  private func reportArchive(of data: [UInt8], _ model: Model) throws {
    var options = CompressionOptions()
    options.threads = ThreadCount().count
    let size = Compressor(model: model, options: options).compress(data).count
    let bits = Self.decimal(8 * Double(size) / Double(data.count))
    try StandardOutput.print(
      "archive         \(bits) bits/byte, \(NumberFormat.grouped(size)) bytes for "
        + "\(NumberFormat.grouped(data.count))")
  }

  private func report(_ name: String, _ length: (bits: Double, bytes: Int)) throws {
    let padded = name + String(repeating: " ", count: 16 - name.count)
    let bits = Self.decimal(length.bits / Double(length.bytes))
    let count = NumberFormat.grouped(length.bytes)
    try StandardOutput.print(
      "\(padded)\(bits) bits/byte over \(count) bytes in \(lanes) lanes")
  }

  /// Five decimals.
  private static func decimal(_ value: Double) -> String {
    let units = Int((value.magnitude * 100_000).rounded())
    return (value < 0 ? "-" : "") + NumberFormat.decimal(units, places: 5)
  }
}
