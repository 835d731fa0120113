import CMixingKernels
import Platform

/// The kernels of this process: those that the environment variable FSCOMP_KERNELS names, or else
/// the fastest. The choice changes speed and nothing else.
struct MixingKernels: @unchecked Sendable {
  // @unchecked: what the pointer points to never changes.
  let table: UnsafePointer<fsc_mixing_kernels>

  static let current = MixingKernels(table: fsc_mixing_kernels_for(getenv("FSCOMP_KERNELS")))
}

/// Memory for one C structure whose vectors want to be aligned, with zeros in it.
func allocateAligned<Structure>(_ zero: Structure) -> UnsafeMutablePointer<Structure> {
  let memory = UnsafeMutableRawPointer.allocate(
    byteCount: MemoryLayout<Structure>.size, alignment: 64)
  return memory.initializeMemory(as: Structure.self, repeating: zero, count: 1)
}
