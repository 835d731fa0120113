import Dispatch

/// The FS-LSTM in single precision over a number of lanes: what the fixed-point network and
/// training are measured against. Not for the codec, whose arithmetic is integer.
///
/// Lanes are independent: a lane's logits depend on its own bytes only, down to the last bit. They
/// are stepped on several threads.
public struct FloatNetwork: Sendable {
  /// Lanes, at least 1.
  public let lanes: Int
  private let parameters: FloatNetworkParameters
  /// Lanes a group; the last may be smaller.
  private let groupLanes: Int
  private var groups: [FloatNetworkLanes]

  /// A network that has seen nothing: all states zero, so that the logits are the output biases.
  ///
  /// - Parameter lanes: at least 1.
  public init(weights: FloatWeights, lanes: Int) {
    precondition(lanes >= 1)
    let parameters = FloatNetworkParameters(weights)
    // Sixteen lanes are enough to read the weights at leisure; fewer when there would otherwise be
    // nothing for a second thread to do.
    let groupLanes = min(16, max(2, (lanes + 3) / 4 * 2))
    self.lanes = lanes
    self.parameters = parameters
    self.groupLanes = groupLanes
    groups = stride(from: 0, to: lanes, by: groupLanes).map {
      FloatNetworkLanes(count: min(groupLanes, lanes - $0), parameters: parameters)
    }
  }

  /// The 256 logits for the next byte of a lane, in natural logarithm units.
  public func logits(lane: Int) -> [Float] {
    let start = lane % groupLanes * 256
    return Array(groups[lane / groupLanes].logits[start..<start + 256])
  }

  /// Bits that `byte` costs as the next byte of a lane.
  public func codeLength(of byte: UInt8, lane: Int) -> Double {
    groups[lane / groupLanes].codeLength(of: byte, lane: lane % groupLanes)
  }

  /// Takes in one byte a lane.
  ///
  /// - Parameter bytes: as many as there are lanes.
  public mutating func step(_ bytes: [UInt8]) {
    precondition(bytes.count == lanes)
    forEachGroup { group, firstLane, parameters in
      group.step(parameters: parameters) { bytes[firstLane + $0] }
    }
  }

  /// The ideal code length of `data`, cut into `lanes` runs of consecutive bytes that are coded
  /// side by side, each from the state that has seen nothing.
  ///
  /// - Parameters:
  ///   - data: bytes left over by the division by `lanes` are not coded.
  ///   - progress: called with the bytes done so far, at most once per step of all lanes.
  /// - Returns: the code length in bits, and the number of bytes it covers.
  public static func codeLength(
    of data: [UInt8], lanes: Int, weights: FloatWeights, progress: ((Int) -> Void)? = nil
  ) -> (bits: Double, bytes: Int) {
    var network = FloatNetwork(weights: weights, lanes: lanes)
    let steps = data.count / lanes
    // A sum a lane, so that the total does not depend on how threads divide the lanes.
    var bits = [Double](repeating: 0, count: lanes)
    for step in 0..<steps {
      bits.withUnsafeMutableBufferPointer { bits in
        nonisolated(unsafe) let bits = bits
        network.forEachGroup { group, firstLane, parameters in
          let byte = { (lane: Int) in data[(firstLane + lane) * steps + step] }
          for lane in 0..<group.count {
            bits[firstLane + lane] += group.codeLength(of: byte(lane), lane: lane)
          }
          group.step(parameters: parameters, bytes: byte)
        }
      }
      progress?((step + 1) * lanes)
    }
    return (bits.reduce(0, +), steps * lanes)
  }

  /// Runs `body` on every group, its first lane and the parameters; several groups at a time.
  private mutating func forEachGroup(
    _ body: @Sendable (inout FloatNetworkLanes, Int, FloatNetworkParameters) -> Void
  ) {
    let (parameters, groupLanes) = (parameters, groupLanes)
    groups.withUnsafeMutableBufferPointer { groups in
      // Each iteration touches its own element only.
      nonisolated(unsafe) let groups = groups
      DispatchQueue.concurrentPerform(iterations: groups.count) { index in
        body(&groups[index], index * groupLanes, parameters)
      }
    }
  }
}
