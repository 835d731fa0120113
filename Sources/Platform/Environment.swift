/// The environment of the process.
package struct Environment {
  package init() {}

  /// The value of a variable; nil when it is unset or empty.
  package subscript(name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
