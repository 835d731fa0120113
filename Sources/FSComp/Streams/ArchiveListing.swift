import Model

/// What an archive consists of, read from its headers. Nothing is decoded: headers and indexes are
/// checked, the content of blocks is not.
public struct ArchiveListing: Sendable {
  /// How a block was coded.
  public enum Method: String, Sendable {
    /// As it is.
    case stored
    /// By contexts alone.
    case contexts
    /// By contexts, mixed with the networks.
    case mixed
  }

  /// A block.
  public struct Block: Sendable {
    /// nil where only indexes were read.
    public var method: Method?
    /// Lanes coded side by side; 1 in a stored block; nil where only indexes were read.
    public var lanes: Int?
    /// Bytes of its content.
    public var plainSize: Int
    /// How many of these are long repeats, which no bit was coded of; nil where only indexes were read.
    public var repeatedSize: Int?
    /// Bytes in the archive, header included.
    public var codedSize: Int
    /// Where the block begins in the archive.
    public var offset: Int
  }

  /// A frame: archives that were joined by concatenation have several.
  public struct Frame: Sendable {
    /// Where the frame begins in the archive.
    public var offset: Int
    /// Bytes from its header to its index.
    public var archiveSize: Int
    /// The model that its blocks were coded with.
    public var modelID: ModelID
    /// Of the format.
    public var version: Int
    /// In the order of the archive.
    public var blocks: [Block]
    /// Line ends in the plain bytes; nil where no index of lines is stored.
    public var newlines: Int?

    /// Bytes of all its blocks' content.
    public var plainSize: Int { blocks.reduce(0) { $0 + $1.plainSize } }
  }

  /// In the order of the archive.
  public var frames: [Frame] = []

  /// Reads the indexes of an archive and, if wanted, the headers of its blocks.
  /// - Throws: `ArchiveError`, or what `source` throws, which may be anything.
  public init(of source: some RandomAccessSource, withBlocks: Bool = false) throws {
    let map = try ArchiveMap(of: source)
    for frame in map.frames {
      var listed = Frame(
        offset: frame.offset, archiveSize: frame.archiveSize, modelID: frame.modelID,
        version: FrameHeader.version, blocks: [])
      listed.newlines = map.newlines(in: frame)
      for number in frame.blocks {
        let block = map.blocks[number]
        let header = withBlocks ? try map.header(ofBlock: number, from: source) : nil
        listed.blocks.append(
          Block(
            method: header.map { Method($0.method) }, lanes: header?.method.lanes,
            plainSize: block.plainSize, repeatedSize: header?.repeatedSize,
            codedSize: block.codedSize, offset: block.offset))
      }
      frames.append(listed)
    }
  }

  /// Reads all of `source`.
  /// - Throws: `ArchiveError`, or what `source` throws, which may be anything.
  public init(from source: inout some ByteSource) throws {
    var reader = ArchiveReader()
    var frame: Frame?
    while let item = try reader.next(from: &source, whileWaiting: { false }) {
      switch item {
      case .frame(let header):
        frame = Frame(
          offset: reader.itemOffset, archiveSize: 0, modelID: header.modelID,
          version: FrameHeader.version, blocks: [])
      case .block(let header):
        frame?.blocks.append(
          Block(
            method: Method(header.method), lanes: header.method.lanes, plainSize: header.plainSize,
            repeatedSize: header.repeatedSize, codedSize: header.codedSize,
            offset: reader.itemOffset))
        try reader.skipPayload(of: header, from: &source)
      case .endOfFrame(let newlines):
        guard var ended = frame.take() else { continue }
        ended.newlines = newlines?.reduce(0, +)
        ended.archiveSize = reader.offset - ended.offset
        frames.append(ended)
      }
    }
  }
}

extension ArchiveListing.Method {
  init(_ method: BlockMethod) {
    self =
      switch method {
      case .stored: .stored
      case .mixed(_, let mix): mix.usesNetwork ? .mixed : .contexts
      }
  }
}
