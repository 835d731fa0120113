import FSComp

/// Tells, block by block, how the blocks of one archive are coded.
final class BlockReport {
  private let name: String
  private let console: Console
  /// Blocks that were told of. Errors count them from 1, too.
  private var count = 0

  /// - Parameter name: of the input.
  init(_ name: String, _ console: Console) {
    self.name = name
    self.console = console
  }

  var observer: BlockObserver {
    { block in
      self.count += 1
      self.console.detail("\(self.name): block \(self.count): \(Self.line(block))")
    }
  }

  /// "contexts and network, set standard, 16 lanes, 131,072 => 30,211 bytes (1.844 bits/byte)"
  private static func line(_ block: BlockHeader) -> String {
    let sizes =
      "\(NumberFormat.grouped(block.plainSize)) => \(NumberFormat.grouped(block.codedSize)) bytes "
      + "(\(NumberFormat.bitsPerByte(archive: block.codedSize, plain: block.plainSize)) bits/byte)"
    switch block.method {
    case .stored: return "stored, \(sizes)"
    case .mixed(let lanes, let mix):
      let method = mix.usesNetwork ? "contexts and network" : "contexts"
      let repeated = NumberFormat.grouped(block.repeatedSize)
      let repeats = block.repeatedSize > 0 ? "\(repeated) bytes in repeats, " : ""
      return "\(method), set \(mix.set), \(lanes) \(lanes == 1 ? "lane" : "lanes"), "
        + "\(repeats)\(sizes)"
    }
  }
}
