/// The records of a run, as a table for programs and as a picture for people.
public struct TrainingLog: Equatable, Sendable {
  public private(set) var records: [TrainingRecord] = []

  public init() {}

  public mutating func append(_ record: TrainingRecord) { records.append(record) }

  private static let header =
    "bytes,seconds,train_bits_per_byte,valid_bits_per_byte,learning_rate,gradient_norm"

  /// Lines of comma-separated values with a header; a validation loss that was not measured is
  /// empty.
  public var csv: String {
    let lines = records.map { record in
      let validation = record.validationLoss.map { decimal($0, 5) } ?? ""
      return [
        "\(record.bytes)", decimal(record.seconds, 1), decimal(record.trainingLoss, 5), validation,
        "\(Float(record.learningRate))", decimal(record.gradientNorm, 5),
      ].joined(separator: ",")
    }
    return ([Self.header] + lines).map { $0 + "\n" }.joined()
  }

  /// Reads what `csv` wrote, up to a number of bytes of training text: what a run that continues
  /// from there has behind it. Lines that are no records are passed over.
  public init(csv: String, upTo bytes: Int) {
    for line in csv.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 6, let done = Int(fields[0]), done <= bytes,
        let seconds = Double(fields[1]), let loss = Double(fields[2]),
        let rate = Double(fields[4]), let norm = Double(fields[5])
      else { continue }
      records.append(
        TrainingRecord(
          bytes: done, seconds: seconds, trainingLoss: loss, validationLoss: Double(fields[3]),
          learningRate: rate, gradientNorm: norm))
    }
  }
}

/// `value` with a fixed number of decimals; "nan" or "inf" where it has none.
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite, value.magnitude < 1e12 else { return "\(value)" }
  let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
  let units = Int((value.magnitude * Double(scale)).rounded())
  let (whole, part) = units.quotientAndRemainder(dividingBy: scale)
  let sign = value < 0 && units > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(whole)" }
  let digits = String(part)
  return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
}
