import CTrainingKernels
import Platform

/// The gradients of the matrices and of the embedding: products over all rows of a window. Each
/// thread computes some rows of every matrix.
struct FusedMatrixGradient: Sendable {
  /// Rows of the window that are packed at a time: so many that a part of a gradient is seldom
  /// read and written, so few that what was packed stays in the second-level cache.
  private static let chunk = 512

  private let left: SharedBuffer<UInt8>
  private let right: SharedBuffer<UInt8>
  private let thread: Int
  private let threads: Int

  init(thread: Int, threads: Int, window: FusedWindow, kernels: FusedKernels) {
    self.thread = thread
    self.threads = threads
    let most = window.cells.map { 4 * $0.units } + [256]
    let rows = most.map { Self.share(of: $0, thread: thread, threads: threads).count }.max()!
    left = SharedBuffer(window: kernels.leftBytes(rows: rows, depth: Self.chunk))
    let widest = max(window.outputUnits, window.cells.map(\.inputs).max()!)
    right = SharedBuffer(window: kernels.rightBytes(depth: Self.chunk, columns: widest))
  }

  /// Adds to the thread's rows of every matrix's gradient.
  func add(_ run: FusedRun, to gradient: UnsafeMutablePointer<Float>) {
    let window = run.window, history = run.history!
    for (index, cell) in window.cells.enumerated() {
      add(
        run, history.cells[index].gradient.base, scales: history.cells[index].scale.base,
        inputs: cell.input.base, matrix: run.matrices[index], to: gradient)
    }
    add(
      run, history.logitGradient.base, scales: history.logitScale.base,
      inputs: window.output.buffer.base, matrix: run.output, to: gradient)

    let columns = 4 * window.cells[0].units
    let share = Self.share(of: columns, thread: thread, threads: threads)
    run.kernels.table.add_embedding_gradient(
      run.inputs, history.cells[0].gradient.base + share.lowerBound,
      history.cells[0].scale.base, Int32(window.rows), Int32(share.count), columns,
      gradient + run.layout.embedding + share.lowerBound)
  }

  private func add(
    _ run: FusedRun, _ values: UnsafePointer<UInt16>, scales: UnsafePointer<Float>,
    inputs: UnsafePointer<UInt16>, matrix: FusedMatrix, to gradient: UnsafeMutablePointer<Float>
  ) {
    let share = Self.share(of: matrix.rows, thread: thread, threads: threads)
    guard !share.isEmpty else { return }
    let kernels = run.kernels.table
    let (rows, columns) = (Int32(share.count), Int32(matrix.columns))
    let target = gradient + matrix.offset + share.lowerBound * matrix.columns
    for start in stride(from: 0, to: run.window.rows, by: Self.chunk) {
      let depth = Int32(min(Self.chunk, run.window.rows - start))
      kernels.pack_left_transposed(
        values + start * matrix.rows + share.lowerBound, matrix.rows, scales + start, rows,
        depth, left.base)
      kernels.pack_right_halves(
        inputs + start * matrix.columns, matrix.columns, depth, columns, right.base)
      kernels.multiply(
        left.base, right.base, rows, depth, columns, target, matrix.columns, true)
    }
  }

  /// A thread's part of `count` rows, which are a multiple of 16, as is the part.
  private static func share(of count: Int, thread: Int, threads: Int) -> Range<Int> {
    count / 16 * thread / threads * 16..<count / 16 * (thread + 1) / threads * 16
  }
}
