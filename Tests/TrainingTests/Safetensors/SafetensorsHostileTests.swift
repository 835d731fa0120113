import Testing
import Training

/// Files from outside must be refused with a reason, and never trap.
@Suite struct SafetensorsHostileTests {
  static let valid = Safetensors.file(
    header: """
      {"__metadata__":{"a":"b"},"s":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
      "t":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]}}
      """,
    data: Array(1...12))

  @Test func theIntactFileIsRead() throws {
    #expect(try Safetensors(bytes: Self.valid).tensors.keys.sorted() == ["s", "t"])
  }

  @Test func everyTruncationIsRefused() {
    for length in 0..<Self.valid.count {
      #expect(throws: SafetensorsError.self, "cut to \(length) bytes") {
        try Safetensors(bytes: Array(Self.valid.prefix(length)))
      }
    }
  }

  @Test func trailingBytesAreRefused() {
    #expect(throws: SafetensorsError.unclaimedBytes(offset: 12)) {
      try Safetensors(bytes: Self.valid + [0])
    }
  }

  /// A damaged file may still be a file; what it says must then hold together.
  @Test func damagedBytesNeverTrap() {
    for index in Self.valid.indices {
      for flip: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128, 255] {
        var bytes = Self.valid
        bytes[index] ^= flip
        guard let file = try? Safetensors(bytes: bytes) else { continue }
        for (name, tensor) in file.tensors {
          guard let elements = try? file.floats(name) else { continue }
          #expect(elements.count == tensor.shape.reduce(1, *))
        }
      }
    }
  }

  @Test(arguments: [UInt64(1 << 20) + 1, 1 << 32, 1 << 63, .max])
  func hugeHeaderLengthsAreRefused(length: UInt64) {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
    #expect(
      throws: SafetensorsError.headerTooLong(
        length: length, limit: Safetensors.maximumHeaderLength)
    ) {
      try Safetensors(bytes: bytes)
    }
  }

  @Test func headerPastTheEndIsRefused() {
    let bytes = withUnsafeBytes(of: UInt64(3).littleEndian) { Array($0) } + Array("{}".utf8)
    #expect(throws: SafetensorsError.truncated(bytes: 10, needed: 11)) {
      try Safetensors(bytes: bytes)
    }
  }

  @Test(arguments: [
    "", "{", "[]", "null", "{\"t\":1}", "{\"t\":{}}", "{}{}", "\u{0}",
    #"{"t":{"dtype":"F32","shape":[1]}}"#,
    #"{"t":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}"#,
    #"{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
    #"{"t":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}"#,
    #"{"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
    #"{"t":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}"#,
    #"{"__metadata__":{"a":1}}"#,
  ])
  func malformedHeadersAreRefused(header: String) {
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(bytes: Safetensors.file(header: header, data: [0, 0, 0, 0]))
    }
    #expect(error?.isMalformedHeader == true)
  }

  /// Deep enough to overflow the stack of a parser that recurses without a bound.
  @Test func deeplyNestedHeadersAreRefused() {
    for opening in ["[", "{\"a\":", "{\"a\":{\"shape\":["] {
      let header = String(repeating: opening, count: 60_000)
      let error = #expect(throws: SafetensorsError.self) {
        try Safetensors(bytes: Safetensors.file(header: header))
      }
      #expect(error?.isMalformedHeader == true)
    }
  }

  static let badTensors: [(entry: String, error: SafetensorsError)] = [
    (#""dtype":"F33","shape":[1],"data_offsets":[0,4]"#,
      .unknownElementType(tensor: "t", name: "F33")),
    (#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#, .invalidShape(tensor: "t")),
    (#""dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]"#, .invalidShape(tensor: "t")),
    (#""dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]"#,
      .invalidShape(tensor: "t")),
    (#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#,
      .invalidShape(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,5]"#, .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[-4,0]"#, .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#, .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[0]"#, .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,4,4]"#, .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[1],"data_offsets":[9223372036854775804,9223372036854775807]"#,
      .offsetsOutOfBounds(tensor: "t")),
    (#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#,
      .sizeMismatch(tensor: "t", expected: 8, found: 4)),
    (#""dtype":"F16","shape":[1],"data_offsets":[0,4]"#,
      .sizeMismatch(tensor: "t", expected: 2, found: 4)),
    (#""dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,4]"#,
      .sizeMismatch(tensor: "t", expected: 0, found: 4)),
    (#""dtype":"U8","shape":[3],"data_offsets":[1,4]"#, .unclaimedBytes(offset: 0)),
    (#""dtype":"U8","shape":[3],"data_offsets":[0,3]"#, .unclaimedBytes(offset: 3)),
  ]

  @Test(arguments: badTensors)
  func inconsistentTensorsAreRefused(entry: String, error: SafetensorsError) {
    #expect(throws: error) {
      try Safetensors(
        bytes: Safetensors.file(header: "{\"t\":{\(entry)}}", data: [0, 0, 0, 0]))
    }
  }

  @Test(arguments: [
    (first: "[0,4]", second: "[2,6]", error: SafetensorsError.overlap(tensor: "b", other: "a")),
    (first: "[2,6]", second: "[0,4]", error: .overlap(tensor: "a", other: "b")),
    (first: "[0,4]", second: "[0,4]", error: .overlap(tensor: "b", other: "a")),
    (first: "[0,4]", second: "[8,12]", error: .unclaimedBytes(offset: 4)),
  ])
  func tensorsMustTileTheData(first: String, second: String, error: SafetensorsError) {
    let header = """
      {"a":{"dtype":"F32","shape":[1],"data_offsets":\(first)},
       "b":{"dtype":"F32","shape":[1],"data_offsets":\(second)}}
      """
    #expect(throws: error) {
      try Safetensors(
        bytes: Safetensors.file(header: header, data: [UInt8](repeating: 0, count: 12)))
    }
  }

  @Test func messagesDoNotRepeatHostileNames() {
    let error = SafetensorsError.missingTensor("\u{1B}[2J" + String(repeating: "x", count: 5000))
    #expect(error.description.count < 120)
    #expect(!error.description.contains("\u{1B}"))
  }
}

extension SafetensorsError {
  fileprivate var isMalformedHeader: Bool {
    if case .malformedHeader = self { true } else { false }
  }
}
