import FSComp
import Platform

/// The small models of the test vectors.
enum Models {
  private static let vectors =
    #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/FSCompTests/Vectors/1.0"

  private static func load(_ name: String) -> Model? {
    try? ModelStore.load(path: "\(vectors)/\(name).fsm")
  }

  /// Has a dictionary.
  static let words = load("words")

  static let store: ModelStore = {
    var store = ModelStore(searchPath: [])
    for model in [load("test-vectors"), load("ensemble"), words] {
      guard let model else { fatalError("no models in \(vectors)") }
      store.add(model)
    }
    return store
  }()
}
