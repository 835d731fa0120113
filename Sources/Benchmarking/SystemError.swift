import Platform

/// A system call that failed: what was tried, on which path, and the system's reason.
public struct SystemError: Error, CustomStringConvertible, Equatable {
  public var operation: String
  public var path: String
  /// The value of `errno`.
  public var code: Int32

  /// Takes the reason from `errno`, so it must be made before any other call.
  init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  public var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}
