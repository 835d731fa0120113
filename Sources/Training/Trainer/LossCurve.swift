import Platform

/// Draws a run: bits a byte over bytes of training text, of the training text as a line and of the
/// validation text as a line with dots.
struct LossCurve {
  private static let size = (width: 720.0, height: 420.0)
  private static let plot = (left: 64.0, right: 700.0, top: 40.0, bottom: 370.0)

  private let records: [TrainingRecord]
  private let losses: ClosedRange<Double>
  private let mostBytes: Double

  init(_ records: [TrainingRecord]) {
    self.records = records
    let all = records.flatMap { [$0.trainingLoss] + [$0.validationLoss].compactMap { $0 } }
      .filter(\.isFinite).sorted()
    // The first few losses of an untrained network would press the rest flat.
    let high = all.isEmpty ? 8 : all[min(all.count - 1, all.count * 95 / 100)]
    let low = all.first ?? 0
    let margin = max((high - low) * 0.08, 0.01)
    losses = max(low - margin, 0)...high + margin
    mostBytes = Double(max(records.last?.bytes ?? 1, 1))
  }

  var svg: String {
    let (width, height) = (decimal(Self.size.width, 0), decimal(Self.size.height, 0))
    let training = records.map { point($0.bytes, $0.trainingLoss) }
    let validated = records.compactMap { record in
      record.validationLoss.map { point(record.bytes, $0) }
    }
    let dots = validated.map { "<circle cx=\"\($0.x)\" cy=\"\($0.y)\" r=\"3\" fill=\"#c2410c\"/>" }
    let lines =
      [
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
        viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
        """,
        "<rect width=\"\(width)\" height=\"\(height)\" fill=\"white\"/>",
      ] + grid + [
        polyline(training, color: "#2563eb"), polyline(validated, color: "#c2410c"),
      ] + dots + legend + ["</svg>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private typealias Point = (x: String, y: String)

  private func x(_ bytes: Double) -> Double {
    Self.plot.left + (Self.plot.right - Self.plot.left) * bytes / mostBytes
  }

  private func y(_ loss: Double) -> Double {
    let inside = min(max(loss, losses.lowerBound), losses.upperBound)
    let share = (inside - losses.lowerBound) / (losses.upperBound - losses.lowerBound)
    return Self.plot.bottom - (Self.plot.bottom - Self.plot.top) * share
  }

  private func point(_ bytes: Int, _ loss: Double) -> Point {
    (decimal(x(Double(bytes)), 1), decimal(y(loss.isFinite ? loss : losses.upperBound), 1))
  }

  private func polyline(_ points: [Point], color: String) -> String {
    let list = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
    return "<polyline points=\"\(list)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\"/>"
  }

  /// Lines at round numbers, about five each way, with their labels.
  private var grid: [String] {
    let (left, right) = (decimal(Self.plot.left, 1), decimal(Self.plot.right, 1))
    let (top, bottom) = (decimal(Self.plot.top, 1), decimal(Self.plot.bottom, 1))
    let lossStep = Self.roundStep(losses.upperBound - losses.lowerBound)
    let rows = Self.multiples(of: lossStep, in: losses).map { loss in
      let height = decimal(y(loss), 1)
      return """
        <line x1="\(left)" y1="\(height)" x2="\(right)" y2="\(height)" stroke="#ddd"/>
        <text x="\(decimal(Self.plot.left - 8, 1))" y="\(decimal(y(loss) + 4, 1))" \
        text-anchor="end">\(decimal(loss, 2))</text>
        """
    }
    let byteStep = Self.roundStep(mostBytes)
    let columns = Self.multiples(of: byteStep, in: 0...mostBytes).map { bytes in
      let place = decimal(x(bytes), 1)
      return """
        <line x1="\(place)" y1="\(top)" x2="\(place)" y2="\(bottom)" stroke="#ddd"/>
        <text x="\(place)" y="\(decimal(Self.plot.bottom + 18, 1))" \
        text-anchor="middle">\(Self.label(bytes, step: byteStep))</text>
        """
    }
    let middle = decimal((Self.plot.left + Self.plot.right) / 2, 1)
    return rows + columns + [
      "<text x=\"\(middle)\" y=\"408\" text-anchor=\"middle\">bytes of training text</text>"
    ]
  }

  private var legend: [String] {
    [
      "<text x=\"64\" y=\"24\">bits a byte:</text>",
      "<text x=\"140\" y=\"24\" fill=\"#2563eb\">training</text>",
      "<text x=\"200\" y=\"24\" fill=\"#c2410c\">validation</text>",
    ]
  }

  /// 1, 2 or 5 times a power of ten, about a fifth of `span`.
  private static func roundStep(_ span: Double) -> Double {
    let raw = max(span, 1e-9) / 5
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1.0, 2, 5, 10].first { $0 * power >= raw } ?? 10
    return step * power
  }

  private static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    guard first <= last, last - first < 100 else { return [] }
    return (Int(first)...Int(last)).map { Double($0) * step }
  }

  private static func label(_ bytes: Double, step: Double) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where bytes >= size {
      return decimal(bytes / size, step >= size ? 0 : 1) + " " + unit
    }
    return decimal(bytes, 0)
  }
}

extension TrainingLog {
  /// The run as a picture in SVG.
  public var lossCurve: String { LossCurve(records).svg }
}
