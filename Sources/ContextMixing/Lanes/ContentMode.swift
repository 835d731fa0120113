/// What a lane's bytes are taken for, where different contexts suit different data.
package enum ContentMode: Int, CaseIterable {
  case text
  case binary
}

/// Tells from the bytes so far which mode the next one is coded in, and how long records are.
package struct ModeDetector: BitwiseCopyable {
  private var binary = BinaryDetector()
  private var records: RecordDetector

  /// - Parameter tables: as of `RecordDetector`.
  package init(tables: UnsafeMutablePointer<UInt32>) { records = RecordDetector(tables: tables) }

  @inline(__always)
  package var mode: ContentMode {
    binary.isBinary(withRecords: records.hasFoundLength) ? .binary : .text
  }

  /// 4...4095.
  @inline(__always)
  var recordLength: Int { records.length }

  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    binary.append(byte)
    records.append(byte)
  }
}
