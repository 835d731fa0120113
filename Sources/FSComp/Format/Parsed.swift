/// What a parser makes of the first bytes of what may be longer.
package enum Parsed<Value> {
  case value(Value, byteCount: Int)
  /// A valid beginning; more bytes are needed to tell.
  case incomplete
  /// No continuation can make it valid.
  case invalid(ArchiveError.Kind)
}
