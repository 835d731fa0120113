import CXXHash

/// The checksums of the format: the low bits of XXH64 with seed 0.
package enum Checksum {
  package static func xxh64(_ bytes: Span<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { XXH64($0.baseAddress, $0.count, 0) }
  }

  package static func check16(_ bytes: Span<UInt8>) -> UInt16 {
    UInt16(truncatingIfNeeded: xxh64(bytes))
  }

  package static func check32(_ bytes: Span<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: xxh64(bytes))
  }
}
