import Dispatch
import Platform

/// Runs any topology, with any regularization, on matrix products of whatever kind.
///
/// Each thread takes its share of the streams through all steps of a window by itself; weight
/// gradients follow as one large product a matrix, of which each thread computes some rows.
/// Memory is that of one window's activations.
final class GeneralEngine<Products: MatrixProducts> {
  typealias Scalar = Products.Scalar

  let layout: ParameterLayout
  let streams: Int
  let steps: Int
  let products: Products
  /// The streams of each thread.
  let groups: [StreamGroup<Scalar>]
  let tape: WindowTape<Scalar>
  /// Rounded weights, where they are asked for.
  private var rounded: [Scalar] = []

  /// - Parameters:
  ///   - topology: all units are multiples of 8.
  ///   - streams, steps, threads: at least 1. Results depend on the number of threads in their
  ///     last bits, as sums are divided differently.
  init(_ topology: Topology, streams: Int, steps: Int, threads: Int, products: Products) {
    precondition(topology.units.allSatisfy { $0.isMultiple(of: 8) })
    precondition(streams >= 1 && steps >= 1 && threads >= 1)
    let layout = ParameterLayout(topology)
    let count = min(threads, streams)
    self.layout = layout
    self.streams = streams
    self.steps = steps
    self.products = products
    tape = WindowTape(topology, rows: streams * steps)
    groups = (0..<count).map {
      StreamGroup(
        layout, first: $0 * streams / count, end: ($0 + 1) * streams / count, steps: steps)
    }
  }

  /// The states of all streams, in the order of `GradientEngine.exportState`.
  var states: [Scalar] {
    get {
      layout.topology.units.indices.flatMap { index in
        groups.flatMap { $0.hidden[index].memory.contents }
          + groups.flatMap { $0.cell[index].memory.contents }
      }
    }
    set {
      precondition(newValue.count == 2 * streams * layout.topology.units.reduce(0, +))
      var position = 0
      func take(_ buffer: SharedBuffer<Scalar>) {
        for index in 0..<buffer.count { buffer.base[index] = newValue[position + index] }
        position += buffer.count
      }
      for index in layout.topology.units.indices {
        for group in groups { take(group.hidden[index]) }
        for group in groups { take(group.cell[index]) }
      }
    }
  }

  /// See `GradientEngine.run`; `gradient` has `layout.count` numbers.
  func run(
    _ window: TrainingWindow, parameters: [Scalar], gradient: UnsafeMutablePointer<Scalar>?
  ) -> Double {
    precondition(window.inputs.count == streams * steps && parameters.count == layout.count)
    if window.pass.rounds { rounded = Self.rounding(parameters, layout) }
    return (window.pass.rounds ? rounded : parameters).withUnsafeBufferPointer { parameters in
      // Each iteration touches its own group, its own rows of the tape and its own part of the
      // gradient.
      nonisolated(unsafe) let parameters = parameters.baseAddress!
      nonisolated(unsafe) let gradient = gradient
      nonisolated(unsafe) let engine = self
      DispatchQueue.concurrentPerform(iterations: groups.count) { index in
        engine.runGroup(index, window, parameters, needsGradient: gradient != nil)
      }
      guard gradient != nil else { return groups.reduce(0) { $0 + $1.loss } }
      DispatchQueue.concurrentPerform(iterations: groups.count) { index in
        if let gradient { engine.addMatrixGradients(part: index, window, gradient) }
      }
      if let gradient { for group in groups { group.addNormGradients(to: gradient) } }
      return groups.reduce(0) { $0 + $1.loss }
    }
  }

  /// The parameters with matrices as quantization will leave them: each row in 127 steps to
  /// either side of zero. (The table E keeps 16 bits then, and is left alone.)
  private static func rounding(_ parameters: [Scalar], _ layout: ParameterLayout) -> [Scalar] {
    var rounded = parameters
    for entry in layout.entries where entry.name.hasPrefix("W") {
      let columns = entry.shape[1]
      for row in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: columns) {
        var largest: Scalar = 0
        for index in row..<row + columns { largest = max(largest, abs(parameters[index])) }
        guard largest > 0 else { continue }
        let step = largest / 127
        for index in row..<row + columns {
          rounded[index] = (parameters[index] / step).rounded() * step
        }
      }
    }
    return rounded
  }
}

extension GeneralEngine {
  func resetState(stream: Int) {
    for group in groups where group.range.contains(stream) { group.reset(stream) }
  }

  /// What each target of the last window costs, in nats: [steps][streams].
  var codeLengths: [Double] { tape.codeLengths.memory.contents }

  /// The 256 logits for a target of the last window, if that was run without a gradient; in
  /// natural logarithm units.
  func logits(step: Int, stream: Int) -> [Scalar] {
    guard let group = groups.first(where: { $0.range.contains(stream) }) else { return [] }
    let row = group.firstRow + step * group.count + stream - group.range.lowerBound
    return Array(UnsafeBufferPointer(start: tape.logits.base + row * 256, count: 256))
  }
}
