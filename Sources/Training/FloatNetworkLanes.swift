import Platform

/// The parameters of a network in the layout that the forward pass reads.
struct FloatNetworkParameters: Sendable {
  let embedding: FloatWeights.Matrix
  /// F1...Fk.
  let fast: [FloatNetworkCell]
  let slow: FloatNetworkCell
  let output: FloatNetworkMatrix
  let outputBias: [Float]
  let fastUnits: Int
  let slowUnits: Int

  init(_ weights: FloatWeights) {
    embedding = weights.embedding
    fast = weights.fast.map(FloatNetworkCell.init)
    slow = FloatNetworkCell(weights.slow)
    output = FloatNetworkMatrix(weights.output)
    outputBias = weights.outputBias
    fastUnits = weights.fastUnits
    slowUnits = weights.slowUnits
  }
}

/// The states of a few lanes that one thread steps together.
struct FloatNetworkLanes: Sendable {
  let count: Int
  /// F values a lane: h_F and c_F.
  private var fastHidden: [Float]
  private var fastCells: [Float]
  /// F + S values a lane: the hidden state of F1, then that of the slow cell.
  private var joinedHidden: [Float]
  /// S values a lane.
  private var slowCells: [Float]
  /// Scratch for the gates of one cell: 4 max(F, S) values a lane.
  private var gates: [Float]
  /// 256 values a lane, in natural logarithm units.
  private(set) var logits: [Float]

  init(count: Int, parameters: FloatNetworkParameters) {
    let (fast, slow) = (parameters.fastUnits, parameters.slowUnits)
    func zeros(_ perLane: Int) -> [Float] { Array(repeating: 0, count: count * perLane) }
    self.count = count
    fastHidden = zeros(fast)
    fastCells = zeros(fast)
    joinedHidden = zeros(fast + slow)
    slowCells = zeros(slow)
    gates = zeros(4 * max(fast, slow))
    logits = zeros(256)
    updateLogits(parameters)
  }

  /// - Parameter bytes: the byte that lane `lane` has seen is `bytes(lane)`.
  mutating func step(parameters: FloatNetworkParameters, bytes: (Int) -> UInt8) {
    let (fastUnits, slowUnits) = (parameters.fastUnits, parameters.slowUnits)
    let joined = fastUnits + slowUnits

    for lane in 0..<count {
      let start = lane * 4 * fastUnits
      let row = parameters.embedding.row(Int(bytes(lane)))
      gates.replaceSubrange(start..<start + row.count, with: row)
    }
    let first = parameters.fast[0]
    first.matrix.accumulate(fastHidden, into: &gates, lanes: count)
    first.advance(
      gates: &gates, cells: &fastCells,
      hidden: &joinedHidden, hiddenOffset: 0, hiddenStride: joined, lanes: count)

    clearGates()
    parameters.slow.matrix.accumulate(joinedHidden, into: &gates, lanes: count)
    parameters.slow.advance(
      gates: &gates, cells: &slowCells,
      hidden: &joinedHidden, hiddenOffset: fastUnits, hiddenStride: joined, lanes: count)

    for (index, cell) in parameters.fast.enumerated().dropFirst() {
      clearGates()
      cell.matrix.accumulate(index == 1 ? joinedHidden : fastHidden, into: &gates, lanes: count)
      cell.advance(
        gates: &gates, cells: &fastCells,
        hidden: &fastHidden, hiddenOffset: 0, hiddenStride: fastUnits, lanes: count)
    }
    updateLogits(parameters)
  }

  /// Bits that `byte` costs as the next byte of a lane: -log2 softmax(logits)[byte].
  func codeLength(of byte: UInt8, lane: Int) -> Double {
    let logits = logits[lane * 256..<(lane + 1) * 256]
    let largest = logits.max() ?? 0
    let sum = logits.withUnsafeBufferPointer { logits in
      stride(from: 0, to: 256, by: FloatVector.scalarCount).reduce(FloatVector.zero) {
        $0 + FloatVector.exp(logits.baseAddress!.vector(at: $1) - largest)
      }
    }
    let distance = largest - logits[logits.startIndex + Int(byte)]
    return log2(sum.total) + Double(distance) / 0.693_147_180_559_945_3
  }

  private mutating func clearGates() {
    gates.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  private mutating func updateLogits(_ parameters: FloatNetworkParameters) {
    for lane in 0..<count {
      logits.replaceSubrange(lane * 256..<(lane + 1) * 256, with: parameters.outputBias)
    }
    parameters.output.accumulate(fastHidden, into: &logits, lanes: count)
  }
}
