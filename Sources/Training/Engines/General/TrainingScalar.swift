import Platform

/// What the general engine computes with: single precision to train and to evaluate, double
/// precision to check that gradients are derivatives.
protocol TrainingScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, SIMDScalar, Sendable {
  /// e^x, for x that are clamped to where e^x is a normal number.
  static func exp(_ x: SIMD8<Self>) -> SIMD8<Self>
}

extension Float: TrainingScalar {
  /// To a few units in the last place.
  @inline(__always)
  static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
    var x = x
    x.replace(with: -87, where: x .< -87)
    x.replace(with: 88, where: x .> 88)
    // e^x = 2^n e^r, |r| <= ln 2 / 2. Adding 1.5 x 2^23 leaves n in the low bits of the mantissa.
    let magic: Float = 0x1.8p23
    let shifted = x * 1.442_695_04 + magic
    let n = shifted - magic
    // ln 2 in two parts, the first short enough for n times it to be exact.
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    // The Taylor series to r^7 / 7!: the next term is below 6e-9.
    var sum = r * (1 / 5040) + (1 / 720)
    sum = sum * r + (1 / 120)
    sum = sum * r + (1 / 24)
    sum = sum * r + (1 / 6)
    sum = sum * r + (1 / 2)
    sum = sum * r + 1
    sum = sum * r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- Int32(magic.bitPattern)
    return sum * unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD8<Float>.self)
  }
}

extension Double: TrainingScalar {
  static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    var y = x
    for index in x.indices {
      y[index] = Platform.exp(min(max(x[index], -700), 700))
    }
    return y
  }
}

extension SIMD8 where Scalar: TrainingScalar {
  @inline(__always)
  static func sigmoid(_ x: Self) -> Self { 1 / (1 + Scalar.exp(0 - x)) }

  @inline(__always)
  static func hyperbolicTangent(_ x: Self) -> Self { 1 - 2 / (1 + Scalar.exp(x + x)) }
}

extension UnsafePointer where Pointee: TrainingScalar {
  @inline(__always)
  func eight(_ index: Int) -> SIMD8<Pointee> {
    UnsafeRawPointer(self + index).loadUnaligned(as: SIMD8<Pointee>.self)
  }
}

extension UnsafeMutablePointer where Pointee: TrainingScalar {
  @inline(__always)
  func eight(_ index: Int) -> SIMD8<Pointee> { UnsafePointer(self).eight(index) }

  @inline(__always)
  func store(_ value: SIMD8<Pointee>, _ index: Int) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: value, as: SIMD8<Pointee>.self)
  }

  /// Adds `count` numbers, a multiple of 8.
  @inline(__always)
  func add(_ other: UnsafePointer<Pointee>, count: Int) {
    for index in stride(from: 0, to: count, by: 8) {
      store(eight(index) + other.eight(index), index)
    }
  }
}
