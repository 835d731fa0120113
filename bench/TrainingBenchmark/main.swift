// Bytes a second of OpenBLAS, and of the fused engine with each of this machine's kernels: windows
// forward and backward, and forward alone. On a machine with other work, the rate by processor time
// tells what it would be without.
//
// usage: TrainingBenchmark [F S k streams steps threads] [KERNELS...]
import Platform
import Training

/// Weights that keep activations in the range they have in training.
func parameters(_ topology: Topology) -> Parameters<Float> {
  var result = Parameters<Float>(ParameterLayout(topology))
  for entry in result.layout.entries {
    let isGain = entry.name.hasPrefix("g")
    let radius = entry.shape.count == 2 ? (3 / Float(entry.shape[1])).squareRoot() : 0
    for index in entry.range {
      result.values[index] = isGain ? 1 : .random(in: -1...1) * radius
    }
  }
  return result
}

/// Thousands of bytes a second, by the clock and by processor time.
func rates(bytes: Int, threads: Int, _ body: () -> Void) -> (clock: Double, processor: Double) {
  let start = clock()
  let time = ContinuousClock().measure(body) / .seconds(1)
  let processorTime = Double(clock() - start) / Double(CLOCKS_PER_SEC) / Double(threads)
  return (Double(bytes) / 1000 / time, Double(bytes) / 1000 / processorTime)
}

extension [Double] {
  var median: Double { sorted()[count / 2] }
}

extension Double {
  var rounded: Double { (self * 10).rounded() / 10 }
}

let numbers = CommandLine.arguments.dropFirst().compactMap(Int.init)
let sizes = numbers + [256, 384, 2, 128, 128, 2].dropFirst(numbers.count)
let topology = Topology.fastSlow(fastCells: sizes[2], fastUnits: sizes[0], slowUnits: sizes[1])
let (streams, steps, threads) = (sizes[3], sizes[4], sizes[5])
print(
  "F \(sizes[0]), S \(sizes[1]), k \(sizes[2]), \(streams) streams x \(steps) steps,",
  "\(threads) threads")
let weights = parameters(topology)
let bytes = (0..<streams * steps).map { _ in UInt8.random(in: 32..<127) }
let window = TrainingWindow(inputs: bytes, targets: bytes)
let names = CommandLine.arguments.dropFirst().filter { Int($0) == nil }

/// The engine that `make` makes, measured and let go before the next one takes its memory.
func measure(_ make: () -> any GradientEngine) {
  var engine = make()
  for (task, backward) in [("trained", true), ("evaluated", false)] {
    var gradient = backward ? Parameters<Float>(weights.layout) : nil
    let found = (0..<6).map { _ in
      rates(bytes: bytes.count, threads: threads) {
        _ = engine.run(window, parameters: weights, gradient: &gradient)
      }
    }.dropFirst()
    print(
      "\(engine.name): \(found.map(\.clock).median.rounded) KB/s \(task),",
      "\(found.map(\.processor).median.rounded) KB/s by processor time")
  }
}

if names.isEmpty || names.contains("openblas") {
  do {
    let products = try OpenBLAS.loaded
    measure {
      SinglePrecisionEngine(
        topology, streams: streams, steps: steps, threads: threads, products: products)
    }
  } catch {
    print(error)
  }
}
for kernels in FusedKernels.available
where names.isEmpty ? kernels.isFast : names.contains(kernels.name) {
  measure {
    FusedEngine(
      topology: topology, steps: steps, streams: streams, threads: threads, kernels: kernels)
  }
}
