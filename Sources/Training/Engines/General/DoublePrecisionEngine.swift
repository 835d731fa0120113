/// The general engine in double precision: what gradients are checked with.
///
/// A type of its own so that the compiler makes the generic code concrete where it can see it.
package final class DoublePrecisionEngine {
  private let engine: GeneralEngine<PlainProducts<Double>>

  package init(_ topology: Topology, streams: Int, steps: Int, threads: Int) {
    engine = GeneralEngine(
      topology, streams: streams, steps: steps, threads: threads, products: PlainProducts())
  }

  /// See `GeneralEngine.states`.
  package var states: [Double] {
    get { engine.states }
    set { engine.states = newValue }
  }

  /// - Returns: the sum of all code lengths in nats.
  package func loss(_ window: TrainingWindow, parameters: [Double]) -> Double {
    engine.run(window, parameters: parameters, gradient: nil)
  }

  /// The gradient of the mean of the code lengths.
  package func gradient(_ window: TrainingWindow, parameters: [Double]) -> [Double] {
    var gradient = [Double](repeating: 0, count: parameters.count)
    gradient.withUnsafeMutableBufferPointer {
      _ = engine.run(window, parameters: parameters, gradient: $0.baseAddress)
    }
    return gradient
  }
}
