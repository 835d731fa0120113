import CKernels
import Dispatch
import Prediction

/// Steps of a whole network, as in a block: what the stages take when each finds the caches as the
/// others leave them.
struct WholeSteps {
  let network: PreparedNetwork
  let lanes: Int

  /// Nanoseconds for a byte of one thread, while `threads` of them step blocks of their own.
  func time(threads: Int) -> Timing {
    let steps = max(4, 512 / lanes)
    let blocks = (0..<threads).map { _ in Block(network: network, lanes: lanes) }
    return Timing(repetitions: steps * lanes) {
      DispatchQueue.concurrentPerform(iterations: threads) { blocks[$0].run(steps: steps) }
    }
  }
}

/// One thread's predictor, fed with bytes that no one could predict.
private final class Block: @unchecked Sendable {
  // @unchecked: each is used by one thread at a time.
  private var predictor: Predictor
  private var bytes: [UInt8]
  private var random: UInt64 = 1

  init(network: PreparedNetwork, lanes: Int) {
    predictor = Predictor([network], lanes: lanes)
    bytes = [UInt8](repeating: 0, count: lanes)
  }

  func run(steps: Int) {
    for _ in 0..<steps {
      predictor.predict(active: bytes.count)
      for lane in bytes.indices {
        // A linear congruential generator (Knuth, volume 2, 3.3.4).
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[lane] = UInt8(truncatingIfNeeded: random >> 56) & 0x7F
      }
      predictor.update(bytes: bytes)
    }
  }
}
