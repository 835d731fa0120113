import Model
import Platform

/// Text as those see it who make priors.
package enum PriorText {
  /// Goes through coded text.
  ///
  /// - Parameters:
  ///   - text: at most 2^31 bytes.
  ///   - body: takes each byte with the hashes of the contexts before it, in the order of
  ///     `PriorContext`.
  package static func walk(
    _ text: [UInt8], codes: CodeLayout,
    _ body: (_ hashes: UnsafePointer<UInt64>, _ byte: UInt8) -> Void
  ) {
    if text.isEmpty { return }
    let plan = MixPlan(
      Mix(.small, usesNetwork: false, isCoded: true), networkCount: 0, codes: codes)
    let lanes = Lanes(LaneLayout(byteCount: text.count, laneCount: 1), plan: plan)
    let hashes = OwnedBuffer<UInt64>(count: PriorContext.count)
    for byte in text {
      lanes.writePriorHashes(0, to: hashes.base)
      body(UnsafePointer(hashes.base), byte)
      _ = lanes.append(byte, lane: 0)
    }
  }
}
