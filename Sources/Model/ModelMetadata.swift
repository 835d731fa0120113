/// What people should know of a model. Nothing is computed from it.
///
/// All texts are UTF-8 without control characters, so that they can be shown anywhere.
package struct ModelMetadata: Equatable, Sendable {
  /// Most bytes of the name, and of each other text.
  package static let mostBytesOfName = 255
  package static let mostBytes = 65535

  /// What people call the model.
  package let name: String
  /// How it was trained.
  package let provenance: String
  /// What it was trained on.
  package let trainingText: String
  /// On what terms that text may be used.
  package let licence: String

  /// Control characters become blanks, and a text that is too long loses its end.
  package init(
    name: String, provenance: String = "", trainingText: String = "", licence: String = ""
  ) {
    self.name = Self.clean(name, mostBytes: Self.mostBytesOfName)
    self.provenance = Self.clean(provenance)
    self.trainingText = Self.clean(trainingText)
    self.licence = Self.clean(licence)
  }

  private static func clean(_ text: String, mostBytes: Int = mostBytes) -> String {
    var clean = ""
    // Whole characters only.
    for character in text {
      var scalars = String.UnicodeScalarView()
      for scalar in character.unicodeScalars { scalars.append(isControl(scalar) ? " " : scalar) }
      guard clean.utf8.count + String(scalars).utf8.count <= mostBytes else { break }
      clean.unicodeScalars += scalars
    }
    return clean
  }

  /// Those of Unicode's category Cc.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
  }
}
