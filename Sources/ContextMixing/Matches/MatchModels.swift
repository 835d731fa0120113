import CMixingKernels
import Platform

/// The match models of a block: one, or two that look for matches of different lengths. The first
/// sees more matches, the second surer ones.
struct MatchModels: ~Copyable {
  private let models: OwnedBuffer<MatchModel>
  // Of one model after the other.
  private let matches: OwnedBuffer<MatchModel.Match>
  private let tables: OwnedBuffer<UInt32>
  private let confidences: OwnedBuffer<AdaptiveProbability>

  struct Sizes {
    /// Of one table, as a power of two.
    let tableBits: Int
    let models: BufferSize<MatchModel>
    let matches: BufferSize<MatchModel.Match>
    let tables: BufferSize<UInt32>
    let confidences: BufferSize<AdaptiveProbability>

    init(_ layout: LaneLayout, plan: MixPlan) {
      var bits = 8
      while bits < plan.mostMatchBits && 1 << bits < layout.byteCount { bits += 1 }
      let count = plan.matchLengths.count
      tableBits = bits
      models = BufferSize(count)
      matches = BufferSize(count * layout.laneCount)
      tables = BufferSize(count << bits)
      confidences = BufferSize(count * MatchModel.confidenceCount)
    }

    var byteCount: Int {
      models.byteCount + matches.byteCount + tables.byteCount + confidences.byteCount
    }
  }

  /// - Parameter bits: what kernels work on; the models become part of it, for as long as this is.
  init(
    _ layout: LaneLayout, parameters: InitialParameters, bits: UnsafeMutablePointer<fsc_bits>
  ) {
    let lengths = parameters.plan.matchLengths
    let sizes = Sizes(layout, plan: parameters.plan)
    models = OwnedBuffer(sizes.models)
    matches = OwnedBuffer(sizes.matches)
    for i in 0..<matches.count { matches[i] = MatchModel.Match() }
    tables = OwnedBuffer(sizes.tables)
    confidences = OwnedBuffer(
      lengths.indices.flatMap { parameters.confidences($0) }.map(MatchModel.initialConfidence))
    bits.pointee.match_count = Int32(lengths.count)
    for (number, length) in lengths.enumerated() {
      let ofKernels = fsc_bits_match(bits, Int32(number))!
      ofKernels.pointee.confidences = UnsafeMutableRawPointer(confidences.base)
        .assumingMemoryBound(to: UInt32.self) + number * MatchModel.confidenceCount
      models[number] = MatchModel(
        minimumLength: length, matches: matches.base + number * layout.laneCount,
        table: tables.base + number << sizes.tableBits, tableBits: sizes.tableBits,
        bits: ofKernels)
    }
  }

  @inline(__always)
  func beginByte(_ lane: Int, lanes: borrowing Lanes) {
    for i in 0..<models.count { models.base[i].beginByte(lane, lanes: lanes) }
  }

  /// - Parameters:
  ///   - position: where the byte of this lane is that was just added.
  ///   - lanes: with the byte already in them.
  @inline(__always)
  func endByte(_ byte: UInt8, lane: Int, position: Int, lanes: borrowing Lanes) {
    for i in 0..<models.count {
      models.base[i].endByte(byte, lane: lane, position: position, lanes: lanes)
    }
  }

  @inline(__always)
  func anticipate(_ lane: Int, lanes: borrowing Lanes) {
    for i in 0..<models.count { models.base[i].anticipate(lane, lanes: lanes) }
  }

  @inline(__always)
  func prefetchEntry(_ lane: Int) {
    for i in 0..<models.count { models.base[i].prefetchEntry(lane) }
  }

  @inline(__always)
  func prefetchHistory(_ lane: Int, lanes: borrowing Lanes) {
    for i in 0..<models.count { models.base[i].prefetchHistory(lane, lanes: lanes) }
  }

  /// The confidences with how many bits they have seen, for training.
  func learned() -> [LearnedParameter] { confidences.contents.map(MatchModel.learned) }
}
