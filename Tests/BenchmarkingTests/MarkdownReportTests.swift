import Benchmarking
import Testing

@Suite struct MarkdownReportTests {
  @Test func exactText() {
    #expect(
      Samples.single.markdown(showsVersions: true) == #"""
        ### a\_file.txt: 1000000 bytes

        | program | rank | archive B | bits/byte | ratio | total B | total bits/byte | comp. | decomp. | peak MB |
        | :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
        | fscomp tiny | 1 | 250000 | 2.0000 | 4.000 | 251200 | 2.0096 | 500 KB/s | 250 KB/s | 30.0 |
        | 7z PPMd | - | - | - | - | - | - | - | - | - |
        | cmix | - | - | - | - | - | - | - | - | - |

        - 7z PPMd: compress: stopped after 7 s
        - cmix: not installed

        - archive, bits/byte, ratio: model not counted (the archive alone); ratio = input / archive.
        - total: archive + model + executable, as listed below, for those where it is known; libraries that the listed files load are not counted.
        - rank: by the size of the archive.
        - KB = 10^3, MB = 10^6 bytes. Wall-clock time, files read and written; the fastest of up to 5 runs if they are shorter than 0.5 s.
        - Peak: the largest resident set of both directions.
        - Where there are figures, the round trip gave back the same bytes.
        - 1 thread, where a program has the choice; Some CPU, 2 logical cores.

        Counted in total:

        - fscomp tiny: archive + model 200 + executable 1000

        Versions:

        - fscomp tiny: model 0123456789abcdef
        - 7z PPMd: 7-Zip \[64\] 26.02

        """#)
  }

  @Test func markupInNamesIsEscaped() {
    let report = Samples.report([
      Samples.table("x|y*z`\n<b>", 1_000_000, .measured(Samples.small), .notInstalled)
    ])
    #expect(report.markdown().hasPrefix(#"### x\|y\*z\` \<b\>: 1000000 bytes"#))
  }
}
