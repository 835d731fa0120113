import Benchmarking
import Testing

@Suite struct TextReportTests {
  @Test func tablesLegendAndTotals() {
    #expect(
      Samples.double.text() == """
        a: 1000000 bytes
        program      archive B  bits/byte  ratio  total B  total bits/byte  comp. MB/s  decomp. MB/s  peak MB
        -----------  ---------  ---------  -----  -------  ---------------  ----------  ------------  -------
        fscomp tiny     250000     2.0000  4.000   251200           2.0096       0.500         0.250     30.0
        7z PPMd         250000     2.0000  4.000   250000           2.0000       0.500         0.250     30.0
        cmix                 -          -      -        -                -           -             -        -
        cmix: not installed

        b: 3000000 bytes
        program      archive B  bits/byte  ratio  total B  total bits/byte  comp. MB/s  decomp. MB/s  peak MB
        -----------  ---------  ---------  -----  -------  ---------------  ----------  ------------  -------
        fscomp tiny     600000     1.6000  5.000   601200           1.6032       1.000         6.000     40.0
        7z PPMd              -          -      -        -                -           -             -        -
        cmix                 -          -      -        -                -           -             -        -
        7z PPMd: compress: exit status 2: "no"\tmemory
        cmix: not installed

        total of 2 files: 4000000 bytes
        program      archive B  bits/byte  ratio  total B  total bits/byte  comp. MB/s  decomp. MB/s  peak MB
        -----------  ---------  ---------  -----  -------  ---------------  ----------  ------------  -------
        fscomp tiny     850000     1.7000  4.706   851200           1.7024       0.800         0.889     40.0
        7z PPMd              -          -      -        -                -           -             -        -
        cmix                 -          -      -        -                -           -             -        -
        7z PPMd: not measured over every file
        cmix: not installed

        archive, bits/byte, ratio: model not counted (the archive alone); ratio = input / archive.
        total: archive + model + executable, as far as listed below; libraries that the listed files load are not counted.
        MB = 10^6 bytes. Wall-clock time, files read and written; the fastest of up to 5 runs if they are shorter than 0.5 s.
        Peak: the largest resident set of both directions.
        Where there are figures, the round trip gave back the same bytes.
        1 thread, where a program has the choice; Some CPU, 2 logical cores.

        Counted in total:
          fscomp tiny: archive + model 200 + executable 1000
          7z PPMd: archive alone, the program's size is not known

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
    let expected = "fscomp tiny         24          -      -     1224                -           -"
      + "             -     12.0"
    #expect(lines.contains(expected))
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
