import Prediction

/// An archive that was cut short, to be gone on with.
///
/// Its blocks are taken over one by one as long as the input still is what they were made of; the
/// input is cut anew, so that the archive comes out as if it had never been cut short. That model
/// and settings are the same is for the caller to know.
package struct ArchiveResumption<Sink: ByteSink> {
  /// Keeps this many bytes of the output, and goes on writing behind them.
  package typealias Keep = (_ sink: inout Sink, _ byteCount: Int) throws -> Void

  private var blocks: ArraySlice<BlockHeader>
  let keep: Keep

  /// - Parameter archive: from its beginning; may end anywhere.
  /// - Throws: what `archive` throws.
  package init(_ archive: inout some ByteSource, keep: @escaping Keep) throws {
    // The end of what is there may be torn: the last block is worth less than the doubt.
    blocks = try Self.completeBlocks(&archive).dropLast()
    self.keep = keep
  }

  /// Complete blocks that may be taken over.
  package var blockCount: Int { blocks.count }

  /// Those of the first frame. A frame of a single block is not worth it.
  private static func completeBlocks(_ archive: inout some ByteSource) throws -> [BlockHeader] {
    var reader = ArchiveReader()
    var blocks: [BlockHeader] = []
    do {
      while let item = try reader.next(from: &archive, whileWaiting: { false }) {
        switch item {
        case .frame(let header) where header.isSingle: return []
        case .frame: continue
        case .endOfFrame: return blocks
        case .block(let header):
          try reader.skipPayload(of: header, from: &archive)
          blocks.append(header)
        }
      }
    } catch is ArchiveError {
      // Where it was cut.
    }
    return blocks
  }

  /// The next block, if it was made of these bytes.
  mutating func takeBlock(of plain: [UInt8]) -> BlockHeader? {
    guard let block = blocks.first, block.plainSize == plain.count,
      block.contentCheck == Checksum.check32(plain.span)
    else { return nil }
    blocks = blocks.dropFirst()
    return block
  }
}
