/// The general engine in single precision, on OpenBLAS: for any topology and regularization.
///
/// A type of its own so that the compiler makes the generic code concrete where it can see it:
/// called through `GradientEngine` alone, it would stay generic, and a hundred times as slow.
public final class OpenBLASEngine: GradientEngine {
  private let engine: GeneralEngine<OpenBLAS>

  public var name: String { "openblas-" + engine.products.core.lowercased() }
  public var streams: Int { engine.streams }
  public var steps: Int { engine.steps }

  /// - Parameters:
  ///   - topology: one that `supports` is true of.
  ///   - streams, steps, threads: at least 1.
  public init(
    _ topology: Topology, streams: Int, steps: Int, threads: Int, products: OpenBLAS
  ) {
    engine = GeneralEngine(
      topology, streams: streams, steps: steps, threads: threads, products: products)
  }

  public static func supports(_ topology: Topology, _ pass: TrainingPass) -> Bool {
    topology.units.allSatisfy { $0.isMultiple(of: 8) }
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
}
