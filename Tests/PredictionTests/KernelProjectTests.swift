import Platform
import CKernels
import Prediction
import Testing
import TestSupport

@Suite("Matrix products of every kernel table equal the definition")
struct KernelProjectTests {
  @Test("for every number of lanes", arguments: Kernels.testedNames)
  func everyLaneCount(name: String) throws {
    let table = try #require(Kernels.named(name))
    for (rows, columns) in [(16, 16), (80, 80)] {
      let product = Product(rows: rows, columns: columns, lanes: 256, seed: 1)
      let expected = product.result(ScalarKernels.table, lanes: 256)
      for lanes in 1...256 {
        let result = product.result(table, lanes: lanes)
        #expect(
          result == Product.firstLanes(lanes, of: expected, product),
          "\(rows) x \(columns), \(lanes) lanes")
      }
    }
  }

  @Test("for many sizes", arguments: Kernels.testedNames)
  func manySizes(name: String) throws {
    let table = try #require(Kernels.named(name))
    for rows in stride(from: 16, through: 272, by: 16) {
      for columns in stride(from: 16, through: 144, by: 16) {
        let lanes = (rows + columns) / 16 % 19 + 1
        let product = Product(
          rows: rows, columns: columns, lanes: lanes, shift: Int32((rows / 16 + columns) % 16),
          seed: UInt64(rows * 1000 + columns))
        #expect(
          product.result(table, lanes: lanes) == product.result(ScalarKernels.table, lanes: lanes),
          "\(rows) x \(columns), \(lanes) lanes")
      }
    }
  }

  @Test("for extreme weights and inputs", arguments: Kernels.testedNames)
  func extremes(name: String) throws {
    let table = try #require(Kernels.named(name))
    for (columns, lanes) in [(8192, 2), (4112, 5), (176, 19)] {
      for weights in Pattern.allCases {
        for inputs in Pattern.allCases {
          let product = Product(
            rows: 16, columns: columns, lanes: lanes, shift: columns > 1000 ? 13 : 7,
            weights: weights, inputs: inputs, seed: 3)
          #expect(
            product.result(table, lanes: lanes)
              == product.result(ScalarKernels.table, lanes: lanes),
            "\(columns) columns, \(lanes) lanes, weights \(weights), inputs \(inputs)")
        }
      }
    }
  }

  @Test("without columns, which leaves the biases", arguments: Kernels.testedNames)
  func noColumns(name: String) throws {
    let table = try #require(Kernels.named(name))
    for lanes in [1, 2, 5, 17, 64] {
      let product = Product(rows: 48, columns: 0, lanes: lanes, seed: 9)
      let expected = product.result(ScalarKernels.table, lanes: lanes)
      #expect(product.result(table, lanes: lanes) == expected, "\(lanes) lanes")
      #expect(Array(expected.prefix(48)) == product.biases[0].values)
    }
  }

  /// Inputs that begin where a slow cell's hidden states do.
  @Test("for inputs that begin anywhere", arguments: Kernels.testedNames)
  func unalignedInputs(name: String) throws {
    let table = try #require(Kernels.named(name))
    for start in [16, 32, 48, 80] {
      for (columns, lanes) in [(16, 3), (80, 1), (112, 17), (208, 33)] {
        let product = Product(
          rows: 32, columns: columns, lanes: lanes, start: start, seed: UInt64(start + columns))
        #expect(
          product.result(table, lanes: lanes) == product.result(ScalarKernels.table, lanes: lanes),
          "\(columns) columns from \(start), \(lanes) lanes")
      }
    }
  }

  /// Matrices of one weight, lanes of one input: wherever sums of few products overflow, some
  /// weight is the first for which they do.
  @Test("for every weight times every input", arguments: Kernels.testedNames)
  func everyProduct(name: String) throws {
    let table = try #require(Kernels.named(name))
    for weight in -127...127 as ClosedRange<Int8> {
      var product = Product(rows: 16, columns: 16, lanes: 255, biases: .zero, seed: 4)
      product.weights = [Int8](repeating: weight, count: 256)
      for lane in 0..<255 {
        for column in 0..<16 {
          product.inputs.base[lane * product.inputStride + column] = Int8(lane - 127)
        }
      }
      #expect(
        product.result(table, lanes: 255) == product.result(ScalarKernels.table, lanes: 255),
        "weight \(weight)")
    }
  }

  /// Kernels may treat weights by how large they are together: whatever the limits, some of these
  /// ranges are just within them and some just beyond, and the inputs make the most of it.
  @Test("for weights of every range", arguments: Kernels.testedNames)
  func weightRanges(name: String) throws {
    let table = try #require(Kernels.named(name))
    for most in [1, 15, 16, 17, 31, 32, 33, 42, 43, 44, 63, 64, 65, 66, 86, 100, 126] as [Int8] {
      for weights in [Pattern.uniform, .alternating, .highest, .small] {
        for inputs in [Pattern.uniform, .highest, .lowest, .alternating] {
          let product = Product(
            rows: 32, columns: 96, lanes: 9, shift: 3, weights: weights, weightRange: -most...most,
            inputs: inputs, biases: .zero, seed: UInt64(most))
          #expect(
            product.result(table, lanes: 9) == product.result(ScalarKernels.table, lanes: 9),
            "weights \(weights) up to \(most), inputs \(inputs)")
        }
      }
    }
  }

  /// Weights with one sign more often than the other, and each row of another size: sums of the
  /// positive and of the negative weights then reach any limit in some rows and not in others.
  @Test("for rows of different sizes and signs", arguments: Kernels.testedNames)
  func unevenRows(name: String) throws {
    let table = try #require(Kernels.named(name))
    for seed in 0..<12 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      var product = Product(
        rows: 48, columns: 1040, lanes: 5, shift: 8, inputs: seed % 2 == 0 ? .highest : .lowest,
        biases: .zero, seed: seed)
      for row in 0..<48 {
        let (low, high) = (generator.next(in: -127...0), generator.next(in: 0...127))
        for column in 0..<1040 {
          let isRare = generator.next(in: 0...40) == 0
          let weight = generator.next(in: isRare ? -127...127 : low / 3...high / 3)
          product.weights[row * 1040 + column] = Int8(weight)
        }
      }
      #expect(
        product.result(table, lanes: 5) == product.result(ScalarKernels.table, lanes: 5),
        "seed \(seed)")
    }
  }

  @Test("for every shift and extreme scales and biases", arguments: Kernels.testedNames)
  func scaling(name: String) throws {
    let table = try #require(Kernels.named(name))
    for shift in 0...15 {
      for scale in [Pattern.uniform, .highest, .zero, .small] {
        for bias in [Pattern.uniform, .lowest, .highest, .alternating] {
          let product = Product(
            rows: 48, columns: 48, lanes: 6, shift: Int32(shift), scales: scale, biases: bias,
            seed: UInt64(shift))
          #expect(
            product.result(table, lanes: 6) == product.result(ScalarKernels.table, lanes: 6),
            "shift \(shift), multipliers \(scale), biases \(bias)")
        }
      }
    }
  }
}

