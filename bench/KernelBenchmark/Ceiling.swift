import CKernels
import Dispatch
import KernelCeilings
import Prediction

/// What a processor does at most with the instructions of a product, and what products do of it.
struct Ceiling {
  let kernels: fsc_kernels

  /// 10^9 multiply-adds a second of each of `threads` threads, on registers alone; nil where no such
  /// loop is known.
  func onRegisters(threads: Int) -> Double? {
    let rounds = 200_000
    let name = kernels.tableName
    let work = kernel_ceiling(name, Int64(rounds))
    if work == 0 { return nil }
    let timing = Timing(repetitions: 1) {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        _ = kernel_ceiling(name, Int64(rounds))
      }
    }
    return Double(work) / timing.median
  }

  /// The same of all products of a network in turn, each with all lanes, as a step has them: weights
  /// come from wherever the products before have left them.
  func ofProducts(_ network: PreparedNetwork, lanes: Int, threads: Int) -> Double {
    let blocks = (0..<threads).map { _ in
      Products(Stages(network: network, kernels: kernels, lanes: lanes))
    }
    let timing = Timing(repetitions: Products.steps) {
      DispatchQueue.concurrentPerform(iterations: threads) { blocks[$0].run() }
    }
    let work = (network.cells.map(\.matrix) + [network.output])
      .reduce(0) { $0 + Int($1.rows * $1.columns) * lanes }
    return Double(work) / timing.median
  }
}

/// One thread's products.
private final class Products: @unchecked Sendable {
  // @unchecked: each is used by one thread at a time.
  static let steps = 32
  private let stages: Stages

  init(_ stages: Stages) { self.stages = stages }

  func run() {
    for _ in 0..<Self.steps { stages.projectAll() }
  }
}
