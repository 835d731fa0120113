import Benchmarking
import TestSupport
import Testing

@Suite struct HTMLReportTests {
  @Test func thePageHasEverythingAndAsksForNothing() throws {
    let page = Samples.double.html(date: "2026-11-26")
    #expect(markupFault(page) == nil)
    for text in [
      "2026-11-26", "Some CPU", "total of 2 files", "7z PPMd", "7-Zip [64] 26.02",
      "cmix: not installed", "889 KB/s",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(page.split(separator: "<svg ").count == 4)
    #expect(page.split(separator: "<table").count == 4)
    #expect(page.contains("<strong>fscomp tiny</strong>"))
    #expect(!page.contains("src=") && !page.contains("<link") && !page.contains("@import"))
  }

  @Test func namesAreText() throws {
    let report = Samples.report([
      BenchmarkTable(
        title: "<script>x</script>", plainBytes: 1_000_000,
        rows: [
          BenchmarkRow(
            program: ProgramDescription(label: "a\"b'<i>", version: "&amp;<b>"),
            outcome: .measured(Samples.small))
        ])
    ])
    let page = report.html(date: "<u>")
    #expect(markupFault(page) == nil)
    #expect(!page.contains("<script>x") && !page.contains("<i>") && !page.contains("<u>"))
    #expect(page.contains("&amp;amp;&lt;b&gt;"))
    #expect(markupFault(Samples.report([]).html(date: "")) == nil)
  }
}
