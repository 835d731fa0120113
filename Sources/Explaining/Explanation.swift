import ContextMixing
import FSComp

/// What an input costs, ready to be shown.
package struct Explanation: Sendable {
  /// Bytes of the input that follow each other.
  package struct Passage: Sendable {
    /// Where it begins in the input.
    package var offset: Int
    /// The number of its first line, from 1; nil where nobody knows.
    package var firstLine: Int?
    package var bytes: [UInt8]
    /// Of each byte, in units of 2^-20 bits.
    package var costs: [UInt32]
  }

  /// How a block is coded.
  package struct Block: Sendable, Equatable {
    package var plainOffset: Int
    package var plainSize: Int
    package var payloadSize: Int
    /// In words: "network, standard set, coded text, 16 lanes".
    package var method: String
    /// In units of 2^-20 bits.
    package var total: Int64
  }

  package var name: String
  package var model: String
  /// "level 6", or what an archive is.
  package var setting: String
  /// Bytes of the whole input.
  package var inputSize: Int
  package var blockCount: Int
  /// Whether all of the input is explained.
  package var isComplete: Bool
  /// Bytes of the archive, where the input is one.
  package var archiveSize: Int?
  package var blocks: [Block]
  package var passages: [Passage]
  /// Who saved what, if anybody asked; of the blocks that are not stored.
  package var parts: PartCosts?

  package init(
    _ input: ExplainedInput, name: String, model: String, setting: String
  ) {
    self.name = name
    self.model = model
    self.setting = setting
    inputSize = input.plainSize
    blockCount = input.blockCount
    isComplete = input.isComplete
    archiveSize = input.archiveSize
    blocks = input.blocks.map { block in
      Block(
        plainOffset: block.plainOffset, plainSize: block.cost.plain.count,
        payloadSize: block.cost.payloadSize, method: Self.method(of: block.cost),
        total: block.cost.total)
    }
    parts = input.blocks.reduce(nil) { sum, block in
      guard let parts = block.cost.parts else { return sum }
      var sum = sum ?? PartCosts()
      sum += parts
      return sum
    }
    passages = input.blocks.reduce(into: []) { passages, block in
      if let last = passages.last, last.offset + last.bytes.count == block.plainOffset {
        passages[passages.count - 1].bytes += block.cost.plain
        passages[passages.count - 1].costs += block.cost.costs
      } else {
        passages.append(
          Passage(
            offset: block.plainOffset, firstLine: block.newlinesBefore.map { $0 + 1 },
            bytes: block.cost.plain, costs: block.cost.costs))
      }
    }
  }

  static let stored = "stored as it is"

  private static func method(of cost: BlockCost) -> String {
    guard case .mixed(let lanes, let mix) = cost.method else { return stored }
    var parts = [
      mix.usesNetwork ? "network" : "no network", "\(mix.set) set",
      mix.isCoded ? "words" : "plain bytes", lanes == 1 ? "1 lane" : "\(lanes) lanes",
    ]
    if cost.restSize != nil { parts.append("repeats") }
    return parts.joined(separator: ", ")
  }

  /// Of the blocks that are explained.
  package var explainedSize: Int { blocks.reduce(0) { $0 + $1.plainSize } }
  package var payloadSize: Int { blocks.reduce(0) { $0 + $1.payloadSize } }
  /// In units of 2^-20 bits.
  package var total: Int64 { blocks.reduce(0) { $0 + $1.total } }

  package var bits: Double { Cost.bits(total) }
  /// 0 where there are no bytes.
  package var bitsPerByte: Double {
    explainedSize > 0 ? bits / Double(explainedSize) : 0
  }

  /// The scale that suits the units of a kind.
  package func scale(_ unit: TextUnit) -> CostScale {
    switch unit {
    case .byte:
      // All bytes but those that continue a character.
      let characters = passages.reduce(0) { $0 + $1.bytes.count { $0 & 0xC0 != 0x80 } }
      return .characters(mean: characters > 0 ? bits / Double(characters) : 0)
    case .word, .field: return .absolute
    case .line: return .around(bitsPerByte)
    }
  }

  /// Whether the bytes are no text: nobody could read them.
  package var isBinary: Bool { passages.contains { TextKind.isBinary($0.bytes) } }
}

/// Costs as numbers for people.
package enum Cost {
  /// - Parameter cost: in units of 2^-20 bits.
  package static func bits(_ cost: Int64) -> Double { Double(cost) / 0x1p20 }
}
