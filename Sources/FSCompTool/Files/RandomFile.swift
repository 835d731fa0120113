import FSComp
import Platform

/// A regular file, read from anywhere.
struct RandomFile: RandomAccessSource {
  private let descriptor: Descriptor
  let size: Int

  /// - Throws: `FileError` if it is not a regular file.
  init(_ descriptor: Descriptor) throws(FileError) {
    let status = try FileStatus(of: descriptor)
    guard status.kind == .regular else {
      throw FileError(descriptor.name, "is not a regular file; only those are read from anywhere")
    }
    self.descriptor = descriptor
    size = status.size
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = retryingInterrupted {
      pread(descriptor.raw, buffer.baseAddress, buffer.count, off_t(offset))
    }
    guard count >= 0 else { throw FileError(descriptor.name) }
    return count
  }
}
