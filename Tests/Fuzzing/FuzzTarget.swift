import CFSCompABI
import FSComp
import Model
import Repeats
import TextTransform
import Training

/// What inputs are given to. Each ends the process where an answer is not what it should be.
enum FuzzTarget: String, CaseIterable {
  case decoder, salvage, index, model, safetensors, transform, repeats, interface

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
    case .repeats: expand(input)
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
    case .safetensors, .transform, .repeats: break
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

  /// The sizes of the block and of its rest first, in two bytes each, and then the list. The rest is
  /// the beginning of the input once more.
  private func expand(_ input: [UInt8]) {
    guard input.count > 4 else { return }
    let (plainSize, restSize) = (
      Int(input[0]) | Int(input[1]) << 8, Int(input[2]) | Int(input[3]) << 8
    )
    guard restSize >= 1, restSize <= min(plainSize, input.count) else { return }
    let list = Array(input[4...])
    let decoder = RepeatDecoder(plainSize: plainSize, restSize: restSize)
    let listSize = try? decoder.listSize(in: list)
    let plain = try? decoder.expand(Array(input[..<restSize]), by: list)
    precondition((listSize == nil) == (plain == nil), "a list that is one, and is none")
    guard let plain else { return }
    precondition(plain.count == plainSize, "a block of another size")
    let block = ShortenedBlock(plain)
    let other = try? RepeatDecoder(plainSize: plain.count, restSize: block.rest.count)
      .expand(block.rest, by: block.list)
    precondition(other == plain, "a block that does not come back")
  }
}
