import CTrainingKernels
import Testing
import Training

/// The products of every table that this machine can run, against plain sums.
@Suite struct TrainingKernelTests {
  struct Sizes: CustomTestStringConvertible {
    let rows: Int
    let depth: Int
    let columns: Int

    var testDescription: String { "\(rows) x \(depth) x \(columns)" }
  }

  /// Whole tiles and blocks, and every kind of rest.
  static let sizes = [
    Sizes(rows: 64, depth: 256, columns: 128), Sizes(rows: 16, depth: 32, columns: 32),
    Sizes(rows: 13, depth: 48, columns: 37), Sizes(rows: 100, depth: 161, columns: 80),
    Sizes(rows: 1, depth: 1, columns: 1), Sizes(rows: 33, depth: 130, columns: 16),
  ]

  static let tables: [fst_kernels] = withUnsafeTemporaryAllocation(
    of: UnsafePointer<fst_kernels>?.self, capacity: Int(FST_MOST_TABLES)
  ) { tables in
    tables.initialize(repeating: nil)
    let count = Int(fst_find_kernels(tables.baseAddress))
    return tables.prefix(count).compactMap { $0?.pointee }
  }

  static let names = tables.map { String(cString: $0.name) }

  /// How far a product may be off, relative to its length.
  static func tolerance(_ name: String) -> Double {
    ["portable", "avx2", "avx512"].contains(name) ? 1e-6 : 3e-3
  }

  /// Aligned, and not zero: all that a product reads must have been written.
  static func packed(_ bytes: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0x7F, count: max(bytes, 1))
    return memory
  }

  enum Operands: String, CaseIterable {
    /// Hidden states times the transpose of a matrix; gradients times a matrix; and what gives a
    /// matrix's gradient.
    case forward, backward, gradient
  }

  @Test(arguments: sizes, Operands.allCases)
  func productsAreSums(sizes: Sizes, operands: Operands) {
    // Gradients of matrices are products of whole sixteens.
    let rows = operands == .gradient ? (sizes.rows + 15) / 16 * 16 : sizes.rows
    let (depth, columns) = (sizes.depth, operands == .gradient ? 48 : sizes.columns)
    var generator = TestGenerator(seed: 1)
    let left = (0..<rows * depth).map { _ in fst_float_to_half(Float(generator.nextSigned())) }
    let right = (0..<depth * columns).map { _ in Float(generator.nextSigned()) }
    let rightHalves = right.map { fst_float_to_half($0) }
    // Powers of two, as the scales of gradients are, and none at all.
    let scales = (0..<max(rows, depth)).map { $0 % 7 == 3 ? 0 : Float(1 << ($0 % 5)) / 64 }
    let start = (0..<rows * columns).map { _ in Float(generator.nextSigned()) }

    func leftValue(_ row: Int, _ d: Int) -> Double {
      switch operands {
      case .forward: Double(fst_half_to_float(left[row * depth + d]))
      case .backward: Double(fst_half_to_float(left[row * depth + d]) * scales[row])
      case .gradient: Double(fst_half_to_float(left[d * rows + row]) * scales[d])
      }
    }
    func rightValue(_ d: Int, _ column: Int) -> Double {
      switch operands {
      case .forward: Double(right[column * depth + d])
      case .backward: Double(right[d * columns + column])
      case .gradient: Double(fst_half_to_float(rightHalves[d * columns + column]))
      }
    }
    let adds = operands == .gradient
    var expected = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let index = row * columns + column
        expected[index] = (0..<depth).reduce(adds ? Double(start[index]) : 0) {
          $0 + leftValue(row, $1) * rightValue($1, column)
        }
      }
    }
    let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()

    for (table, name) in zip(Self.tables, Self.names) {
      let (r, d, c) = (Int32(rows), Int32(depth), Int32(columns))
      let packedLeft = Self.packed(table.left_size(r, d))
      let packedRight = Self.packed(table.right_size(d, c))
      defer {
        packedLeft.deallocate()
        packedRight.deallocate()
      }
      switch operands {
      case .forward:
        table.pack_left(left, depth, nil, r, d, packedLeft)
        table.pack_right_transposed(right, depth, d, c, packedRight)
      case .backward:
        table.pack_left(left, depth, scales, r, d, packedLeft)
        table.pack_right(right, columns, d, c, packedRight)
      case .gradient:
        table.pack_left_transposed(left, rows, scales, r, d, packedLeft)
        table.pack_right_halves(rightHalves, columns, d, c, packedRight)
      }
      var found = start
      table.multiply(packedLeft, packedRight, r, d, c, &found, columns, adds)
      let distance = zip(found, expected)
        .reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }.squareRoot()
      #expect(distance <= Self.tolerance(name) * length, "\(name)")
    }
  }

  @Test func halvesAreWhatTheirBitsSay() {
    for bits in UInt16.min...UInt16.max {
      let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
      let value = fst_half_to_float(bits)
      #expect(value.sign == (bits >> 15 == 0 ? .plus : .minus))
      switch (exponent, fraction) {
      case (31, 0): #expect(value.isInfinite)
      case (31, _): #expect(value.isNaN)
      case (0, _): #expect(value.magnitude == fraction * 0x1p-24)
      default:
        let scale = Float(sign: .plus, exponent: exponent - 25, significand: 1)
        #expect(value.magnitude == (1024 + fraction) * scale)
      }
      if value.isNaN {
        #expect(fst_half_to_float(fst_float_to_half(value)).isNaN)
      } else {
        #expect(fst_float_to_half(value) == bits)
      }
    }
  }

  @Test func roundsToTheNearestHalf() {
    // Up to the largest, 0x7BFF; halfway between it and 2^16 is infinity.
    for bits in 0...0x7BFF as ClosedRange<UInt16> {
      let low = fst_half_to_float(bits)
      let high = bits == 0x7BFF ? 65536 : fst_half_to_float(bits + 1)
      let middle = (low + high) / 2
      #expect(fst_float_to_half(middle) == bits + bits % 2)
      #expect(fst_float_to_half(middle.nextDown) == bits)
      #expect(fst_float_to_half(middle.nextUp) == bits + 1)
      #expect(fst_float_to_half(-middle.nextUp) == bits + 1 | 0x8000)
    }
  }

  @Test func roundsWeightsByRow() {
    let weights: [Float] = [0.5, -1.27, 0.124, 0, 0, 0, 254, 1, 3]
    var rounded = weights
    fst_round_weights(weights, 3, 3, &rounded)
    let expected: [Float] = [0.5, -1.27, 0.12, 0, 0, 0, 254, 0, 4]
    #expect(zip(rounded, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }
}
