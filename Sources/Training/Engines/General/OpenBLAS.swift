import Platform

/// Single-precision matrix products by OpenBLAS.
///
/// The library is loaded when training begins and not linked, so that the program compresses on
/// machines that do not have it. Each call runs on the thread that makes it.
public struct OpenBLAS: Sendable {
  /// The library could not be loaded.
  public struct Missing: Error, CustomStringConvertible {
    public var description: String {
      "OpenBLAS, which this kind of training needs, could not be loaded; "
        + "it is in the package libopenblas0 (Debian, Ubuntu), openblas (others)"
    }
  }

  /// What CBLAS calls `cblas_sgemm`.
  fileprivate typealias Multiply = @convention(c) (
    _ order: CInt, _ transposesA: CInt, _ transposesB: CInt, _ m: CInt, _ n: CInt, _ k: CInt,
    _ alpha: Float, _ a: UnsafePointer<Float>, _ lda: CInt,
    _ b: UnsafePointer<Float>, _ ldb: CInt,
    _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: CInt
  ) -> Void

  /// The processor that its kernels were made for, in OpenBLAS's words, such as "SkylakeX".
  public let core: String
  fileprivate let sgemm: Multiply

  private static let library = Result<OpenBLAS, Missing> { () throws(Missing) in
    guard let found = OpenBLAS() else { throw Missing() }
    return found
  }

  /// The library, loaded once.
  public static var loaded: OpenBLAS {
    get throws(Missing) { try library.get() }
  }

  private init?() {
    // Read when the library is loaded. Threads of its own would only be in the way.
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    // Releases that do not know a processor take it for one without AVX-512, at half the speed.
    if Self.hasAVX512 { setenv("OPENBLAS_CORETYPE", "SkylakeX", 0) }
    let names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"]
    guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
      let function = dlsym(handle, "cblas_sgemm")
    else { return nil }
    sgemm = unsafeBitCast(function, to: Multiply.self)
    typealias CoreName = @convention(c) () -> UnsafePointer<CChar>?
    let name = dlsym(handle, "openblas_get_corename").map {
      unsafeBitCast($0, to: CoreName.self)()
    }
    core = name.flatMap { $0 }.map { String(cString: $0) } ?? "unknown"
  }

  /// Whether the processor has all of AVX-512 that Skylake servers have, which is what OpenBLAS's
  /// kernels of that name use.
  private static var hasAVX512: Bool {
    guard let file = fopen("/proc/cpuinfo", "r") else { return false }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 1 << 14)
    while fgets(&line, CInt(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix("flags") else { continue }
      let flags = Set(text.split(whereSeparator: \.isWhitespace))
      return flags.isSuperset(of: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
    }
    return false
  }
}

extension OpenBLAS: MatrixProducts {
  func multiply(
    _ left: MatrixOperand<Float>, _ right: MatrixOperand<Float>,
    rows: Int, columns: Int, depth: Int,
    into result: UnsafeMutablePointer<Float>, stride: Int, adds: Bool
  ) {
    let (rowMajor, plain, transposed) = (CInt(101), CInt(111), CInt(112))
    sgemm(
      rowMajor, left.isTransposed ? transposed : plain, right.isTransposed ? transposed : plain,
      CInt(rows), CInt(columns), CInt(depth), 1, left.elements, CInt(left.stride),
      right.elements, CInt(right.stride), adds ? 1 : 0, result, CInt(stride))
  }
}
