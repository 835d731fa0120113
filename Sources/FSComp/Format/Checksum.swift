import Platform

/// The checksums of the format: the low bits of XXH64 with seed 0.
package enum Checksum {
  package static func check16(_ bytes: Span<UInt8>) -> UInt16 {
    UInt16(truncatingIfNeeded: XXH64.hash(bytes))
  }

  package static func check32(_ bytes: Span<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: XXH64.hash(bytes))
  }
}
