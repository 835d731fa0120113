import CKernels
import Model
import Synchronization

/// A network that is prepared for the kernels when it is first used, once for all that share it: a
/// model has networks for several levels, and most processes need one.
package final class SharedNetwork: Sendable {
  package let shape: NetworkShape
  private let network: QuantizedNetwork
  private let kernels: fsc_kernels
  private let box = AtomicLazyReference<PreparedNetwork>()

  package init(_ network: QuantizedNetwork, kernels: fsc_kernels = Kernels.current) {
    shape = network.shape
    self.network = network
    self.kernels = kernels
  }

  /// Threads that are the first at the same time all do the work, and share the result of one.
  package var prepared: PreparedNetwork {
    box.load() ?? box.storeIfNil(PreparedNetwork(network, kernels: kernels))
  }
}
