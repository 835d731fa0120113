import FSCompTool
import Testing

@Suite("Short options")
struct ShortOptionTests {
  @Test("Clusters come apart, and values stay with their options")
  func expansion() throws {
    let cases: [([String], [String])] = [
      ([], []),
      (["-dc"], ["-d", "-c"]),
      (["-kf", "a"], ["-k", "-f", "a"]),
      (["-T1"], ["--threads=1"]),
      (["-T", "1"], ["--threads=1"]),
      (["-dcT0", "x"], ["-d", "-c", "--threads=0", "x"]),
      (["-fo", "-"], ["-f", "--output=-"]),
      (["-fox"], ["-f", "--output=x"]),
      (["-o", "-x", "y"], ["--output=-x", "y"]),
      (["-m", "name"], ["--model=name"]),
      (["-o"], ["--output"]),
      (["-", "--rm", "--block-size", "4M"], ["-", "--rm", "--block-size", "4M"]),
      (["a", "--", "-dc", "-T1"], ["a", "--", "-dc", "-T1"]),
      (["-9"], ["--level=9"]),
      (["-1kT2"], ["--level=1", "-k", "--threads=2"]),
      (["-d9", "a"], ["-d", "--level=9", "a"]),
      (["-vvq"], ["-v", "-v", "-q"]),
      (["ünï", ""], ["ünï", ""]),
    ]
    for (arguments, expected) in cases {
      #expect(try ShortOptions.expand(arguments) == expected)
    }
  }

  @Test("What is unknown is said", arguments: ["-x", "-dx", "-0", "-d10", "-19", "-é"])
  func unknown(argument: String) {
    #expect(throws: (any Error).self) { try ShortOptions.expand([argument]) }
  }
}
