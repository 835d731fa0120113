import FSComp
import Prediction

/// What `fscomp list` shows of one archive.
struct Listing {
  let name: String
  private let archive: ArchiveListing

  /// - Parameter withBlocks: whether headers of blocks are read, too.
  /// - Throws: `FileError` if it cannot be read or is no intact archive.
  init(_ input: Input, withBlocks: Bool) throws(FileError) {
    let (descriptor, status) = try input.open()
    guard !descriptor.isTerminal else {
      throw FileError(input.name, "is a terminal; compressed data is not read from one")
    }
    name = input.name
    let source = FileSource(descriptor)
    do {
      if status.kind == .regular, input != .standardInput {
        archive = try ArchiveListing(of: RandomFile(descriptor), withBlocks: withBlocks)
      } else {
        var source = source
        archive = try ArchiveListing(from: &source)
      }
    } catch let error as FileError {
      throw error
    } catch let error as ArchiveError {
      let head = source.head.isEmpty ? try descriptor.read(at: 0, count: 16) : source.head
      throw FileError(input.name, error.message(head: head))
    } catch {
      throw FileError(input.name, "\(error)")
    }
  }

  private var archiveSize: Int { archive.frames.reduce(0) { $0 + $1.archiveSize } }
  private var plainSize: Int { archive.frames.reduce(0) { $0 + $1.plainSize } }
  private var blockCount: Int { archive.frames.reduce(0) { $0 + $1.blocks.count } }

  /// Of all frames; nil unless an index of lines is stored in each.
  private var newlines: Int? {
    archive.frames.reduce(0) { total, frame in
      total.flatMap { total in frame.newlines.map { total + $0 } }
    }
  }

  /// Each once.
  private func models(_ store: ModelStore) -> [String] {
    var seen: Set<ModelID> = []
    let ids = archive.frames.map(\.modelID).filter { seen.insert($0).inserted }
    let names = store.names(of: seen)
    return ids.map { names[$0] ?? "\($0)" }
  }

  /// A line for each archive, and a last one for the sum of several.
  static func table(_ listings: [Listing], _ store: ModelStore) -> String {
    // Most have no index of lines, and nobody misses the column.
    let showsLines = listings.contains { $0.newlines != nil }
    func lines(_ text: String) -> [String] { showsLines ? [text] : [] }
    var table = TextTable(
      [
        .right("Frames"), .right("Blocks"), .right("Compressed"), .right("Uncompressed"),
        .right("Ratio"), .right("Bits/byte"),
      ] + (showsLines ? [.right("Lines")] : []) + [.left("Model"), .left("Name")])
    for listing in listings {
      table.add(
        ["\(listing.archive.frames.count)", "\(listing.blockCount)"]
          + sizes(listing.archiveSize, listing.plainSize)
          + lines(listing.newlines.map(String.init) ?? "-")
          + [listing.models(store).joined(separator: ","), listing.name])
    }
    if listings.count > 1 {
      table.add(
        [
          "\(listings.reduce(0) { $0 + $1.archive.frames.count })",
          "\(listings.reduce(0) { $0 + $1.blockCount })",
        ]
          + sizes(
            listings.reduce(0) { $0 + $1.archiveSize }, listings.reduce(0) { $0 + $1.plainSize })
          + lines("") + ["", "\(listings.count) files"])
    }
    return table.rendered
  }

  /// A line for each block.
  var blockTable: String {
    var table = TextTable([
      .right("Frame"), .right("Block"), .right("Offset"), .left("Method"), .right("Lanes"),
      .right("Compressed"), .right("Uncompressed"), .right("Ratio"), .right("Bits/byte"),
      .right("Repeats"),
    ])
    // Counted as errors count them: from 1, over all frames.
    var number = 0
    for (index, frame) in archive.frames.enumerated() {
      for block in frame.blocks {
        number += 1
        table.add(
          [
            "\(index + 1)", "\(number)", "\(block.offset)",
            block.method?.rawValue ?? "-", block.lanes.map(String.init) ?? "-",
          ] + Self.sizes(block.codedSize, block.plainSize)
            + [block.repeatedSize.map(String.init) ?? "-"])
      }
    }
    return name + ":\n" + table.rendered
  }

  /// An array with an object for each archive. Sizes and offsets are in bytes.
  static func json(_ listings: [Listing], _ store: ModelStore, withBlocks: Bool) -> String {
    JSONText.array(
      listings.map { listing in
        var fields: [(String, String)] = [
          ("name", JSONText.string(listing.name)),
          ("frames", "\(listing.archive.frames.count)"), ("blocks", "\(listing.blockCount)"),
          ("compressed", "\(listing.archiveSize)"), ("uncompressed", "\(listing.plainSize)"),
          ("models", JSONText.array(listing.models(store).map(JSONText.string))),
        ]
        if let newlines = listing.newlines { fields.append(("lines", "\(newlines)")) }
        if withBlocks { fields.append(("blockList", listing.blockList)) }
        return JSONText.object(fields)
      })
  }

  private var blockList: String {
    var plainOffset = 0
    return JSONText.array(
      archive.frames.flatMap(\.blocks).map { block in
        defer { plainOffset += block.plainSize }
        return JSONText.object([
          ("offset", "\(block.offset)"), ("compressed", "\(block.codedSize)"),
          ("uncompressedOffset", "\(plainOffset)"), ("uncompressed", "\(block.plainSize)"),
          ("repeats", "\(block.repeatedSize ?? 0)"),
          ("method", JSONText.string(block.method?.rawValue ?? "")),
          ("lanes", "\(block.lanes ?? 1)"),
        ])
      })
  }

  private static func sizes(_ archive: Int, _ plain: Int) -> [String] {
    [
      "\(archive)", "\(plain)", NumberFormat.ratio(plain: plain, archive: archive),
      NumberFormat.bitsPerByte(archive: archive, plain: plain),
    ]
  }
}
