/// How far a compression or decompression has come.
public struct Progress: Sendable, Equatable {
  /// Of what is, or was, compressed.
  public var plainBytes: Int
  /// Of the archive.
  public var archiveBytes: Int

  /// None yet, unless said otherwise.
  public init(plainBytes: Int = 0, archiveBytes: Int = 0) {
    self.plainBytes = plainBytes
    self.archiveBytes = archiveBytes
  }

  /// The further of the two: what is written, and what is coded, of which something may be in
  /// flight; stored blocks are not counted as coded.
  func advanced(to coded: Progress) -> Progress {
    Progress(
      plainBytes: max(plainBytes, coded.plainBytes),
      archiveBytes: max(archiveBytes, coded.archiveBytes))
  }
}
