/// The general engine in single precision: for any topology and regularization, to train and to
/// evaluate.
///
/// A type of its own so that the compiler makes the generic code concrete where it can see it:
/// called through `GradientEngine` alone, it would stay generic, and a hundred times as slow.
public final class SinglePrecisionEngine: GradientEngine {
  private let engine: GeneralEngine<SinglePrecisionProducts>

  public var name: String { engine.products.name }
  public var streams: Int { engine.streams }
  public var steps: Int { engine.steps }

  /// - Parameters:
  ///   - topology: all units are multiples of 8.
  ///   - streams, steps, threads: at least 1.
  ///   - products: nil: products of our own, which need no library and are slower.
  public init(
    _ topology: Topology, streams: Int, steps: Int, threads: Int, products: OpenBLAS?
  ) {
    engine = GeneralEngine(
      topology, streams: streams, steps: steps, threads: threads,
      products: SinglePrecisionProducts(openBLAS: products))
  }

  public func resetState(stream: Int) { engine.resetState(stream: stream) }

  public func exportState() -> [Float] { engine.states }

  public func importState(_ state: [Float]) { engine.states = state }

  public func run(
    _ window: TrainingWindow, parameters: Parameters<Float>,
    gradient: inout Parameters<Float>?
  ) -> Double {
    guard gradient != nil else {
      return engine.run(window, parameters: parameters.values, gradient: nil)
    }
    return gradient!.values.withUnsafeMutableBufferPointer {
      engine.run(window, parameters: parameters.values, gradient: $0.baseAddress)
    }
  }

  /// What each target of the last window costs, in nats: [steps][streams].
  package var codeLengths: [Double] { engine.codeLengths }

  /// See `GeneralEngine.logits`.
  package func logits(step: Int, stream: Int) -> [Float] {
    engine.logits(step: step, stream: stream)
  }
}

/// Products by OpenBLAS, or of our own.
private struct SinglePrecisionProducts: MatrixProducts {
  let openBLAS: OpenBLAS?

  var name: String { openBLAS.map { "openblas-" + $0.core.lowercased() } ?? "plain" }

  func multiply(
    _ left: MatrixOperand<Float>, _ right: MatrixOperand<Float>,
    rows: Int, columns: Int, depth: Int,
    into result: UnsafeMutablePointer<Float>, stride: Int, adds: Bool
  ) {
    if let openBLAS {
      openBLAS.multiply(
        left, right, rows: rows, columns: columns, depth: depth, into: result, stride: stride,
        adds: adds)
    } else {
      PlainProducts().multiply(
        left, right, rows: rows, columns: columns, depth: depth, into: result, stride: stride,
        adds: adds)
    }
  }
}
