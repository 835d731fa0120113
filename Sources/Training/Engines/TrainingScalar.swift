import Platform

/// What the general engine computes with: single precision to train, double precision to check
/// that gradients are derivatives.
protocol TrainingScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// e^x, for x that are clamped to where e^x is a normal number.
  static func exp(_ x: SIMD8<Self>) -> SIMD8<Self>
}

extension Float: TrainingScalar {
  @inline(__always)
  static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> { FloatVector.exp(x) }
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
