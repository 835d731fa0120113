import Training

/// How much text the symbols of a run stand for: a trainer counts what it reads, and people count the
/// bytes of their files.
struct TextScale {
  private let bytesPerSymbol: Double

  /// - Parameters:
  ///   - symbols: that stand for the bytes; at least 1, unless there are no bytes.
  init(symbols: Int, bytes: Int) {
    bytesPerSymbol = symbols > 0 && bytes > 0 ? Double(bytes) / Double(symbols) : 1
  }

  func bytes(ofSymbols symbols: Int) -> Int { Int(Double(symbols) * bytesPerSymbol) }

  func symbols(ofBytes bytes: Int) -> Int { Int((Double(bytes) / bytesPerSymbol).rounded(.up)) }

  /// - Parameter loss: bits a symbol.
  /// - Returns: bits a byte.
  func perByte(_ loss: Double) -> Double { loss / bytesPerSymbol }

  /// In bytes and bits a byte, of a record in symbols.
  func record(_ record: TrainingRecord) -> TrainingRecord {
    var scaled = record
    scaled.bytes = bytes(ofSymbols: record.bytes)
    scaled.trainingLoss = perByte(record.trainingLoss)
    scaled.validationLoss = record.validationLoss.map(perByte)
    return scaled
  }
}
