/// Which engine trains.
public enum EngineChoice: String, CaseIterable, Sendable {
  /// The fastest that this machine has for the network at hand.
  case automatic = "auto"
  /// Kernels of our own; no regularization.
  case fused
  /// OpenBLAS; anything.
  case openBLAS = "openblas"

  /// No engine can do what was asked for.
  public enum Failure: Error, CustomStringConvertible {
    case missing(OpenBLAS.Missing)
    case unsupported

    public var description: String {
      switch self {
      case .missing(let error): error.description
      case .unsupported: "the fused engine knows no dropout and no zoneout; use --engine openblas"
      }
    }
  }

  /// - Parameters:
  ///   - topology: all units are multiples of `Topology.unitStep`.
  ///   - streams, steps, threads: at least 1.
  public func engine(
    _ topology: Topology, _ regularization: Regularization, streams: Int, steps: Int, threads: Int
  ) throws(Failure) -> any GradientEngine {
    func fused() -> any GradientEngine {
      FusedEngine(topology: topology, steps: steps, streams: streams, threads: threads)
    }
    func general() throws(Failure) -> any GradientEngine {
      let products: OpenBLAS
      do { products = try OpenBLAS.loaded } catch { throw .missing(error) }
      return SinglePrecisionEngine(
        topology, streams: streams, steps: steps, threads: threads, products: products)
    }
    let canFuse = FusedEngine.supports(topology, TrainingPass(regularization: regularization))
    switch self {
    case .fused:
      guard canFuse else { throw .unsupported }
      return fused()
    case .openBLAS:
      return try general()
    case .automatic:
      if canFuse && FusedKernels.fastest.isFast { return fused() }
      do { return try general() } catch {
        // Slow, but better than nothing.
        guard canFuse else { throw error }
        return fused()
      }
    }
  }
}
