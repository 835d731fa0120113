/// A weight matrix laid out for multiplication by many lanes at once: panels of 16 rows, each
/// column by column, so that a panel is read once, in order, for every two lanes.
struct FloatNetworkMatrix: Sendable {
  static let panelRows = 16

  let rows: Int
  let columns: Int
  private let panels: [Float]

  /// - Parameter matrix: its row count is a multiple of `panelRows`.
  init(_ matrix: FloatWeights.Matrix) {
    rows = matrix.rows
    columns = matrix.columns
    var panels: [Float] = []
    panels.reserveCapacity(matrix.elements.count)
    for panel in stride(from: 0, to: matrix.rows, by: Self.panelRows) {
      for column in 0..<matrix.columns {
        for row in panel..<panel + Self.panelRows {
          panels.append(matrix.elements[row * matrix.columns + column])
        }
      }
    }
    self.panels = panels
  }

  /// Adds the product with each lane's input to that lane's sums.
  ///
  /// A sum's terms are added in column order whatever the number of lanes, so a lane's result does
  /// not depend on its neighbors.
  ///
  /// - Parameters:
  ///   - inputs: `columns` values a lane.
  ///   - sums: `rows` values a lane.
  func accumulate(_ inputs: [Float], into sums: inout [Float], lanes: Int) {
    precondition(inputs.count >= lanes * columns && sums.count >= lanes * rows)
    panels.withUnsafeBufferPointer { panels in
      inputs.withUnsafeBufferPointer { inputs in
        sums.withUnsafeMutableBufferPointer { sums in
          let inputs = inputs.baseAddress!
          for row in stride(from: 0, to: rows, by: Self.panelRows) {
            let panel = panels.baseAddress! + row * columns
            let sums = sums.baseAddress! + row
            for lane in stride(from: 0, to: lanes - 1, by: 2) {
              multiplyPair(panel, inputs + lane * columns, sums + lane * rows)
            }
            if lanes % 2 != 0 {
              multiplyOne(panel, inputs + (lanes - 1) * columns, sums + (lanes - 1) * rows)
            }
          }
        }
      }
    }
  }

  /// 16 rows x 2 lanes: as many sums as SSE has registers for, next to a product and an input.
  @inline(__always)
  private func multiplyPair(
    _ panel: UnsafePointer<Float>, _ inputs: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    let second = sums + rows
    var a0 = sums.vector(at: 0)
    var a1 = sums.vector(at: 8)
    var b0 = second.vector(at: 0)
    var b1 = second.vector(at: 8)
    for column in 0..<columns {
      let w0 = panel.vector(at: column &* Self.panelRows)
      let w1 = panel.vector(at: column &* Self.panelRows &+ 8)
      let a = inputs[column]
      let b = inputs[columns &+ column]
      a0 += w0 * a
      a1 += w1 * a
      b0 += w0 * b
      b1 += w1 * b
    }
    sums.store(a0, at: 0)
    sums.store(a1, at: 8)
    second.store(b0, at: 0)
    second.store(b1, at: 8)
  }

  @inline(__always)
  private func multiplyOne(
    _ panel: UnsafePointer<Float>, _ inputs: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    var a0 = sums.vector(at: 0)
    var a1 = sums.vector(at: 8)
    for column in 0..<columns {
      a0 += panel.vector(at: column &* Self.panelRows) * inputs[column]
      a1 += panel.vector(at: column &* Self.panelRows &+ 8) * inputs[column]
    }
    sums.store(a0, at: 0)
    sums.store(a1, at: 8)
  }
}
