import Benchmarking
import Testing

@Suite struct TextReportTests {
  @Test func tablesLegendAndTotals() {
    #expect(
      Samples.double.text() == """
        a: 1000000 bytes
        program      rank  archive B  bits/byte  ratio  total B  total bits/byte     comp.   decomp.  peak MB
        -----------  ----  ---------  ---------  -----  -------  ---------------  --------  --------  -------
        fscomp tiny     1     250000     2.0000  4.000   251200           2.0096  500 KB/s  250 KB/s     30.0
        7z PPMd         1     250000     2.0000  4.000        -                -  500 KB/s  250 KB/s     30.0
        cmix            -          -          -      -        -                -         -         -        -
        cmix: not installed

        b: 3000000 bytes
        program      rank  archive B  bits/byte  ratio  total B  total bits/byte      comp.    decomp.  peak MB
        -----------  ----  ---------  ---------  -----  -------  ---------------  ---------  ---------  -------
        fscomp tiny     1     600000     1.6000  5.000   601200           1.6032  1.00 MB/s  6.00 MB/s     40.0
        7z PPMd         -          -          -      -        -                -          -          -        -
        cmix            -          -          -      -        -                -          -          -        -
        7z PPMd: compress: exit status 2: "no"\tmemory
        cmix: not installed

        total of 2 files: 4000000 bytes
        program      rank  archive B  bits/byte  ratio  total B  total bits/byte     comp.   decomp.  peak MB
        -----------  ----  ---------  ---------  -----  -------  ---------------  --------  --------  -------
        fscomp tiny     1     850000     1.7000  4.706   851200           1.7024  800 KB/s  889 KB/s     40.0
        7z PPMd         -          -          -      -        -                -         -         -        -
        cmix            -          -          -      -        -                -         -         -        -
        7z PPMd: not measured over every file
        cmix: not installed

        archive, bits/byte, ratio: model not counted (the archive alone); ratio = input / archive.
        total: archive + model + executable, as listed below, for those where it is known; libraries that the listed files load are not counted.
        rank: by the size of the archive.
        KB = 10^3, MB = 10^6 bytes. Wall-clock time, files read and written; the fastest of up to 5 runs if they are shorter than 0.5 s.
        Peak: the largest resident set of both directions.
        Where there are figures, the round trip gave back the same bytes.
        1 thread, where a program has the choice; Some CPU, 2 logical cores.

        Counted in total:
          fscomp tiny: archive + model 200 + executable 1000
          7z PPMd: the program's size is not known

        """)
  }

  @Test func versionsOnDemand() {
    let text = Samples.single.text(showsVersions: true)
    #expect(
      text.hasSuffix(
        """

        Versions:
          fscomp tiny: model 0123456789abcdef
          7z PPMd: 7-Zip [64] 26.02

        """))
    #expect(text.contains("\n7z PPMd: compress: stopped after 7 s\n"))
    #expect(!Samples.single.text().contains("Versions"))
  }

  @Test func peaksNearTheFloorAreMarked() {
    var report = Samples.single
    #expect(!report.text().contains("at most"))
    report.memoryFloor = 30_000_000
    #expect(
      report.text().contains(
        "Peak: the largest resident set of both directions. "
          + "Of a separate program, up to 30.0 MB means \"at most\".\n"))
  }

  @Test func emptyInput() {
    let instant = RunCost(seconds: 0.001, peakMemory: 12_000_000)
    let measurement = Measurement(
      plainBytes: 0, archiveBytes: 24, compression: instant, decompression: instant)
    let report = Samples.report([
      Samples.table("empty", 0, .measured(measurement), .notInstalled)
    ])
    let lines = report.text().split(separator: "\n").map(String.init)
    let expected =
      "fscomp tiny     1         24          -      -     1224                -      -        -     12.0"
    #expect(lines.contains(expected))
  }

  @Test(arguments: [
    (0.0783, "78.3 KB/s"), (0.9994, "999 KB/s"), (0.9996, "1.00 MB/s"), (1.3812, "1.38 MB/s"),
    (0.000_912, "0.91 KB/s"), (21.44, "21.4 MB/s"), (540.28, "540 MB/s"), (0.009_99, "9.99 KB/s"),
  ])
  func speedsHaveAUnitThatSuits(megabytes: Double, text: String) throws {
    let cost = RunCost(seconds: 1 / megabytes, peakMemory: 1)
    let measurement = Measurement(
      plainBytes: 1_000_000, archiveBytes: 1, compression: cost, decompression: cost)
    let report = Samples.report([
      Samples.table("x", 1_000_000, .measured(measurement), .notInstalled)
    ])
    #expect(report.text().contains("  \(text)  "))
  }

  @Test func statusLines() {
    let outcomes: [(Outcome, String)] = [
      (.measured(Samples.small), "2.000 bits/byte, 2.00 s, back in 4.00 s\n"),
      (.notInstalled, "not installed\n"),
      (.timedOut(.decompress, limit: .seconds(90)), "decompress: stopped after 90 s\n"),
      (.failed("wrote no archive"), "wrote no archive\n"),
    ]
    #expect(BenchmarkStatus.started(program: "xz -9e", file: "a").text == "a: xz -9e ... ")
    for (outcome, text) in outcomes {
      #expect(BenchmarkStatus.finished(program: "xz -9e", file: "a", outcome).text == text)
    }
  }
}
