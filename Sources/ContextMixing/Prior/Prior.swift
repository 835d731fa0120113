import CMixingKernels
import Model
import Platform

/// What contexts know before the first byte of a block: a table of the model, ready to be asked.
///
/// A context that is seen for the first time in a block begins with the bit histories that its
/// successors in the table would have left. So all blocks and threads share one table, tables of
/// slots of any size profit from it, and nothing has to be copied for a block.
package struct Prior: Sendable {
  /// The lines of the table, each of which is one of the cache. Reads go one byte further.
  private let lines: SharedSlice<UInt8>
  private let lineCount: UInt32

  package init(_ table: PriorTable) {
    let isAligned = UInt(bitPattern: table.lines.base) % UInt(PriorTable.lineByteCount) == 0
    lines = isAligned ? table.lines : table.lines.withUnsafeBufferPointer { SharedSlice($0) }
    lineCount = UInt32(table.lineCount)
  }

  /// As kernels take it; valid as long as this is.
  var table: fsc_prior {
    fsc_prior(
      lines: lines.base, line_count: lineCount,
      histories: UnsafePointer(BitHistory.shared.ofCounts))
  }
}
