import ContextMixing
import FSComp
import Testing
import TestSupport

@Suite struct MemoryLimitTests {
  private func need(_ archive: [UInt8]) throws -> Int {
    let block = Array(archive[FrameHeader.byteCount...])
    guard case .value(let header, _) = BlockHeader.parse(block.span) else { return 0 }
    return BlockDecoder.memoryNeeded(for: header, model: try ModelStore.defaultModel)
  }

  @Test func aBlockFitsExactlyOrNot() throws {
    let plain = text(1000)
    let archive = try compress(plain, lanes: 4)
    let need = try need(archive)
    #expect(need > 1000)
    #expect(try decompress(archive, memoryLimit: need) == plain)
    let outcome = try outcome(ofDecompressing: archive, memoryLimit: need - 1)
    #expect(
      outcome.error
        == ArchiveError(
          kind: .memoryLimit(needed: need, limit: need - 1), block: 1, offset: 15))
  }

  @Test func fewerBlocksAtOnceWhenNoMoreFit() throws {
    let plain = text(3000)
    let archive = try compress(plain, blockSize: 300, lanes: 4)
    // One block, the index of ten, and not a second block.
    let limit = try need(archive) + 200
    #expect(try decompress(archive, threads: 4, memoryLimit: limit) == plain)
  }

  /// A claim of the largest block, with little behind it.
  private func claim(
    method: BlockMethod, payloadSize: Int, payload: [UInt8]
  ) throws -> [UInt8] {
    let frame = FrameHeader(isSingle: true, modelID: try ModelStore.defaultModel.id)
    var block = BlockHeader(
      method: method, plainSize: BlockLimits.maximumPlainSize, payloadSize: payloadSize,
      contentCheck: 0)
    if case .mixed(_, let mix) = method, mix.isCoded { block.textSize = block.plainSize - 1 }
    return frame.encoded + block.encoded + payload
  }

  @Test func hugeClaimsAreNotBelieved() throws {
    var generator = SplitMix64(seed: 1)
    let most = BlockLimits.maximumPlainSize
    let stored = try claim(method: .stored, payloadSize: most, payload: generator.bytes(100))
    let mixed = try claim(
      method: .mixed(lanes: 16, mix: Mix(.full, usesNetwork: true, isCoded: true)), payloadSize: most - 1,
      payload: generator.bytes(100))
    for archive in [stored, mixed] {
      let limited = try outcome(ofDecompressing: archive, memoryLimit: 64 << 20)
      guard case .memoryLimit(let needed, 67_108_864)? = limited.error?.kind else {
        Issue.record("\(String(describing: limited.error))")
        return
      }
      #expect(needed > most)
      // With room for it, memory is still taken for what is there only.
      let generous = try outcome(ofDecompressing: archive, memoryLimit: 1 << 40)
      #expect(generous.error?.kind == .truncated)
    }
  }

  @Test func aShortPayloadDoesNotKeepAnyoneLong() throws {
    var generator = SplitMix64(seed: 2)
    for method in [
      BlockMethod.mixed(lanes: 16, mix: Mix(.full, usesNetwork: true, isCoded: true)),
      .mixed(lanes: 1, mix: Mix(.small, usesNetwork: false)),
    ] {
      // The largest block is more than 50 bytes can stand for, but not more than 5,000.
      let archive = try claim(method: method, payloadSize: 5_000, payload: generator.bytes(5_000))
      let start = ContinuousClock.now
      let outcome = try outcome(ofDecompressing: archive, memoryLimit: 1 << 31)
      #expect(outcome.error?.kind == .contentMismatch)
      #expect(ContinuousClock.now - start < .patience)
    }
  }

  /// A few bytes stand for the largest block, and are right.
  @Test func aRepeatIsNotBelieved() throws {
    let model = try ModelStore.defaultModel
    let run = [UInt8](repeating: 0, count: 10_000)
    var block = BlockEncoder(model: model, settings: .init(set: .small, network: .never))
      .encode(PlainBlock(run), monitor: WorkMonitor())
    let most = BlockLimits.maximumPlainSize
    // A literal, and the rest of the block one before it.
    let list: [UInt8] = [1, 1, 0xFE, 0xFF, 0xFF, 0x7F]
    block.payload.replaceSubrange(..<4, with: list)
    (block.header.plainSize, block.header.payloadSize) = (most, block.payload.count)
    let archive =
      FrameHeader(isSingle: true, modelID: model.id).encoded + block.header.encoded
      + block.payload
    let limited = try outcome(ofDecompressing: archive, memoryLimit: most)
    #expect(
      limited.error?.kind
        == .memoryLimit(
          needed: BlockDecoder.memoryNeeded(for: block.header, model: model), limit: most))
    // With room for it, the hash of so many zeros is another one.
    #expect(
      try outcome(ofDecompressing: archive, memoryLimit: 1 << 30).error?.kind == .contentMismatch)
  }

  @Test func theIndexCounts() throws {
    let plain = [UInt8](repeating: 1, count: 2000)
    let archive = try compress(plain, blockSize: 1)
    #expect(try decompress(archive) == plain)
    // 2000 entries of at least 6 bytes.
    let outcome = try outcome(ofDecompressing: archive, memoryLimit: try need(archive) + 6000)
    guard case .memoryLimit? = outcome.error?.kind else {
      Issue.record("\(String(describing: outcome.error))")
      return
    }
    #expect(plain.starts(with: outcome.written) && outcome.written.count > 500)
  }
}
