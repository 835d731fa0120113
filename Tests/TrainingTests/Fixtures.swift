import FoundationEssentials
import Platform
import Training

/// Files that tests read, found from where this source file lies.
enum Fixtures {
  static let directory = parent(of: #filePath) + "/Fixtures"
  static let packageRoot = parent(of: parent(of: parent(of: #filePath)))

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  static func decode<T: Decodable>(_ type: T.Type, from path: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
  }

  static func safetensors(_ path: String) throws -> Safetensors {
    try Safetensors(bytes: Array(Data(contentsOf: URL(filePath: path))))
  }

  /// The first `count` bytes of a file, or fewer if it has fewer.
  static func bytes(of path: String, count: Int) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(filePath: path)).prefix(count))
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}

extension Safetensors {
  /// A file put together by hand, as hostile as the header given.
  static func file(header: String, data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + header.utf8 + data
  }
}

/// Numbers that look random and are always the same.
struct TestGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// In -1..<1.
  mutating func nextSigned() -> Double { Double(next()) / 0x1p30 - 1 }
}
