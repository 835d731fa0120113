import Platform

/// A block without its long repeats.
///
/// A decoder does not depend on which of them the encoder has found.
package struct ShortenedBlock: Sendable {
  /// What lies between the repeats, at least 1 byte; all plain bytes where there are none.
  package var rest: [UInt8]
  /// The list of the repeats, as `RepeatReader` reads it.
  package var list: [UInt8] = []

  package init(_ plain: [UInt8]) {
    let repeats = RepeatFinder.repeats(in: plain)
    if repeats.isEmpty {
      rest = plain
      return
    }
    rest = []
    rest.reserveCapacity(plain.count - repeats.reduce(0) { $0 + $1.count })
    var place = 0
    for copy in repeats {
      rest += plain[place..<place + copy.literals]
      place += copy.literals + copy.count
      for number in [copy.literals, copy.distance, copy.count] { Varint.append(number, to: &list) }
    }
    rest += plain[place...]
  }
}
