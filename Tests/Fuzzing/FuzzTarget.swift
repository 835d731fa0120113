import CFSCompABI
import FSComp
import Model
import TextTransform
import Training

/// What inputs are given to. Each ends the process where an answer is not what it should be.
enum FuzzTarget: String, CaseIterable {
  case decoder, salvage, index, model, safetensors, transform, interface

  /// The one that the command line names; nil if it names none.
  static let chosen: FuzzTarget? = {
    guard CommandLine.argc > 1, let name = CommandLine.unsafeArgv[1] else { return nil }
    return FuzzTarget(rawValue: String(cString: name))
  }()

  func run(_ input: [UInt8]) {
    switch self {
    case .decoder: ArchiveChecks.decode(input)
    case .salvage: ArchiveChecks.salvage(input)
    case .index: ArchiveChecks.index(input)
    case .model: readModel(input)
    case .safetensors: readTensors(input)
    case .transform: decodeText(input)
    case .interface: InterfaceChecks.run(input)
    }
  }

  /// Gets the checks of a damaged input right.
  func repair(_ input: inout [UInt8]) {
    switch self {
    case .decoder, .salvage: Repair.archive(&input, from: 0)
    case .interface: Repair.archive(&input, from: 1)
    case .index: Repair.index(&input, at: 0)
    case .model: Repair.model(&input)
    case .safetensors, .transform: break
    }
  }

  private func readModel(_ input: [UInt8]) {
    guard let model = try? Model(bytes: input) else { return }
    let text = Array("What a model is used for, the model is used for.".utf8)
    var options = CompressionOptions()
    options.network = .always
    let archive = Compressor(model: model, options: options).compress(text)
    var store = ModelStore(searchPath: [])
    store.add(model)
    let plain = try? Decompressor(models: store).decompress(archive)
    precondition(plain == text, "a model does not decode what it coded")
  }

  private func readTensors(_ input: [UInt8]) {
    guard let file = try? Safetensors(bytes: input) else { return }
    for name in file.tensors.keys { _ = try? file.floats(name) }
    _ = try? Parameters(file)
  }

  /// The size first, in two bytes, and then coded text.
  private func decodeText(_ input: [UInt8]) {
    guard input.count > 2, let lexicon = Models.words?.lexicon else { return }
    let size = Int(input[0]) | Int(input[1]) << 8
    guard let plain = try? TextDecoder(lexicon).decode(Array(input[2...]), plainSize: size) else {
      return
    }
    precondition(plain.count == size, "coded text of another size")
  }
}
