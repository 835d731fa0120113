/// A command line that makes no sense: said in one line, with a hint where to read more.
struct UsageError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
