import Platform

/// Something that went wrong with one file, said as `fscomp: SUBJECT: MESSAGE`.
package struct FileError: Error {
  var subject: String
  var message: String

  init(_ subject: some CustomStringConvertible, _ message: String) {
    self.subject = subject.description
    self.message = message
  }

  /// The system's own words for an error number; by default the last one's.
  init(_ subject: some CustomStringConvertible, errno code: Int32 = errno) {
    self.init(subject, String(cString: strerror(code)))
  }
}

/// Something unusual that is said, and not done or done all the same.
struct FileWarning: Error {
  var error: FileError

  init(_ subject: some CustomStringConvertible, _ message: String) {
    error = FileError(subject, message)
  }
}

/// The reader of a pipe has gone. Not a failure: whoever reads has seen enough.
struct ClosedPipe: Error {}
