/// Numbers as decimal text, the same in every locale.
public enum DecimalText {
  /// `value` with exactly `digits` (0 to 6) digits after the point, rounded half away from zero;
  /// "-" for nil and for what is not finite or has more than twelve digits before the point.
  public static func fixed(_ value: Double?, _ digits: Int) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12 else { return "-" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
  }
}
