/// Finds keys and values in JSON, one document after the other. Text that is none is gone through all
/// the same; what is found then means nothing.
enum JSONText {
  static func isLikely(_ sample: [UInt8]) -> Bool {
    guard let first = sample.first(where: { !isBlank($0) }), isOpening(first) else { return false }
    // A key, or brackets that open and close.
    let lines = sample.split(separator: 10).prefix(50).filter { $0.contains { !isBlank($0) } }
    let documents = lines.dropLast(lines.count > 1 ? 1 : 0).count { line in
      line.first.map(isOpening) == true
        && (line.last { !isBlank($0) }).map { $0 == 0x7D || $0 == 0x5D } == true
    }
    if documents * 10 >= max(lines.count - 1, 1) * 9 { return true }
    return hasKeyFirst(sample)
  }

  /// `{ "key" :`, or the same in a list.
  private static func hasKeyFirst(_ sample: [UInt8]) -> Bool {
    var rest = sample[...].drop { isBlank($0) || $0 == 0x5B }
    guard rest.first == 0x7B else { return false }
    rest = rest.dropFirst().drop(while: isBlank)
    guard rest.first == quote, let end = rest.dropFirst().firstIndex(of: quote) else { return false }
    return rest[(end + 1)...].first { !isBlank($0) } == 0x3A
  }

  private static let quote = UInt8(ascii: "\"")
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || 9...13 ~= byte }
  private static func isOpening(_ byte: UInt8) -> Bool { byte == 0x7B || byte == 0x5B }

  /// Deeper ones are counted with what holds them.
  private static let mostDepth = 32

  /// Each value goes with what stands before it, back to the last key or value; a key with what
  /// stands before it, too.
  static func fields(of bytes: [UInt8], body: (TextStructure.Field) -> Void) {
    var path: [String] = []
    /// For each bracket that is open: how long the path was before.
    var open: [Int] = []
    var key: String?
    var (start, next) = (0, 0)
    func give(_ end: Int, _ path: [String], isValue: Bool) {
      body(TextStructure.Field(range: start..<end, path: path, isValue: isValue))
      start = end
    }
    while next < bytes.count {
      switch bytes[next] {
      case 0x7B, 0x5B:
        if open.count < mostDepth {
          open.append(path.count)
          if let name = key.take() { path.append(name) }
          if bytes[next] == 0x5B, !path.isEmpty { path.append("[]") }
        } else {
          open.append(path.count)
        }
        key = nil
        next += 1
      case 0x7D, 0x5D:
        if let length = open.popLast() {
          if start < next + 1 { give(next + 1, path + ["(brackets)"], isValue: false) }
          path.removeLast(path.count - length)
        }
        next += 1
      case quote:
        let end = endOfString(bytes, next)
        let colon = bytes[end...].firstIndex { !isBlank($0) }
        if let colon, bytes[colon] == 0x3A {
          let name = String(decoding: bytes[next + 1..<max(end - 1, next + 1)], as: UTF8.self)
          key = name
          give(colon + 1, path + [name, "(key)"], isValue: false)
          next = colon + 1
        } else {
          give(end, path + (key.take().map { [$0] } ?? []), isValue: true)
          next = end
        }
      case 0x2C, 0x3A:
        next += 1
      case let byte where isBlank(byte):
        next += 1
      default:
        let end = bytes[next...].firstIndex { isBlank($0) || [0x2C, 0x7D, 0x5D].contains($0) }
        give(end ?? bytes.count, path + (key.take().map { [$0] } ?? []), isValue: true)
        next = end ?? bytes.count
      }
    }
    if start < bytes.count { give(bytes.count, ["(brackets)"], isValue: false) }
  }

  /// Behind the quote that ends it.
  private static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
    var next = start + 1
    while next < bytes.count, bytes[next] != quote, bytes[next] != 10 {
      next += bytes[next] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(next + 1, bytes.count)
  }
}
