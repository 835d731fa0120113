import CFSCompABI
import FSComp

/// An error of the interface itself, or of what a caller's callback did.
struct Failure: Error {
  var code: fscomp_error
  var message: String?

  init(_ code: fscomp_error, _ message: String? = nil) {
    self.code = code
    self.message = message
  }
}

/// Runs the body of a function of the interface.
/// - Returns: what `body` does; the number of the error if it throws one, whose details are kept
///   for this thread.
func callForState(_ body: () throws -> Int32) -> Int32 {
  do {
    return try body()
  } catch {
    return keep(error)
  }
}

/// The same of a body that says nothing.
func call(_ body: () throws -> Void) -> Int32 {
  callForState {
    try body()
    return FSCOMP_OK.rawValue
  }
}

private func keep(_ error: any Error) -> Int32 {
  var (block, offset) = (0, 0)
  let code: Int32
  var message: String? = "\(error)"
  switch error {
  case let failure as Failure:
    code = failure.code.rawValue
    message = failure.message
  case let error as ArchiveError:
    code = error.kind.code
    (block, offset) = (error.block ?? 0, error.offset)
  case let error as ModelStoreError:
    switch error {
    case .idNotFound, .nameNotFound: code = FSCOMP_ERROR_MODEL_NOT_FOUND.rawValue
    case .unusable: code = FSCOMP_ERROR_MODEL_UNUSABLE.rawValue
    }
  case is ModelError: code = FSCOMP_ERROR_MODEL_UNUSABLE.rawValue
  case is OutOfMemoryError: code = FSCOMP_ERROR_MEMORY.rawValue
  case is CancellationError:
    code = FSCOMP_ERROR_CANCELLED.rawValue
    message = nil
  default: code = FSCOMP_ERROR_INTERNAL.rawValue
  }
  fscabi_set_last_error(code, UInt64(block), UInt64(offset), message)
  return code
}

extension ArchiveError.Kind {
  /// The lack of memory is the same error in compression.
  fileprivate var code: Int32 {
    if case .outOfMemory = self { return FSCOMP_ERROR_MEMORY.rawValue }
    return FSCOMP_ERROR_NOT_AN_ARCHIVE.rawValue + 1 - Int32(number)
  }
}
