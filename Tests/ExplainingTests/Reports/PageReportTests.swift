import ContextMixing
import Explaining
import FSComp
import TestSupport
import Testing

@Suite struct PageReportTests {
  private func bits(_ place: Int, _ byte: UInt8) -> Double { Double(place % 13) }

  @Test(arguments: [
    Samples.hostile, Samples.csv, Samples.json, Samples.log, "", "\n\n", "Привет 世界\r\nnaïve",
  ])
  func thePageIsWellFormedAndItsTextIsTheText(text: String) throws {
    let page = PageReport([Samples.explanation(text, name: Samples.hostile, bits: bits)]).text
    #expect(markupFault(page) == nil)
    #expect(!page.contains("<script>alert"))
    #expect(!page.contains("src=") && !page.contains("<link") && !page.contains("@import"))
    #expect(page.components(between: "<pre", and: "</pre>").joined() == plain(text))
  }

  /// What the page shows of a text.
  private func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.replacing("\r\n", with: "\n").unicodeScalars.map { scalar in
          scalar.value < 32 && scalar != "\n" || (0x202A...0x202E).contains(scalar.value)
            ? "\u{FFFD}" : scalar
        }))
  }

  @Test func sumsAreInThePage() {
    let explanation = Samples.explanation(Samples.log, bits: bits)
    let page = PageReport([explanation]).text
    #expect(page.contains("data-payload=\"\(explanation.payloadSize)\""))
    #expect(page.contains("data-bytes=\"\(Samples.log.utf8.count)\""))
    for text in ["Along the input", "The dearest", "By template", "Fields", "<polyline"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(PageReport([Samples.explanation(Samples.csv)]).text.contains("By column"))
    #expect(PageReport([Samples.explanation(Samples.json)]).text.contains("By key"))
  }

  @Test func longTextIsShownInParts() throws {
    let line = "Some words, and more <of> them & others.\n"
    let text = String(repeating: line, count: 20_000)
    let page = PageReport([Samples.explanation(text, bits: bits)], mostShownBytes: 16_000).text
    #expect(markupFault(page) == nil)
    #expect(page.utf8.count < 500_000)
    let parts = page.components(between: "<pre", and: "</pre>")
    #expect(parts.count == 8)
    #expect(parts.allSatisfy { $0.hasPrefix(line) && $0.hasSuffix(line) })
    #expect(page.contains("all figures are of all of them"))
  }

  @Test func otherBytesAreNotShown() throws {
    let page = PageReport([Samples.explanation((0..<999).map { UInt8(truncatingIfNeeded: $0) })]).text
    #expect(markupFault(page) == nil)
    #expect(page.contains("no bytes of text") && !page.contains("<pre"))
  }

  @Test func partsHaveRowsAndTwoAreCompared() throws {
    var parts = PartCosts()
    parts.saved[MixedPart.networks.rawValue] = 500 << 20
    parts.dictionary = 100 << 20
    parts.prior = 50 << 20
    let first = Samples.explanation(Samples.csv, parts: parts)
    var second = Samples.explanation(Samples.csv) { place, _ in place == 3 ? 20 : 2 }
    second.model = "other"
    let page = PageReport([first, second]).text
    #expect(markupFault(page) == nil)
    for text in ["Who saved what", "the neural network", "the prior", "differ most", "+18.0"] {
      #expect(page.contains(text), "\(text)")
    }
    let comparison = Comparison(first, second)
    #expect(comparison.isOfSameText)
    #expect(comparison.greatest(.line, 5).count == 1)
    #expect(comparison.lines(by: .line, top: 3, width: 80).contains { $0.contains("+18.0") })
    #expect(!Comparison(first, Samples.explanation("x")).isOfSameText)
  }
}

extension String {
  /// The text of elements, without markup in it.
  fileprivate func components(between start: String, and end: String) -> [String] {
    split(separator: start, omittingEmptySubsequences: false).dropFirst().map { part in
      var text = ""
      var rest = part.drop { $0 != ">" }.dropFirst()
      rest = rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
      var isTag = false
      for scalar in rest.unicodeScalars {
        switch scalar {
        case "<": isTag = true
        case ">" where isTag: isTag = false
        default: if !isTag { text.unicodeScalars.append(scalar) }
        }
      }
      return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
  }
}
