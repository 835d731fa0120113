import FSComp
import Synchronization

/// Gives out bytes a few at a time.
struct SlicedSource: ByteSource {
  var source: ArraySource
  var sliceSize: Int

  init(_ bytes: [UInt8], sliceSize: Int) {
    source = ArraySource(bytes)
    self.sliceSize = sliceSize
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(sliceSize)))
  }
}

/// What has been written so far, for others to see.
final class SharedBytes: Sendable {
  private let storage = Mutex<[UInt8]>([])
  var bytes: [UInt8] { storage.withLock { $0 } }
  func append(_ bytes: UnsafeRawBufferPointer) { storage.withLock { $0.append(contentsOf: bytes) } }
}

struct SharedSink: ByteSink {
  let shared: SharedBytes
  func write(_ bytes: UnsafeRawBufferPointer) { shared.append(bytes) }
}

/// Follows a script: gives out bytes, or withholds them until something has happened.
struct ScriptedSource: ByteSource {
  enum Step {
    case bytes([UInt8])
    case wait(until: () -> Bool)
  }

  var steps: [Step]
  /// Whether someone called `read` where it would have waited, or nothing happened for too long.
  private(set) var wasBlocked = false
  private var start = ContinuousClock.now

  init(_ steps: [Step]) { self.steps = steps }

  private mutating func isReadable() -> Bool {
    while case .wait(let condition)? = steps.first {
      guard condition() else { return false }
      steps.removeFirst()
    }
    return true
  }

  mutating func waitUntilReadable(for timeout: Duration) -> Bool {
    let end = ContinuousClock.now + timeout
    repeat {
      if isReadable() { return true }
      if ContinuousClock.now - start > .patience {
        wasBlocked = true
        steps = []
      }
    } while ContinuousClock.now < end
    return false
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if !isReadable() {
      wasBlocked = true
      steps = []
    }
    guard case .bytes(let bytes)? = steps.first else { return 0 }
    let count = min(bytes.count, buffer.count)
    buffer.copyBytes(from: bytes.prefix(count))
    steps[0] = .bytes(Array(bytes.dropFirst(count)))
    if count == bytes.count { steps.removeFirst() }
    return count
  }
}

struct StreamFailure: Error, Equatable {}

/// Fails after some bytes.
struct FailingSource: ByteSource {
  var source: ArraySource
  var remaining: Int

  init(_ bytes: [UInt8]) {
    source = ArraySource(bytes)
    remaining = bytes.count
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard remaining > 0 else { throw StreamFailure() }
    let count = source.read(into: buffer)
    remaining -= count
    return count
  }
}

struct FailingSink: ByteSink {
  var remaining: Int

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    remaining -= bytes.count
    if remaining < 0 { throw StreamFailure() }
  }
}
