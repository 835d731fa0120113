#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
