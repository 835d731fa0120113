/// What ends a line in the index of lines: nothing but this byte.
private let newline: UInt8 = 0x0A

extension Span<UInt8> {
  package var newlineCount: Int {
    var total = 0
    for start in stride(from: 0, to: count, by: 255) {
      // In bytes, so that many are counted at a time.
      var counted: UInt8 = 0
      for index in start..<Swift.min(start + 255, count) where self[index] == newline {
        counted &+= 1
      }
      total += Int(counted)
    }
    return total
  }

  /// Where a line ends, counted from 1: behind its newline; nil if there are fewer newlines.
  func end(ofLine number: Int) -> Int? {
    var left = number
    for index in 0..<count where self[index] == newline {
      left -= 1
      if left == 0 { return index + 1 }
    }
    return nil
  }
}
