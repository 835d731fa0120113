import Platform
import CKernels
import Model
import Prediction
import Testing
import TestSupport

@Suite("Cells of every kernel table equal the definition")
struct KernelCellTests {
  @Test("for many sizes", arguments: Kernels.testedNames, CellKind.allCases)
  func manySizes(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    for units in Array(stride(from: 16, through: 400, by: 16)) + [1024, 2064, 4080, 4096] {
      for seed in 0..<4 as Range<UInt64> {
        let cell = TestCell(kind, units: units, z: .uniform, state: .small, seed: seed)
        #expect(cell.result(table) == cell.result(ScalarKernels.table), "\(units) units")
      }
    }
  }

  @Test(
    "for extreme pre-activations, states and epsilons", arguments: Kernels.testedNames,
    CellKind.allCases)
  func extremes(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    for units in [16, 48, 4096] {
      for z in Pattern.allCases {
        for state in Pattern.allCases {
          for epsilon in [1, 1000, 1 << 30] as [UInt32] {
            let cell = TestCell(kind, units: units, z: z, state: state, epsilon: epsilon, seed: 5)
            #expect(
              cell.result(table) == cell.result(ScalarKernels.table),
              "\(units) units, z \(z), cell state \(state), epsilon \(epsilon)")
          }
        }
      }
    }
  }

  @Test("for extreme gains and biases", arguments: Kernels.testedNames, CellKind.allCases)
  func extremeParameters(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    for gains in Pattern.allCases {
      for biases in Pattern.allCases {
        for z in [Pattern.uniform, .spike, .highest] {
          let cell = TestCell(
            kind, units: 176, z: z, state: .uniform, gains: gains, biases: biases, epsilon: 1,
            seed: 7)
          #expect(
            cell.result(table) == cell.result(ScalarKernels.table),
            "z \(z), gains \(gains), biases \(biases)")
        }
      }
    }
  }

  @Test("for any number of lanes", arguments: Kernels.testedNames, CellKind.allCases)
  func lanes(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    for lanes in [0, 1, 2, 3, 16, 33] {
      for units in [16, 48, 256] {
        let cell = TestCell(
          kind, units: units, lanes: lanes, z: .uniform, state: .uniform, seed: UInt64(lanes))
        #expect(
          cell.result(table) == cell.result(ScalarKernels.table), "\(lanes) lanes, \(units) units")
      }
    }
  }

  /// Every spread of values, and so every shift of the layer norm.
  @Test("for deviations of every size", arguments: Kernels.testedNames, CellKind.allCases)
  func deviations(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    for bits in 0...15 {
      let most = Int16((1 << bits) - 1)
      for units in [16, 64, 112] {
        let cell = TestCell(
          kind, units: units, z: .uniform, zRange: -most...most, state: .uniform,
          stateRange: -most...most, epsilon: 1, seed: UInt64(bits))
        #expect(
          cell.result(table) == cell.result(ScalarKernels.table), "\(bits) bits, \(units) units")
      }
    }
  }

  /// Gains of zero leave the biases as gate inputs.
  @Test("for every input of every gate", arguments: Kernels.testedNames, CellKind.allCases)
  func everyActivation(name: String, kind: CellKind) throws {
    let table = try #require(Kernels.named(name))
    let units = 4096
    for part in 0..<16 {
      var cell = TestCell(kind, units: units, z: .uniform, state: .uniform, gains: .zero, seed: 11)
      let all = (0..<units).map { Int16(truncatingIfNeeded: part * units + $0) }
      let gates = [all, all.map { $0 &* 12345 }, all.reversed(), all.map { $0 &* 321 &+ 77 }]
      cell.gateBiases = SharedBuffer(Array(gates.prefix(kind.gateCount).joined()))
      cell.cellBiases = SharedBuffer(all.map { $0 &* 9 })
      #expect(cell.result(table) == cell.result(ScalarKernels.table), "part \(part)")
    }
  }
}

/// A cell and its state in some lanes, to be stepped by several tables.
private struct TestCell {
  struct State: Equatable {
    var cell: [Int16]
    var hidden: [Int8]
  }

  /// Values after the last cell state and each lane's hidden ones: not to be touched.
  private static let gap = 64

  let kind: CellKind
  let units: Int
  let lanes: Int
  let epsilon: UInt32
  let z: [Int16]
  let cellState: [Int16]
  let gateGains: SharedBuffer<Int16>
  var gateBiases: SharedBuffer<Int16>
  let cellGains: SharedBuffer<Int16>
  var cellBiases: SharedBuffer<Int16>
  let ownWeights: SharedBuffer<Int16>

  /// - Parameter kind: also limits what the state may be.
  init(
    _ kind: CellKind, units: Int, lanes: Int = 1, z: Pattern,
    zRange: ClosedRange<Int16> = -32768...32767, state: Pattern,
    stateRange: ClosedRange<Int16> = -32768...32767, gains: Pattern = .uniform,
    biases: Pattern = .uniform, epsilon: UInt32 = 100, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let every = Int16.min...Int16.max
    let gates = kind.gateCount
    self.kind = kind
    self.units = units
    self.lanes = lanes
    self.epsilon = epsilon
    self.z = (0..<lanes).flatMap { _ in z.fill(gates * units, in: zRange, &generator) }
    cellState = (0..<lanes).flatMap { _ in state.fill(units, in: stateRange, &generator) }
      .map { kind == .lstm ? $0 : max($0, -32767) }
    gateGains = SharedBuffer(gains.fill(gates * units, in: every, &generator))
    gateBiases = SharedBuffer(biases.fill(gates * units, in: every, &generator))
    cellGains = SharedBuffer(gains.fill(units, in: every, &generator))
    cellBiases = SharedBuffer(biases.fill(units, in: every, &generator))
    ownWeights = SharedBuffer(gains.fill(gates * units, in: every, &generator))
  }

  func result(_ table: fsc_kernels) -> State {
    let rows = kind.gateCount * units
    var cell = fsc_cell()
    cell.kind = Int32(kind.rawValue)
    cell.units = Int32(units)
    cell.gate_epsilons = (epsilon, epsilon, epsilon, epsilon)
    cell.gate_gains = UnsafePointer(gateGains.base)
    cell.gate_biases = UnsafePointer(gateBiases.base)
    if kind.normalizesState {
      cell.cell_epsilon = epsilon
      cell.cell_gains = UnsafePointer(cellGains.base)
      cell.cell_biases = UnsafePointer(cellBiases.base)
    }
    if kind.weighsOwnState { cell.own_weights = UnsafePointer(ownWeights.base) }
    let packed = SharedBuffer<UInt8>(count: table.packed_cell_size?(&cell) ?? 0)
    table.pack_cell?(&cell, packed.base)
    cell.packed = UnsafeRawPointer(packed.base)
    // A wider stride than it needs to be.
    let zStride = rows + 32
    let scratch = SharedBuffer<Int16>(count: lanes * zStride)
    for lane in 0..<lanes {
      for n in 0..<rows { scratch.base[lane * zStride + n] = z[lane * rows + n] }
    }
    let next = SharedBuffer(cellState + [Int16](repeating: 0x5A5A, count: Self.gap))
    let stride = units + Self.gap
    let hidden = SharedBuffer([Int8](repeating: 0x5A, count: max(lanes, 1) * stride))
    table.step_cells(
      &cell,
      fsc_cell_lanes(
        count: Int32(lanes), z: scratch.base, z_stride: zStride, cell_states: next.base,
        hidden_states: hidden.base, hidden_stride: stride))
    return State(cell: next.values, hidden: hidden.values)
  }
}