/// A matrix product to be computed by several tables.
private struct Product {
  /// Values between one lane's results and the next's, and after the last: not to be touched.
  private static let gap = 16
  private static let untouched: Int16 = 0x5A5A

  let rows: Int
  let columns: Int
  let shift: Int32
  var weights: [Int8]
  let inputs: SharedBuffer<Int8>
  let inputStride: Int
  /// Where in `inputs` the first lane's begin.
  let start: Int
  let multipliers: SharedBuffer<Int16>
  let biases: [SharedBuffer<Int16>]

  init(
    rows: Int, columns: Int, lanes: Int, start: Int = 0, shift: Int32 = 5,
    weights: Pattern = .uniform, weightRange: ClosedRange<Int8> = -127...127, inputs: Pattern = .uniform,
    scales: Pattern = .uniform, biases: Pattern = .uniform, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    self.rows = rows
    self.columns = columns
    self.shift = shift
    self.start = start
    self.weights =
      columns == 0 ? [] : weights.fill(rows * columns, in: weightRange, &generator)
    // Sometimes a whole alignment unit more than there has to be.
    let more = Int.random(in: 0...1, using: &generator)
    inputStride = max(alignedByteCount(columns), Int(FSC_ALIGNMENT)) + more * Int(FSC_ALIGNMENT)
    // Whatever follows a lane's inputs must not count: there, even -128 may be.
    var bytes = [Int8](repeating: 1, count: start)
    for _ in 0..<lanes {
      if columns > 0 { bytes += inputs.fill(columns, in: -127...127, &generator) }
      bytes += (columns..<inputStride).map { _ in Int8.random(in: -128...127, using: &generator) }
    }
    self.inputs = SharedBuffer(bytes)
    multipliers = SharedBuffer(scales.fill(rows, in: 0...32767, &generator))
    var rowBiases: [SharedBuffer<Int16>] = []
    for _ in 0..<lanes {
      rowBiases.append(SharedBuffer(biases.fill(rows, in: -32768...32767, &generator)))
    }
    self.biases = rowBiases
  }

  /// The results of the first `lanes` lanes, with the gaps.
  func result(_ table: fsc_kernels, lanes: Int) -> [Int16] {
    let packed = SharedBuffer<UInt8>(count: table.packed_size(Int32(rows), Int32(columns)))
    weights.withUnsafeBufferPointer {
      table.pack($0.baseAddress, Int32(rows), Int32(columns), packed.base)
    }
    var matrix = fsc_matrix(
      packed: packed.base, multipliers: multipliers.base, rows: Int32(rows),
      columns: Int32(columns), shift: shift)
    let stride = rows + Self.gap
    let z = SharedBuffer([Int16](repeating: Self.untouched, count: lanes * stride))
    let pointers = biases.map { UnsafePointer<Int16>?($0.base) }
    pointers.withUnsafeBufferPointer {
      table.project(
        &matrix, inputs.base + start, inputStride, Int32(lanes), $0.baseAddress, z.base, stride)
    }
    return z.values
  }

  static func firstLanes(_ lanes: Int, of result: [Int16], _ product: Product) -> [Int16] {
    Array(result.prefix(lanes * (product.rows + gap)))
  }
}
