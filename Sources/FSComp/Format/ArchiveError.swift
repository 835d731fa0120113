import Model

/// Why an archive, or a part of it, cannot be read.
public struct ArchiveError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Kind: Equatable, Sendable {
    /// The input does not begin with a frame.
    case notAnArchive
    /// The frame was written by a later version of the format.
    case unsupportedVersion(Int)
    /// The frame uses a feature of a later version of the format.
    case reservedFlags
    /// A frame begins here, but its header does not match its check.
    case frameHeaderDamaged
    /// The archive ends in the middle of something.
    case truncated
    /// What should be a block or an index is neither.
    case blockHeaderDamaged
    /// The bytes of a block are not those that were compressed.
    case contentMismatch
    /// The index does not match its own checksum.
    case indexDamaged
    /// The index does not describe the blocks before it.
    case indexMismatch
    /// Something that is not a frame follows a frame.
    case trailingData
    /// A block takes more bytes of memory than the limit allows.
    case memoryLimit(needed: Int, limit: Int)
    /// The system has not the memory that a block takes, in bytes.
    case outOfMemory(needed: Int)
    /// No model with the frame's id is at hand.
    case modelNotFound(id: ModelID, searched: [String])
    /// The model with the frame's id cannot be used; the text says why.
    case modelUnusable(String)
  }

  /// What is wrong.
  public var kind: Kind
  /// The block concerned, counted from 1 over all frames of the archive; nil outside blocks.
  public var block: Int?
  /// Where the damaged item begins, in bytes from the start of the archive.
  public var offset: Int

  /// For readers of archives of your own.
  public init(kind: Kind, block: Int? = nil, offset: Int) {
    self.kind = kind
    self.block = block
    self.offset = offset
  }
}

extension ArchiveError: CustomStringConvertible {
  public var description: String {
    let place = "archive offset \(offset)"
    return block.map { "block \($0) (\(place)): \(kind)" } ?? "\(place): \(kind)"
  }
}

extension ArchiveError.Kind {
  /// Which kind it is, as a number that stays the same in all versions.
  public var number: Int {
    switch self {
    case .notAnArchive: 1
    case .unsupportedVersion: 2
    case .reservedFlags: 3
    case .frameHeaderDamaged: 4
    case .truncated: 5
    case .blockHeaderDamaged: 6
    case .contentMismatch: 7
    case .indexDamaged: 8
    case .indexMismatch: 9
    case .trailingData: 10
    case .memoryLimit: 11
    case .modelNotFound: 12
    case .modelUnusable: 13
    case .outOfMemory: 14
    }
  }
}

extension ArchiveError.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAnArchive: "not an fscomp archive"
    case .unsupportedVersion(let version):
      "format version \(version); this program reads version \(FrameHeader.version)"
    case .reservedFlags: "uses a feature this program does not know"
    case .frameHeaderDamaged: "the frame header is damaged"
    case .truncated: "the archive is truncated here"
    case .blockHeaderDamaged: "the block header is damaged"
    case .contentMismatch: "the content is damaged"
    case .indexDamaged: "the index is damaged"
    case .indexMismatch: "the index does not match the blocks"
    case .trailingData: "something that is not an fscomp frame follows the archive"
    case .memoryLimit(let needed, let limit):
      "needs \(needed) bytes of memory, more than the limit of \(limit)"
    case .outOfMemory(let needed): OutOfMemoryError(needed: needed).description
    case .modelNotFound(let id, let searched):
      "compressed with model \(id), which is not in "
        + (searched.isEmpty ? "this program" : searched.joined(separator: ", "))
        + "; give it with -m PATH, or put its .fsm file in one of the model folders"
    case .modelUnusable(let reason): reason
    }
  }
}
