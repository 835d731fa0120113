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

  init(_ layout: LaneLayout, parameters: InitialParameters) {
    let lengths = parameters.plan.matchLengths
    let sizes = Sizes(layout, plan: parameters.plan)
    models = OwnedBuffer(sizes.models)
    matches = OwnedBuffer(sizes.matches)
    for i in 0..<matches.count { matches[i] = MatchModel.Match() }
    tables = OwnedBuffer(sizes.tables)
    confidences = OwnedBuffer(
      lengths.indices.flatMap { parameters.confidences($0) }.map(MatchModel.initialConfidence))
    for (number, length) in lengths.enumerated() {
      models[number] = MatchModel(
        minimumLength: length, matches: matches.base + number * layout.laneCount,
        table: tables.base + number << sizes.tableBits, tableBits: sizes.tableBits,
        confidences: confidences.base + number * MatchModel.confidenceCount)
    }
  }

  /// The first model's: see `MatchModel`.
  @inline(__always)
  var strength: Int { models.base[0].strength }

  @inline(__always)
  func expectedByte(partial: Int, bitPosition: Int) -> Int {
    models.base[0].expectedByte(partial: partial, bitPosition: bitPosition)
  }

  @inline(__always)
  func beginByte(_ lane: Int, lanes: borrowing Lanes) {
    for i in 0..<models.count { models.base[i].beginByte(lane, lanes: lanes) }
  }

  /// What the models say of the next bit, as inputs of the mixers.
  @inline(__always)
  func predict(partial: Int, bitPosition: Int, into inputs: inout MixerInputs) {
    let first = models.base[0].predict(partial: partial, bitPosition: bitPosition)
    inputs.set(.match, first.stretched)
    inputs.set(.matchLinear, first.linear)
    if models.count > 1 {
      let second = models.base[1].predict(partial: partial, bitPosition: bitPosition)
      inputs.set(.secondMatch, second.stretched)
      inputs.set(.secondMatchLinear, second.linear)
    }
  }

  @inline(__always)
  func update(bit: Int) {
    for i in 0..<models.count { models.base[i].update(bit: bit) }
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
