import Benchmarking
import FoundationEssentials
import Testing

@Suite struct JSONReportTests {
  @Test func everyFigureComesBack() throws {
    let report = Samples.double
    let decoded = try JSONDecoder().decode(Decoded.self, from: Data(report.json().utf8))

    #expect(decoded.format == "fscomp-benchmark-1")
    #expect(decoded.machine.processor == "Some CPU")
    #expect(decoded.threads == 1)
    #expect(decoded.memoryFloor == 10_000_000)
    let tables = report.tables + [try #require(report.total)]
    let decodedTables = decoded.tables + [try #require(decoded.total)]
    #expect(tables.count == decodedTables.count)
    for (table, decodedTable) in zip(tables, decodedTables) {
      #expect(decodedTable.title == table.title)
      #expect(decodedTable.plainBytes == table.plainBytes)
      #expect(decodedTable.rows.count == table.rows.count)
      for (row, decodedRow) in zip(table.rows, decodedTable.rows) {
        expectSame(row, decodedRow)
      }
    }
  }

  private func expectSame(_ row: BenchmarkRow, _ decoded: Decoded.Row) {
    let measurement = row.outcome.measurement
    #expect(decoded.program == row.program.label)
    #expect(decoded.version == row.program.version)
    #expect(decoded.remark == row.outcome.remark)
    #expect((decoded.status == "measured") == (measurement != nil))
    #expect(decoded.modelNotCounted?.bytes == measurement?.archiveBytes)
    #expect(decoded.modelNotCounted?.bitsPerByte == measurement?.bitsPerByte)
    #expect(decoded.modelNotCounted?.ratio == measurement?.ratio)
    #expect(decoded.total?.bytes == row.totalBytes)
    #expect(decoded.total?.bitsPerByte == row.totalBitsPerByte)
    #expect(decoded.decoder.map(\.bytes) == row.program.decoder.map(\.byteCount))
    #expect(decoded.compression?.seconds == measurement?.compression.seconds)
    #expect(decoded.compression?.megabytesPerSecond == measurement?.compressionSpeed)
    #expect(decoded.decompression?.peakMemory == measurement?.decompression.peakMemory)
  }

  @Test func oddTitlesStayIntact() throws {
    let title = "a \"quoted\"\\ path\u{1}\n\tüñ/€\u{1F600}"
    let report = Samples.report([
      Samples.table(title, 1_000_000, .measured(Samples.small), .notInstalled)
    ])
    let decoded = try JSONDecoder().decode(Decoded.self, from: Data(report.json().utf8))
    #expect(decoded.tables[0].title == title)
    #expect(decoded.total == nil)
  }
}

/// The shape that readers of the JSON rely on.
private struct Decoded: Decodable {
  struct Machine: Decodable {
    var processor: String?
    var logicalCores: Int
    var memory: Int
  }
  struct Size: Decodable {
    var bytes: Int
    var bitsPerByte: Double?
    var ratio: Double?
  }
  struct Part: Decodable {
    var name: String
    var bytes: Int
  }
  struct Cost: Decodable {
    var seconds: Double
    var megabytesPerSecond: Double?
    var peakMemory: Int
  }
  struct Row: Decodable {
    var program: String
    var version: String?
    var status: String
    var remark: String?
    var modelNotCounted: Size?
    var total: Size?
    var decoder: [Part]
    var compression: Cost?
    var decompression: Cost?
  }
  struct Table: Decodable {
    var title: String
    var plainBytes: Int
    var rows: [Row]
  }

  var format: String
  var machine: Machine
  var threads: Int
  var memoryFloor: Int
  var tables: [Table]
  var total: Table?
}
