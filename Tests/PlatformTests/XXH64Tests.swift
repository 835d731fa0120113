import Platform
import Testing

/// Held to results of the reference implementation, libxxhash 0.8.
@Suite struct XXH64Tests {
  private let bytes = (0..<256).map { UInt8(truncatingIfNeeded: $0 * 167 + 13) }

  @Test(
    "single hashes",
    arguments: [
      (0, 0xEF46_DB37_51D8_E999), (1, 0x2078_E1AD_38AD_738B), (4, 0xEED3_4090_8A1A_C6C6),
      (8, 0x76F9_16C7_BB52_3126), (31, 0x65C5_FEB0_1DA7_464D), (32, 0x7665_C921_C9BF_2EC7),
      (100, 0x74E5_02DB_362E_FD4C),
    ] as [(Int, UInt64)])
  func hashes(length: Int, expected: UInt64) {
    #expect(XXH64.hash(Array(bytes.prefix(length)).span) == expected)
  }

  @Test func everyLengthAndManySeeds() {
    var hash: UInt64 = 0
    for length in 0...256 {
      hash = Array(bytes.prefix(length)).withUnsafeBytes { XXH64.hash($0, seed: hash) }
    }
    #expect(hash == 0xEB0B_8873_2FCD_8462)
  }
}
