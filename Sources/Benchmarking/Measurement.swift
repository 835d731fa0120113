/// What one run of one program cost.
public struct RunCost: Sendable, Equatable {
  /// Wall-clock time in seconds, by `CLOCK_MONOTONIC`.
  public var seconds: Double
  /// Time that the program's processors spent outside the system, in seconds; nil if unknown. It
  /// hardly depends on what else the machine does.
  public var userSeconds: Double?
  /// Largest resident set in bytes. For a separate program it is never lower than the measuring
  /// process's own (``BenchmarkReport/memoryFloor``).
  public var peakMemory: Int

  public init(seconds: Double, userSeconds: Double? = nil, peakMemory: Int) {
    self.seconds = seconds
    self.userSeconds = userSeconds
    self.peakMemory = peakMemory
  }
}

/// Something a reader of an archive needs beside the archive.
public struct DecoderPart: Sendable, Equatable {
  /// "executable", "library" or "model".
  public var name: String
  /// Size in bytes.
  public var byteCount: Int

  public init(name: String, byteCount: Int) {
    self.name = name
    self.byteCount = byteCount
  }
}

/// A verified round trip: sizes and costs, and the figures that follow from them.
public struct Measurement: Sendable, Equatable {
  /// Bytes before compression.
  public var plainBytes: Int
  /// Bytes of the whole archive file.
  public var archiveBytes: Int
  public var compression: RunCost
  public var decompression: RunCost

  public init(
    plainBytes: Int, archiveBytes: Int, compression: RunCost, decompression: RunCost
  ) {
    self.plainBytes = plainBytes
    self.archiveBytes = archiveBytes
    self.compression = compression
    self.decompression = decompression
  }

  /// Archive bits per plain byte, model not counted; nil for empty input.
  public var bitsPerByte: Double? { bitsPerByte(ofTotal: archiveBytes) }

  /// Bits per plain byte when `bytes` are needed to get the plain bytes back; nil for empty input.
  public func bitsPerByte(ofTotal bytes: Int) -> Double? {
    plainBytes > 0 ? 8 * Double(bytes) / Double(plainBytes) : nil
  }

  /// Plain bytes per archive byte, model not counted; nil if either is zero.
  public var ratio: Double? {
    plainBytes > 0 && archiveBytes > 0 ? Double(plainBytes) / Double(archiveBytes) : nil
  }

  /// Plain megabytes (10^6 bytes) a second; nil for empty input.
  public var compressionSpeed: Double? { speed(compression) }
  public var decompressionSpeed: Double? { speed(decompression) }

  /// Larger peak of the two directions, in bytes.
  public var peakMemory: Int { max(compression.peakMemory, decompression.peakMemory) }

  private func speed(_ cost: RunCost) -> Double? {
    plainBytes > 0 && cost.seconds > 0 ? Double(plainBytes) / 1e6 / cost.seconds : nil
  }

  /// Both together: sizes and times add up, the larger peak stays.
  static func + (a: Measurement, b: Measurement) -> Measurement {
    Measurement(
      plainBytes: a.plainBytes + b.plainBytes, archiveBytes: a.archiveBytes + b.archiveBytes,
      compression: a.compression + b.compression,
      decompression: a.decompression + b.decompression)
  }
}

extension RunCost {
  static func + (a: RunCost, b: RunCost) -> RunCost {
    RunCost(
      seconds: a.seconds + b.seconds, userSeconds: combined(a.userSeconds, b.userSeconds, +),
      peakMemory: max(a.peakMemory, b.peakMemory))
  }
}

/// Of two numbers that may be unknown.
func combined(_ a: Double?, _ b: Double?, _ combine: (Double, Double) -> Double) -> Double? {
  guard let a, let b else { return nil }
  return combine(a, b)
}
