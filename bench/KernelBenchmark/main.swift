// Multiply-adds a second of each kernel and shape, where a byte's time goes, how near products come to
// what the processor can do at most, and what becomes of a byte's time when the stages follow each
// other and all processors are at work.
//
//   KernelBenchmark [KERNELS...]      default: every table of this machine but the scalar one, and
//                                     sse2, which predicts with the portable one's functions

import CKernels
import EmbeddedModels
import Model
import Platform
import Prediction

/// Time a byte, in nanoseconds, by stage.
struct ByteTime {
  var products = 0.0
  var cells = 0.0
  var tree = 0.0
  var coder = 0.0

  var total: Double { products + cells + tree + coder }
}

let wanted = Set(CommandLine.arguments.dropFirst())
let tables = Kernels.available.filter {
  wanted.isEmpty ? !["scalar", "sse2"].contains($0.tableName) : wanted.contains($0.tableName)
}
var modelSize = 0
let modelBytes = Array(
  UnsafeBufferPointer(start: fscomp_default_model(&modelSize), count: modelSize))
let model = try ModelFile(bytes: modelBytes).networks[0]
let prepared = tables.map { ($0, PreparedNetwork(model, kernels: $0)) }
let lanesMeasured = [1, 4, 16, 64]
var bytes: [(kernels: String, lanes: Int, time: ByteTime)] = []

print("Products: 10^9 multiply-adds a second, one core; median (slowest to fastest)\n")
print(padded("kernels", 14) + padded("rows x columns", 16) + lanesMeasured.map { padded("\($0) lanes", 22) }.joined())
for (table, network) in prepared {
  let stages = lanesMeasured.map { Stages(network: network, kernels: table, lanes: $0) }
  var times = [ByteTime](repeating: ByteTime(), count: stages.count)
  let matrices = stages[0].network.cells.indices.map { cell in stages.map { $0.network.cells[cell].matrix } }
    + [stages.map(\.network.output)]
  for shapes in matrices {
    let (rows, columns) = (Int(shapes[0].rows), Int(shapes[0].columns))
    var line = padded(table.tableName, 14) + padded("\(rows) x \(columns)", 16)
    for (index, stage) in stages.enumerated() {
      let timing = stage.project(shapes[index])
      let work = Double(rows * columns * stage.lanes)
      times[index].products += timing.median / Double(stage.lanes)
      line += padded(
        column(work / timing.median, 1, width: 6) + " (\(column(work / timing.slowest, 0, width: 0))"
          + " to \(column(work / timing.fastest, 0, width: 0)))", 22)
    }
    print(line)
  }
  for (index, stage) in stages.enumerated() {
    for cell in stage.network.cells { times[index].cells += stage.stepCell(cell).median }
    times[index].tree = stage.makeTree().median
    times[index].coder = stage.encode().median
    bytes.append((table.tableName, stage.lanes, times[index]))
  }
}

print("\nA byte's time: microseconds, one core, medians\n")
print("kernels       lanes  products     cells      tree     coder       sum     KB/s")
for (kernels, lanes, time) in bytes {
  print(
    padded(kernels, 14) + padded("\(lanes)", 5)
      + [time.products, time.cells, time.tree, time.coder, time.total].map {
        column($0 / 1000, 2, width: 10)
      }.joined() + column(1_000_000 / time.total, 0))
}

let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
print("\nCeilings: 10^9 multiply-adds a second of a thread, on registers alone, and all products of a")
print("step with 16 lanes, in turn; medians\n")
print("kernels       threads  registers  products     share")
for (table, network) in prepared {
  let ceiling = Ceiling(kernels: table)
  for threads in [1, processors] {
    guard let most = ceiling.onRegisters(threads: threads) else { continue }
    let found = ceiling.ofProducts(network, lanes: 16, threads: threads)
    print(
      padded(table.tableName, 14) + padded("\(threads)", 9) + column(most, 1)
        + column(found, 1, width: 10) + column(100 * found / most, 0, width: 8) + " %")
  }
}

print("\nWhole steps: microseconds for a byte of one thread; median (fastest to slowest)\n")
print("kernels       lanes  1 thread                    \(processors) threads at once")
for (table, network) in prepared {
  for lanes in lanesMeasured {
    let steps = WholeSteps(network: network, lanes: lanes)
    let times = [1, processors].map { threads in
      let time = steps.time(threads: threads)
      return padded(
        column(time.median / 1000, 2, width: 0) + " (\(column(time.fastest / 1000, 2, width: 0))"
          + " to \(column(time.slowest / 1000, 2, width: 0)))", 28)
    }
    print(padded(table.tableName, 14) + padded("\(lanes)", 7) + times.joined())
  }
}
