import CMixingKernels

/// A bit that was predicted and not learned yet.
package struct MixedBit {
  let state: UnsafeMutablePointer<fsc_bits>
  let mode: ContentMode
  /// Of a 1, in units of 2^-22, 1 ... 2^22 - 1.
  package let probability: UInt64

  /// What the bit costs, in units of 2^-20 bits.
  @inline(__always)
  package func cost(_ bit: Int) -> Int64 {
    CodeCost.shared.cost(of: bit == 1 ? probability : (1 << 22) - probability)
  }
}

/// Finds out what each part of a mix has to do with the length of a code.
///
/// Two questions, asked of every bit:
///
/// * What did the part save in the mix? With the mixers' result as a sum of contributions, one for each
///   input, a bit that cost less (or more) than 1 because of it owes that to the inputs in proportion to
///   these: their Aumann-Shapley values, as the cost depends on the sum alone. They add up to all that
///   was saved.
/// * What would the part cost alone? It would say the mean of what its inputs say, of those that say
///   anything at all.
package struct MixAttribution: Sendable {
  /// By `MixedPart`, in units of 2^-20 bits. Negative where a part was wrong more than it was right.
  package private(set) var saved = [Int64](repeating: 0, count: MixedPart.count)
  /// By `MixedPart`: the code length of the part alone, in the same units; that of the rest means
  /// nothing.
  package private(set) var alone = [Int64](repeating: 0, count: MixedPart.count)

  /// [modes][inputs]: raw values of `MixedPart`.
  private let parts: [[Int]]
  private let inputCount: Int
  private var contributions: [Int32]
  private var sums = [Int64](repeating: 0, count: MixedPart.count)
  private var opinions = [Int32](repeating: 0, count: MixedPart.count)
  private var voices = [Int32](repeating: 0, count: MixedPart.count)

  /// Smaller sums say nothing: a mixed prediction of so little, in units of 2^-12, saves less than
  /// 0.003 bits.
  private static let leastSum: Int64 = 16

  package init(_ parameters: InitialParameters) {
    let plan = parameters.plan
    inputCount = plan.inputCount
    parts = ContentMode.allCases.map { mode in plan.parts(mode).map { $0.rawValue } }
    contributions = [Int32](repeating: 0, count: inputCount)
  }

  /// Takes in a bit before it is learned.
  ///
  /// - Parameter cost: of the bit, in units of 2^-20 bits.
  package mutating func add(_ bit: Int, _ mixed: MixedBit, cost: Int64) {
    guard let mixers = mixed.state.pointee.mixers else { return }
    contributions.withUnsafeMutableBufferPointer {
      fsc_mixers_contributions(mixers, $0.baseAddress)
    }
    let parts = parts[mixed.mode.rawValue]
    let inputs = fsc_mixers_inputs(mixers)
    for part in 0..<MixedPart.count { (sums[part], opinions[part], voices[part]) = (0, 0, 0) }
    for input in 0..<inputCount {
      let part = parts[input]
      sums[part] += Int64(contributions[input])
      // The linear inputs of matches say the same as the others, in another way.
      if inputs?[input] ?? 0 != 0, input != Self.linear, input != Self.secondLinear {
        opinions[part] += Int32(inputs?[input] ?? 0)
        voices[part] += 1
      }
    }
    let sign: Int64 = bit == 1 ? 1 : -1
    let mixedOne = UInt64(mixed.state.pointee.mixed_probability)
    let mixedSaving =
      CodeCost.bit - CodeCost.shared.cost(of: bit == 1 ? mixedOne : (1 << 22) - mixedOne)
    let sum = sign * sums.reduce(0, +)
    var credited: Int64 = 0
    if sum.magnitude >= Self.leastSum.magnitude {
      for part in 0..<MixedPart.count where sums[part] != 0 {
        let credit = mixedSaving * sign * sums[part] / sum
        saved[part] += credit
        credited += credit
      }
    }
    saved[MixedPart.rest.rawValue] += CodeCost.bit - cost - credited
    for part in 0..<MixedPart.count {
      if voices[part] == 0 {
        alone[part] += CodeCost.bit
      } else {
        let one = UInt64(LogisticTables.shared.squash((opinions[part] / voices[part]) << 4))
        alone[part] += CodeCost.shared.cost(of: bit == 1 ? one : (1 << 22) - one)
      }
    }
  }

  private static let linear = Int(FSC_INPUT_MATCH_LINEAR)
  private static let secondLinear = Int(FSC_INPUT_SECOND_MATCH_LINEAR)
}
