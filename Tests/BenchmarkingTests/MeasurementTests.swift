import Benchmarking
import Testing

@Suite struct MeasurementTests {
  @Test func figuresFollowFromSizesAndTimes() {
    let measurement = Samples.small
    #expect(measurement.bitsPerByte == 2)
    #expect(measurement.ratio == 4)
    #expect(measurement.compressionSpeed == 0.5)
    #expect(measurement.decompressionSpeed == 0.25)
    #expect(measurement.peakMemory == 30_000_000)
    #expect(measurement.bitsPerByte(ofTotal: 1_000_000) == 8)
  }

  @Test func emptyInputHasNoFigures() {
    let instant = RunCost(seconds: 0, peakMemory: 1)
    let measurement = Measurement(
      plainBytes: 0, archiveBytes: 13, compression: instant, decompression: instant)
    #expect(measurement.bitsPerByte == nil)
    #expect(measurement.ratio == nil)
    #expect(measurement.compressionSpeed == nil)
    #expect(measurement.decompressionSpeed == nil)
  }

  @Test func totalAddsEveryDecoderPart() {
    let row = BenchmarkRow(program: Samples.fscomp, outcome: .measured(Samples.small))
    #expect(row.totalBytes == 251_200)
    #expect(row.totalBitsPerByte == 8 * 251_200 / 1_000_000.0)
    let unknown = BenchmarkRow(program: Samples.script, outcome: .measured(Samples.small))
    #expect(unknown.totalBytes == nil)
    #expect(BenchmarkRow(program: Samples.missing, outcome: .notInstalled).totalBytes == nil)
  }

  @Test func ranksAreByTheArchive() {
    #expect(Samples.double.tables[0].ranks == [1, 1, nil])
    #expect(Samples.double.tables[1].ranks == [1, nil, nil])
  }

  @Test func totalOfFilesCountsTheDecoderOnce() throws {
    #expect(Samples.single.total == nil)
    let total = try #require(Samples.double.total)
    #expect(total.plainBytes == 4_000_000)
    let sum = try #require(total.rows[0].outcome.measurement)
    #expect(sum.plainBytes == 4_000_000)
    #expect(sum.archiveBytes == 850_000)
    #expect(sum.compression == RunCost(seconds: 5, peakMemory: 30_000_000))
    #expect(sum.decompression == RunCost(seconds: 4.5, peakMemory: 40_000_000))
    #expect(total.rows[0].totalBytes == 851_200)
    #expect(total.rows[1].outcome == .incomplete)
    #expect(total.rows[2].outcome == .notInstalled)
  }

  @Test func onlyFailuresAreFailures() {
    #expect(Samples.double.hasFailures)
    // One that was asked for and is not there.
    #expect(Samples.single.hasFailures)
    var rest = Samples.single
    rest.tables[0].rows.removeLast()
    #expect(!rest.hasFailures)
  }
}
