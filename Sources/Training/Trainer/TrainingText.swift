/// A text, read by parallel streams: each reads its own equal part, from the beginning to the end,
/// in windows.
struct TrainingText: Sendable {
  let bytes: [UInt8]
  let streams: Int
  let steps: Int
  /// Bytes of a stream.
  private let part: Int

  /// Windows in which every stream reads its part once. Bytes that fill no window are left out.
  var windowCount: Int { (part - 1) / steps }

  /// Nil if the text is too short for a single window.
  init?(_ bytes: [UInt8], streams: Int, steps: Int) {
    self.bytes = bytes
    self.streams = streams
    self.steps = steps
    part = bytes.count / streams
    guard part > steps else { return nil }
  }

  /// Fewest bytes for a window.
  static func fewestBytes(streams: Int, steps: Int) -> Int { streams * (steps + 1) }

  /// - Parameter index: 0 ..< `windowCount`.
  func window(_ index: Int, noise: UInt64, pass: TrainingPass) -> TrainingWindow {
    let count = streams * steps
    func gather(_ offset: Int) -> [UInt8] {
      [UInt8](unsafeUninitializedCapacity: count) { target, filled in
        for stream in 0..<streams {
          let start = stream * part + index * steps + offset
          for step in 0..<steps { target[step * streams + stream] = bytes[start + step] }
        }
        filled = count
      }
    }
    return TrainingWindow(inputs: gather(0), targets: gather(1), noise: noise, pass: pass)
  }
}
