import Plotting

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
    func point(_ bytes: Int, _ loss: Double) -> Point {
      Point(Double(bytes), loss.isFinite ? loss : losses.upperBound)
    }
    let x = PlotAxis(0...mostBytes, .linear, from: Self.plot.left, to: Self.plot.right)
    let validated = records.compactMap { record in
      record.validationLoss.map { point(record.bytes, $0) }
    }
    let panel = CurvePanel(
      yTitle: "bits a byte:", xTitle: "bytes of training text",
      curves: [
        .init(name: "training", points: records.map { point($0.bytes, $0.trainingLoss) }),
        .init(name: "validation", points: validated, hasDots: true),
      ],
      xLabel: { Self.label($0, step: x.step) }, yLabel: { decimal($0, 2) })
    var document = SVGDocument(
      width: Self.size.width, height: Self.size.height, title: "Bits a byte over training")
    panel.draw(
      on: &document, x: x,
      y: PlotAxis(losses, .linear, from: Self.plot.bottom, to: Self.plot.top))
    return document.text
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
