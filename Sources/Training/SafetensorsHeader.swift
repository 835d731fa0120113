#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Element types of the safetensors format that fill whole bytes.
public enum SafetensorsElementType: String, Sendable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case uint16 = "U16"
  case int16 = "I16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case uint32 = "U32"
  case int32 = "I32"
  case float32 = "F32"
  case uint64 = "U64"
  case int64 = "I64"
  case float64 = "F64"

  /// Bytes of one element: 1, 2, 4 or 8.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E4M3, .float8E5M2: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}

/// The JSON object at the start of a safetensors file, as it stands there: nothing is checked
/// beyond the types of the JSON values.
struct SafetensorsHeader {
  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  static let metadataKey = "__metadata__"

  var metadata: [String: String] = [:]
  var entries: [String: Entry] = [:]
}

extension SafetensorsHeader: Codable {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    for key in object.allKeys {
      if key.stringValue == Self.metadataKey {
        metadata = try object.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try object.decode(Entry.self, forKey: key)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    if !metadata.isEmpty {
      try object.encode(metadata, forKey: Key(stringValue: Self.metadataKey))
    }
    for (name, entry) in entries {
      try object.encode(entry, forKey: Key(stringValue: name))
    }
  }
}

extension SafetensorsHeader {
  /// - Throws: `SafetensorsError.malformedHeader`.
  init(json: ArraySlice<UInt8>) throws(SafetensorsError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let error as DecodingError {
      throw .malformedHeader(reason: Self.reason(error))
    } catch {
      throw .malformedHeader(reason: "not JSON")
    }
  }

  /// The same header always gives the same bytes: keys are sorted.
  ///
  /// - Throws: `SafetensorsError.malformedHeader` if JSON cannot hold a string of the header.
  func json() throws(SafetensorsError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try [UInt8](encoder.encode(self))
    } catch {
      throw .malformedHeader(reason: "a name or a metadata value cannot be written as JSON")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      return "\(path(context.codingPath)) lacks \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(path(context.codingPath)) has the wrong type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "not JSON" : "\(path(context.codingPath)) is invalid"
    @unknown default:
      return "not JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    if keys.isEmpty { return "the header" }
    let names = keys.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return String(names.joined(separator: "/").prefix(96)).debugDescription
  }
}
