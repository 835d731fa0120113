/// Eight floats: two registers of the oldest x86-64, one of an AVX machine.
typealias FloatVector = SIMD8<Float>

extension UnsafePointer<Float> {
  @inline(__always)
  func vector(at index: Int) -> FloatVector {
    UnsafeRawPointer(self + index).loadUnaligned(as: FloatVector.self)
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  func vector(at index: Int) -> FloatVector {
    UnsafePointer(self).vector(at: index)
  }

  @inline(__always)
  func store(_ vector: FloatVector, at index: Int) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: FloatVector.self)
  }
}

extension FloatVector {
  /// e^x to a few units in the last place; x is clamped to -87...88, where e^x is a normal number.
  @inline(__always)
  static func exp(_ x: Self) -> Self {
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
    return sum * unsafeBitCast((exponent &+ 127) &<< 23, to: Self.self)
  }

  @inline(__always)
  static func sigmoid(_ x: Self) -> Self { 1 / (1 + exp(0 - x)) }

  @inline(__always)
  static func tanh(_ x: Self) -> Self { 1 - 2 / (1 + exp(x + x)) }

  /// The sum of the elements, not rounded on the way.
  @inline(__always)
  var total: Double { indices.reduce(0) { $0 + Double(self[$1]) } }
}
