import CMixingKernels
import Platform

/// The memory of an adaptive probability map; what it does is in `maps.h`.
struct AdaptiveMap: ~Copyable {
  private static let pointCount = Int(FSC_MAP_POINTS)

  private let moves: OwnedBuffer<UInt16>
  private let beginnings: OwnedBuffer<UInt16>
  private let contextBits: Int

  struct Sizes {
    let contextBits: Int
    let moves: BufferSize<UInt16>
    let beginnings = BufferSize<UInt16>(pointCount)

    /// No more contexts than a block can teach: 2^12...2^most.
    init(_ layout: LaneLayout, most: Int = 16) {
      var bits = 12
      while bits < most && 1 << bits < layout.byteCount { bits += 1 }
      contextBits = bits
      moves = BufferSize(pointCount << bits)
    }

    var byteCount: Int { moves.byteCount + beginnings.byteCount }
  }

  init(_ sizes: Sizes) {
    moves = OwnedBuffer(sizes.moves)
    contextBits = sizes.contextBits
    beginnings = OwnedBuffer(sizes.beginnings)
    let limit = Int32(FSC_MAP_LIMIT)
    for i in 0..<Self.pointCount {
      beginnings[i] = UInt16(LogisticTables.shared.squash(Int32(i << 12) - limit) >> 6)
    }
  }

  /// As kernels take it; valid as long as this is.
  var map: fsc_map {
    fsc_map(
      moves: moves.base, beginnings: UnsafePointer(beginnings.base),
      context_mask: 1 << UInt32(contextBits) - 1, chosen: 0, chosen_point: 0)
  }
}
