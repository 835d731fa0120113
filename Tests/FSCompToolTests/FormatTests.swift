import FSCompTool
import Testing

@Suite("Numbers, times and lines for people")
struct FormatTests {
  @Test("Decimals")
  func decimals() {
    #expect(NumberFormat.decimal(1234, places: 3) == "1.234")
    #expect(NumberFormat.decimal(5, places: 2) == "0.05")
    #expect(NumberFormat.decimal(0, places: 1) == "0.0")
    #expect(NumberFormat.decimal(42, places: 0) == "42")
    #expect(NumberFormat.grouped(1_234_567) == "1,234,567")
    #expect(NumberFormat.grouped(999) == "999")
    #expect(NumberFormat.grouped(-1000) == "-1,000")
    #expect(NumberFormat.grouped(.min) == "-9,223,372,036,854,775,808")
  }

  @Test("Ratios")
  func ratios() {
    #expect(NumberFormat.ratio(plain: 10_000, archive: 2531) == "3.951")
    #expect(NumberFormat.ratio(plain: 1, archive: 3) == "0.333")
    #expect(NumberFormat.ratio(plain: 0, archive: 25) == "-")
    #expect(NumberFormat.ratio(plain: 5, archive: 0) == "-")
    #expect(NumberFormat.ratio(plain: .max, archive: .max) == "1.000")
    #expect(NumberFormat.bitsPerByte(archive: 1_399, plain: 8_000) == "1.399")
    #expect(NumberFormat.bitsPerByte(archive: 1, plain: 0) == "-")
    #expect(NumberFormat.scaledQuotient(.max, .max, by: 1) == .max)
    #expect(NumberFormat.scaledQuotient(1, 1, by: 0) == .max)
    #expect(NumberFormat.scaledQuotient(5, 1, by: 2) == 3)
    #expect(NumberFormat.scaledQuotient(7, 1, by: 1) == 7)
    #expect(NumberFormat.scaledQuotient(3, 1, by: 4) == 1)
  }

  @Test("Sizes")
  func sizes() {
    let sizes = [
      0: "0 B", 999: "999 B", 1023: "1023 B", 1024: "1.00 KiB", 1536: "1.50 KiB",
      10_235: "10.0 KiB", 10_188: "9.95 KiB", 102_400: "100 KiB", 1_048_575: "1.00 MiB",
      1 << 20: "1.00 MiB", 100_000_000: "95.4 MiB", Int.max: "8.00 EiB",
    ]
    for (size, text) in sizes { #expect(NumberFormat.bytes(size) == text, "\(size)") }
    #expect(NumberFormat.count(999) == "999")
    #expect(NumberFormat.count(2_100_000) == "2.10 M")
    #expect(NumberFormat.count(999_999) == "1.00 M")
    #expect(NumberFormat.rate(2048, in: .seconds(2)) == "1.00 KiB/s")
    #expect(NumberFormat.rate(2048, in: .zero) == "-")
    #expect(NumberFormat.rate(.max, in: .microseconds(1)).hasSuffix(" EiB/s"))
  }

  @Test("Times")
  func times() {
    #expect(Duration.milliseconds(123).elapsedText == "0.12 s")
    #expect(Duration.milliseconds(9_994).elapsedText == "9.99 s")
    #expect(Duration.milliseconds(9_996).elapsedText == "10.0 s")
    #expect(Duration.milliseconds(59_949).elapsedText == "59.9 s")
    #expect(Duration.seconds(245).elapsedText == "4:05")
    #expect(Duration.seconds(3723).clockText == "1:02:03")
    #expect(Duration.seconds(43).clockText == "0:43")
    #expect(Duration.seconds(-1).clockText == "0:00")
    #expect(Duration.seconds(Int64.max).microseconds == .max)
    #expect(Duration.seconds(Int64.min).microseconds == .min)
  }

  @Test("Columns on a terminal")
  func widths() {
    #expect("plain".displayWidth == 5)
    #expect("e\u{301}".displayWidth == 1)
    #expect("日本".displayWidth == 4)
    #expect("plain".cut(toWidth: 5) == "plain")
    #expect("plain text".cut(toWidth: 8) == "plain...")
    #expect("日本語日本語".cut(toWidth: 8) == "日本...")
    #expect("plain".cut(toWidth: 3) == "pla")
    #expect("plain".cut(toWidth: 0).isEmpty)
  }

  @Test("Tables")
  func tables() {
    var table = TextTable([.right("Size"), .left("Name")])
    table.add(["1", "a"])
    table.add(["12345", "日本"])
    #expect(table.rendered == " Size  Name\n    1  a\n12345  日本")
    #expect(TextTable.list([("A", "1"), ("Long", "2")]) == "A:     1\nLong:  2")
  }

  private func snapshot(_ plain: Int, _ archive: Int, of total: Int?) -> ProgressSnapshot {
    ProgressSnapshot(
      name: "enwik8", index: 1, count: 1, direction: .compressing, totalBytes: total,
      plainBytes: plain, archiveBytes: archive, elapsed: .seconds(10))
  }

  @Test("Progress: share, rate, time left and ratio, as far as known")
  func progress() {
    #expect(
      snapshot(1_048_576, 262_144, of: 4_194_304).line(width: 200)
        == "enwik8: 25% of 4.00 MiB, 102 KiB/s, ETA 0:30, ratio 4.000")
    #expect(
      snapshot(1_048_576, 262_144, of: nil).line(width: 200)
        == "enwik8: 1.00 MiB, 102 KiB/s, ratio 4.000")
    #expect(snapshot(0, 20, of: 4_194_304).line(width: 200) == "enwik8: 0% of 4.00 MiB")
    // A file that grew while it was read.
    #expect(snapshot(2_000, 500, of: 1_000).line(width: 200).hasPrefix("enwik8: 100% of 1000 B, "))
    var decompression = snapshot(1_048_576, 262_144, of: 524_288)
    decompression.direction = .decompressing
    decompression.index = 2
    decompression.count = 3
    #expect(
      decompression.line(width: 200)
        == "2/3 enwik8: 50% of 512 KiB, 102 KiB/s, ETA 0:10, ratio 4.000")
  }

  @Test("Progress fits any width")
  func progressWidth() {
    var long = snapshot(1_048_576, 262_144, of: 4_194_304)
    long.name = String(repeating: "日本 long name ", count: 20)
    for width in 0...150 { #expect(long.line(width: width).displayWidth <= width) }
    #expect(long.line(width: 60).contains("25% of 4.00 MiB"))
  }
}
