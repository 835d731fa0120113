/// Text on its way to a file, in pieces that are worth a call of the system.
final class TextBuffer {
  private let sink: FileSink
  private var pending: [UInt8] = []
  private static let size = 1 << 16

  init(_ sink: FileSink) { self.sink = sink }

  func write(_ text: String) throws {
    pending += text.utf8
    if pending.count >= Self.size { try flush() }
  }

  func flush() throws {
    try pending.withUnsafeBytes { try sink.write($0) }
    pending.removeAll(keepingCapacity: true)
  }
}
