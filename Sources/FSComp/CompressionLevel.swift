import ContextMixing

/// What is traded for what: a higher level makes smaller archives, slower and with more memory.
///
/// docs/levels.md has the measurements that these choices rest on.
public struct CompressionLevel: Hashable, Sendable {
  /// The numbers of levels.
  public static let range = 1...9
  /// Level 6.
  public static let `default` = CompressionLevel(uncheckedNumber: 6)

  /// 1...9.
  public let number: Int

  /// nil if there is no such level.
  public init?(_ number: Int) {
    guard Self.range.contains(number) else { return nil }
    self.init(uncheckedNumber: number)
  }

  private init(uncheckedNumber: Int) { number = uncheckedNumber }

  /// Where the network takes part: the lowest levels do without.
  public var network: CompressionOptions.NetworkUse { number <= 3 ? .never : .automatic }

  /// Plain bytes in a block. Context models learn from the block they are in, so that larger ones
  /// compress better; smaller ones take less memory and keep more processors busy.
  public var blockSize: Int {
    switch number {
    case 4: 1 << 20
    case 1, 5, 6: 4 << 20
    case 7: 8 << 20
    case 2, 3, 8: 16 << 20
    default: 64 << 20
    }
  }

  /// The same for data that the network does not take part in: coded several times faster, a larger
  /// block keeps its thread no longer.
  public var blockSizeWithoutNetwork: Int { number == 6 ? 8 << 20 : blockSize }

  /// The most lanes in a block. Many share the cost of reading the network's weights; few lose less
  /// to each other's distance in the text.
  var mostLanes: Int {
    switch number {
    case ...7: 16
    case 8: 8
    default: 4
    }
  }

  /// What is mixed. The network takes most of the time; without it there is time for more. Text needs
  /// less than other data, or text among such, for which there have to be contexts of both; but where it
  /// is short, less time is saved by that, and more is lost.
  func mixSet(usesNetwork: Bool, _ content: BlockContent) -> MixSet {
    switch number {
    case 1: content == .data || usesNetwork ? .small : .quick
    case 2: content == .data || usesNetwork ? .standard : .moderate
    case 3: content == .text && !usesNetwork ? .broad : .full
    case 4, 5: usesNetwork ? .small : .full
    case 6: usesNetwork ? .standard : .full
    default: .full
    }
  }
}
