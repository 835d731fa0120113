import Model

extension WordDictionary {
  /// A small one with codes of all lengths: of one byte ("the", "Paris" ...), of two from C0 on,
  /// and of three.
  package static func small(isReadByNetworks: Bool = false) throws -> WordDictionary {
    func words(_ text: String, _ spelling: Spelling = .small) -> [Word] {
      text.split(separator: " ").map { Word(letters: Array($0.utf8)[...], spelling: spelling) }
    }
    let groups = [
      words("the of and") + words("paris", .capitalized),
      words("language network people city für “ ”") + words("usa html", .upper),
      words("believe century") + words("москва") + words("london", .capitalized),
    ]
    return try WordDictionary(
      layout: CodeLayout(oneByteCodes: 64, twoByteLeads: 56), isReadByNetworks: isReadByNetworks,
      counts: groups.map { $0.count }, words: groups.flatMap { $0 })
  }
}
