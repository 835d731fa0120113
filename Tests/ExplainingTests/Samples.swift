import ContextMixing
import Explaining
import FSComp

/// Explanations made up for tests: each byte costs what a rule says.
enum Samples {
  /// - Parameter bits: of a byte, by its place and value.
  static func explanation(
    _ text: String, name: String = "sample", bits: (Int, UInt8) -> Double = { _, _ in 2 },
    parts: PartCosts? = nil
  ) -> Explanation {
    explanation(Array(text.utf8), name: name, bits: bits, parts: parts)
  }

  static func explanation(
    _ bytes: [UInt8], name: String = "sample", bits: (Int, UInt8) -> Double = { _, _ in 2 },
    parts: PartCosts? = nil
  ) -> Explanation {
    let costs = bytes.enumerated().map { UInt32((bits($0, $1) * 0x1p20).rounded()) }
    let cost = BlockCost(
      plain: bytes, costs: costs, method: .mixed(lanes: 1, mix: Mix(.small, usesNetwork: false)),
      payloadSize: Int((costs.reduce(0) { $0 + Int64($1) } + (1 << 23) - 1) >> 23), parts: parts)
    var input = ExplainedInput()
    input.plainSize = bytes.count
    input.blockCount = 1
    input.blocks = [
      ExplainedInput.Block(number: 0, plainOffset: 0, newlinesBefore: 0, cost: cost)
    ]
    return Explanation(input, name: name, model: "default", setting: "level 1")
  }

  static let hostile =
    "<script>alert('x')</script> & \"quotes\" \u{1B}[31mred\u{7} \u{202E}back ]]> --> </pre>\n"

  static let csv = "name,city,year\n" + (0..<40).map { "Ann \($0),\"Rome, Italy\",19\($0 + 10)\n" }.joined()

  static let json = (0..<30).map { number in
    "{\"id\": \(number), \"user\": {\"name\": \"u\(number)\", \"tags\": [\"a\", \"b\"]}, \"ok\": true}\n"
  }.joined()

  static let log = (0..<200).map { number in
    number % 3 == 0
      ? "2026-11-26 10:00:\(number) INFO accepted connection from 10.0.0.\(number) port \(number)\n"
      : "2026-11-26 10:00:\(number) WARN worker \(number) is slow\n"
  }.joined()
}
