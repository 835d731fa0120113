import FSComp

/// What `fscomp list` shows of one archive.
struct Listing {
  let name: String
  private let archive: ArchiveListing

  /// - Throws: `FileError` if it cannot be read or is no intact archive.
  init(_ input: Input) throws(FileError) {
    let (descriptor, _) = try input.open()
    guard !descriptor.isTerminal else {
      throw FileError(input.name, "is a terminal; compressed data is not read from one")
    }
    name = input.name
    var source = FileSource(descriptor)
    do {
      archive = try ArchiveListing(from: &source)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(input.name, "\(error)")
    }
  }

  private var archiveSize: Int { archive.frames.reduce(0) { $0 + $1.archiveSize } }
  private var plainSize: Int { archive.frames.reduce(0) { $0 + $1.plainSize } }
  private var blockCount: Int { archive.frames.reduce(0) { $0 + $1.blocks.count } }

  /// "16", or "1-16" where blocks differ.
  private var lanes: String {
    let lanes = archive.frames.flatMap { $0.blocks.map(\.lanes) }
    guard let least = lanes.min(), let most = lanes.max() else { return "-" }
    return least == most ? "\(least)" : "\(least)-\(most)"
  }

  private func models(_ store: ModelStore) -> String {
    var names: [String] = []
    for id in archive.frames.map(\.modelID) {
      let name = (try? store.model(id: id).name) ?? "\(id)"
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ",")
  }

  /// A line for each archive, and a last one for the sum of several.
  static func table(_ listings: [Listing], _ store: ModelStore) -> String {
    var table = TextTable([
      .right("Frames"), .right("Blocks"), .right("Lanes"), .right("Compressed"),
      .right("Uncompressed"), .right("Ratio"), .right("Bits/byte"), .left("Model"), .left("Name"),
    ])
    for listing in listings {
      table.add(
        [
          "\(listing.archive.frames.count)", "\(listing.blockCount)", listing.lanes,
        ] + sizes(listing.archiveSize, listing.plainSize) + [listing.models(store), listing.name])
    }
    if listings.count > 1 {
      table.add(
        [
          "\(listings.reduce(0) { $0 + $1.archive.frames.count })",
          "\(listings.reduce(0) { $0 + $1.blockCount })", "",
        ]
          + sizes(
            listings.reduce(0) { $0 + $1.archiveSize }, listings.reduce(0) { $0 + $1.plainSize })
          + ["", "\(listings.count) files"])
    }
    return table.rendered
  }

  /// A line for each block.
  var blockTable: String {
    var table = TextTable([
      .right("Frame"), .right("Block"), .right("Offset"), .left("Method"), .right("Lanes"),
      .right("Compressed"), .right("Uncompressed"), .right("Ratio"), .right("Bits/byte"),
    ])
    // Counted as errors count them: from 1, over all frames.
    var number = 0
    for (index, frame) in archive.frames.enumerated() {
      for block in frame.blocks {
        number += 1
        table.add(
          [
            "\(index + 1)", "\(number)", "\(block.offset)", "\(block.method)", "\(block.lanes)",
          ] + Self.sizes(block.codedSize, block.plainSize))
      }
    }
    return name + ":\n" + table.rendered
  }

  private static func sizes(_ archive: Int, _ plain: Int) -> [String] {
    [
      "\(archive)", "\(plain)", NumberFormat.ratio(plain: plain, archive: archive),
      NumberFormat.bitsPerByte(archive: archive, plain: plain),
    ]
  }
}
