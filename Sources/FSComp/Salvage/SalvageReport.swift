/// A part of a damaged archive that could not be restored.
public struct LostRange: Sendable, Equatable {
  /// Bytes of the archive, from its start. Empty where the archive should have gone on.
  public var archive: Range<Int>
  /// Where in the original data the lost bytes belong; nil when that is not known.
  public var plainOffset: Int?
  /// How many bytes of the original data are lost; nil when that is not known.
  public var plainSize: Int?
  /// What is wrong there.
  public var reason: ArchiveError.Kind

  /// For reports of your own.
  public init(
    archive: Range<Int>, plainOffset: Int?, plainSize: Int?, reason: ArchiveError.Kind
  ) {
    self.archive = archive
    self.plainOffset = plainOffset
    self.plainSize = plainSize
    self.reason = reason
  }
}

extension LostRange: CustomStringConvertible {
  public var description: String {
    let size = plainSize.map { "\($0) plain bytes" } ?? "an unknown number of plain bytes"
    let place = plainOffset.map { " at plain offset \($0)" } ?? ""
    return "archive offsets \(archive.lowerBound) to \(archive.upperBound): "
      + "\(reason); lost \(size)\(place)"
  }
}

/// What came of salvaging an archive.
public struct SalvageReport: Sendable, Equatable {
  /// Plain bytes written.
  public var recoveredBytes = 0
  /// In the order of the archive; empty when it was intact.
  public var lost: [LostRange] = []
  /// What it took to find that out.
  package var work = SalvageWork()

  /// Of nothing.
  public init() {}
}
