import CTrainingKernels
import Dispatch
import Platform

/// An engine of its own kernels: matrix products in the operand format that the processor
/// multiplies fastest, and everything between two products in one pass over each row.
///
/// Every thread takes some of the streams through all steps, forward and backward, alone; then each
/// computes some rows of every matrix's gradient. Hidden states, normalized gates and gradients
/// wait in half precision, the latter with a scale for each row, cell states in single precision.
/// The same machine and the same number of threads give the same result bit for bit.
public final class FusedEngine: GradientEngine {
  public let streams: Int
  public let steps: Int
  /// Such as "fused-avx512fp16".
  public let name: String

  private let kernels: FusedKernels
  private let layout: ParameterLayout
  private let window: FusedWindow
  /// Made when the first gradient is asked for.
  private var history: FusedHistory?
  /// One for each cell, then the output's.
  private let matrices: [FusedMatrix]
  private let threads: Int
  private let workers: [FusedWorker]
  private var matrixGradients: [FusedMatrixGradient] = []

  /// - Parameters:
  ///   - topology: one that `supports` is true of.
  ///   - steps: of a window, at least 1.
  ///   - streams: at least 1; multiples of 64 a thread waste nothing.
  ///   - threads: at least 1.
  ///   - kernels: nil: the fastest.
  public init(
    topology: Topology, steps: Int, streams: Int, threads: Int, kernels: FusedKernels? = nil
  ) {
    precondition(steps >= 1 && streams >= 1 && threads >= 1)
    precondition(Self.supports(topology, TrainingPass()))
    let kernels = kernels ?? .fastest
    let layout = ParameterLayout(topology)
    let window = FusedWindow(topology, steps: steps, streams: streams)
    self.steps = steps
    self.streams = streams
    self.kernels = kernels
    self.layout = layout
    self.window = window
    name = "fused-\(kernels.name)"
    matrices =
      zip(window.cells, layout.cells).map { cell, offsets in
        FusedMatrix(
          rows: 4 * cell.units, columns: cell.inputs, offset: offsets.weights, kernels: kernels)
      } + [
        FusedMatrix(
          rows: 256, columns: window.outputUnits, offset: layout.output, kernels: kernels)
      ]
    // Products take streams sixteen at a time.
    let sixteens = (streams + 15) / 16
    let used = min(threads, sixteens)
    workers = (0..<used).map {
      let range = sixteens * $0 / used * 16..<min(streams, sixteens * ($0 + 1) / used * 16)
      return FusedWorker(streams: range, window: window, kernels: kernels)
    }
    self.threads = threads
  }

  /// Whether it can run such a pass.
  public static func supports(_ topology: Topology, _ pass: TrainingPass) -> Bool {
    pass.regularization.isNone && topology.units.allSatisfy { $0 % Topology.unitStep == 0 }
  }

  public func resetState(stream: Int) {
    for (state, units) in window.topology.units.enumerated() {
      let zeros = [Float](repeating: 0, count: units)[...]
      window.setState(state, stream: stream, hidden: zeros, cell: zeros)
    }
  }

  public func exportState() -> [Float] {
    window.topology.units.indices.flatMap { state in
      let streams = (0..<streams).map { window.state(state, stream: $0) }
      return streams.flatMap(\.hidden) + streams.flatMap(\.cell)
    }
  }

  public func importState(_ state: [Float]) {
    precondition(state.count == 2 * streams * window.topology.units.reduce(0, +))
    var start = 0
    for (index, units) in window.topology.units.enumerated() {
      for stream in 0..<streams {
        let hidden = start + stream * units
        let cell = hidden + streams * units
        window.setState(
          index, stream: stream, hidden: state[hidden..<hidden + units],
          cell: state[cell..<cell + units])
      }
      start += 2 * streams * units
    }
  }

  public func run(
    _ trainingWindow: TrainingWindow, parameters: Parameters<Float>,
    gradient: inout Parameters<Float>?
  ) -> Double {
    precondition(parameters.layout == layout && gradient.map { $0.layout == layout } != false)
    precondition(trainingWindow.inputs.count == window.rows)
    precondition(Self.supports(layout.topology, trainingWindow.pass))
    prepare(backward: gradient != nil)
    let loss = parameters.values.withUnsafeBufferPointer { parameters in
      trainingWindow.inputs.withUnsafeBufferPointer { inputs in
        trainingWindow.targets.withUnsafeBufferPointer { targets in
          let run = FusedRun(
            window: window, history: gradient == nil ? nil : history, matrices: matrices,
            layout: layout, parameters: parameters.baseAddress!, inputs: inputs.baseAddress!,
            targets: targets.baseAddress!, roundsHidden: trainingWindow.pass.rounds,
            kernels: kernels)
          pack(run)
          let loss = throughTime(run)
          gradient?.values.withUnsafeMutableBufferPointer { add(run, to: $0.baseAddress!) }
          return loss
        }
      }
    }
    window.carry()
    return loss
  }

  /// Makes room for what has not been asked for before.
  private func prepare(backward: Bool) {
    if backward && history == nil {
      history = FusedHistory(window)
      matrixGradients = (0..<threads).map {
        FusedMatrixGradient(thread: $0, threads: threads, window: window, kernels: kernels)
      }
    }
  }

  private func pack(_ run: FusedRun) {
    let threads = threads
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for index in stride(from: thread, to: run.matrices.count, by: threads) {
        run.matrices[index].pack(
          run.parameters, rounds: run.roundsHidden, backward: run.history != nil,
          kernels: run.kernels)
      }
    }
  }

  /// Forward and, if there is a history, backward. Returns the loss.
  private func throughTime(_ run: FusedRun) -> Double {
    let workers = workers
    let losses = OwnedBuffer<Double>(count: workers.count)
    DispatchQueue.concurrentPerform(iterations: workers.count) { index in
      losses[index] = workers[index].forward(run)
      if run.history != nil { workers[index].backward(run) }
    }
    return losses.contents.reduce(0, +)
  }

  private func add(_ run: FusedRun, to gradient: UnsafeMutablePointer<Float>) {
    let matrixGradients = matrixGradients
    nonisolated(unsafe) let gradient = gradient
    DispatchQueue.concurrentPerform(iterations: matrixGradients.count) { thread in
      matrixGradients[thread].add(run, to: gradient)
    }
    for worker in workers {
      for (sums, offsets) in zip(worker.normGradient, layout.cells) {
        // Gains and biases of a cell lie side by side.
        let target = gradient + offsets.gateGain
        for index in 0..<sums.count { target[index] += sums.base[index] }
      }
      let target = gradient + layout.outputBias
      for index in 0..<256 { target[index] += worker.outputBiasGradient.base[index] }
    }
  }
}
