import CMixingKernels
import Model
import Platform

/// What contexts know before the first byte of a block: a table of the model, ready to be asked.
///
/// A context that is seen for the first time in a block begins with the bit histories that its
/// successors in the table would have left. So all blocks and threads share one table, tables of
/// slots of any size profit from it, and nothing has to be copied for a block.
package struct Prior: Sendable {
  /// The lines of the table and one more byte, as reads go that far.
  private let lines: SharedBuffer<UInt8>
  private let lineCount: UInt32

  package init(_ table: PriorTable) {
    lines = SharedBuffer(count: table.lines.count + 1)
    lineCount = UInt32(table.lineCount)
    table.lines.withUnsafeBytes {
      UnsafeMutableRawPointer(lines.base).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
  }

  /// As kernels take it; valid as long as this is.
  var table: fsc_prior {
    fsc_prior(
      lines: UnsafePointer(lines.base), line_count: lineCount,
      histories: UnsafePointer(BitHistory.shared.ofCounts))
  }
}
