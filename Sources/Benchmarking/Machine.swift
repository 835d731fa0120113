import Platform

/// The machine the figures hold for.
public struct Machine: Sendable, Equatable {
  /// The processor's name; nil if the system does not tell.
  public var processor: String?
  public var logicalCores: Int
  /// Bytes of main memory.
  public var memory: Int

  public init(processor: String?, logicalCores: Int, memory: Int) {
    self.processor = processor
    self.logicalCores = logicalCores
    self.memory = memory
  }

  static func current() -> Machine {
    let line = FileContents.text(of: "/proc/cpuinfo").split(separator: "\n")
      .first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last
    return Machine(
      processor: name.map { $0.split(separator: " ").joined(separator: " ") },
      logicalCores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      memory: sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))
  }
}
