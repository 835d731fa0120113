/// What is wrong with a page in HTML or a picture in SVG; nil if nothing is: elements are closed in the
/// order in which they were opened, attributes have their quotes, and no text could be taken for markup.
package func markupFault(_ page: String) -> String? {
  let void: Set<Substring> = ["meta", "input", "!DOCTYPE", "br"]
  var open: [Substring] = []
  var rest = page[...]
  while let start = rest.firstIndex(of: "<") {
    let isRaw = ["script", "style"].contains(open.last ?? "")
    if !isRaw, rest[..<start].contains(">") { return "text: \(rest[..<start].suffix(80))" }
    rest = rest[start...].dropFirst()
    guard let end = rest.firstIndex(of: ">") else { return "unfinished: \(rest.prefix(80))" }
    let tag = rest[..<end]
    if isRaw, tag != "/\(open.last ?? "")" { continue }
    rest = rest[end...].dropFirst()
    if !tag.count(where: { $0 == "\"" }).isMultiple(of: 2) { return "quotes: \(tag)" }
    if tag.hasPrefix("/") {
      if open.popLast() != tag.dropFirst() { return "closed: \(tag)" }
    } else {
      let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
      if !void.contains(name), !tag.hasSuffix("/") { open.append(name) }
    }
  }
  return open.isEmpty ? nil : "open: \(open)"
}
