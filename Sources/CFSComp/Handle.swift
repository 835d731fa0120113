import CFSCompABI
import Synchronization

/// What a pointer of the interface stands for.
class Handle {
  private let generation = fscabi_generation()
  private let isInUse = Atomic(false)

  /// Runs `body` while no other call uses the object.
  fileprivate final func use<Result>(_ body: () throws -> Result) throws -> Result {
    try checkProcess()
    guard !isInUse.exchange(true, ordering: .acquiring) else { throw Failure(FSCOMP_ERROR_BUSY) }
    defer { isInUse.store(false, ordering: .releasing) }
    return try body()
  }

  fileprivate final func checkProcess() throws {
    guard isOfThisProcess else { throw Failure(FSCOMP_ERROR_FORKED) }
  }

  fileprivate final var isOfThisProcess: Bool { generation == fscabi_generation() }

  /// Passes an object to the caller.
  final func release(to place: UnsafeMutablePointer<OpaquePointer?>) {
    place.pointee = OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }
}

/// Where an object will be written: NULL until it is.
func cleared(
  _ place: UnsafeMutablePointer<OpaquePointer?>?
) throws -> UnsafeMutablePointer<OpaquePointer?> {
  let place = try needed(place)
  place.pointee = nil
  return place
}

func needed<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
  return value
}

/// Uses the object that a pointer stands for, alone.
func with<Object: Handle, Result>(
  _ pointer: OpaquePointer?, as _: Object.Type, _ body: (Object) throws -> Result
) throws -> Result {
  let object: Object = try object(pointer)
  return try object.use { try body(object) }
}

/// Uses the object that a pointer stands for, which sees to it itself that others may do so, too.
func withShared<Object: Handle, Result>(
  _ pointer: OpaquePointer?, as _: Object.Type, _ body: (Object) throws -> Result
) throws -> Result {
  let object: Object = try object(pointer)
  try object.checkProcess()
  return try body(object)
}

/// Reads what never changes of the object that a pointer stands for; nil of NULL.
func constant<Object: Handle, Result>(
  of pointer: OpaquePointer?, as _: Object.Type, _ body: (Object) -> Result
) -> Result? {
  (try? object(pointer)).map(body)
}

private func object<Object: Handle>(_ pointer: OpaquePointer?) throws -> Object {
  Unmanaged<Object>.fromOpaque(UnsafeRawPointer(try needed(pointer))).takeUnretainedValue()
}

/// Frees what a pointer stands for. In a forked child its threads are not there to be waited for:
/// what it has is left to the end of the process.
func free<Object: Handle>(_ pointer: OpaquePointer?, as _: Object.Type) {
  guard let pointer else { return }
  let reference = Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer))
  if reference.takeUnretainedValue().isOfThisProcess { reference.release() }
}

/// Bytes that the caller lends.
func bytes(_ start: UnsafeRawPointer?, _ count: Int) throws -> UnsafeRawBufferPointer {
  guard count >= 0, start != nil || count == 0 else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
  return UnsafeRawBufferPointer(start: start, count: count)
}

/// Room that the caller lends.
func room(_ start: UnsafeMutableRawPointer?, _ count: Int) throws -> UnsafeMutableRawBufferPointer {
  UnsafeMutableRawBufferPointer(mutating: try bytes(start, count))
}
