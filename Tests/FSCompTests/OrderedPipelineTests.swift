import FSComp
import Synchronization
import Testing

/// Counts what jobs do, from any thread.
private final class Tally: Sendable {
  let started = Atomic(0)
  let running = Atomic(0)
  let mostRunning = Atomic(0)
  let finished = Atomic(0)
  let cancelled = Atomic(0)

  func measure<Result>(_ body: () -> Result) -> Result {
    started.add(1, ordering: .relaxed)
    let now = running.add(1, ordering: .relaxed).newValue
    mostRunning.max(now, ordering: .relaxed)
    defer {
      running.subtract(1, ordering: .relaxed)
      finished.add(1, ordering: .relaxed)
    }
    return body()
  }
}

/// Counts its living instances.
private final class Counted: Sendable {
  static let alive = Atomic(0)
  init() {
    Self.alive.add(1, ordering: .relaxed)
  }
  deinit { Self.alive.subtract(1, ordering: .relaxed) }
}

@Suite struct OrderedPipelineTests {
  /// Keeps a thread busy for a while that depends on the job.
  private static func work(_ job: Int) {
    let end = ContinuousClock.now + .microseconds(job * 7919 % 997)
    while ContinuousClock.now < end {}
  }

  @Test(arguments: [1, 2, 3, 8])
  func resultsComeInOrder(threads: Int) {
    let tally = Tally()
    var pipeline = OrderedPipeline<Int, Int>(threads: threads) { job, _ in
      tally.measure { Self.work(job) }
      return 2 * job
    }
    var outputs: [Int] = []
    for job in 0..<300 {
      while pipeline.isFull, let output = pipeline.collect() { outputs.append(output) }
      pipeline.submit(job)
      while let output = pipeline.collectIfReady() { outputs.append(output) }
      let inFlight = pipeline.inFlight
      #expect(inFlight <= threads + 1)
    }
    while let output = pipeline.collect() { outputs.append(output) }
    #expect(outputs == (0..<300).map { 2 * $0 })
    let inFlight = pipeline.inFlight
    #expect(inFlight == 0)
    #expect(tally.mostRunning.load(ordering: .relaxed) <= threads)
  }

  @Test func workersRunAtTheSameTime() {
    let tally = Tally()
    var pipeline = OrderedPipeline<Int, Bool>(threads: 3) { _, _ in
      tally.measure {
        // Each waits until all three are there.
        let end = ContinuousClock.now + .patience
        while tally.started.load(ordering: .relaxed) < 3 && ContinuousClock.now < end {}
        return tally.started.load(ordering: .relaxed) == 3
      }
    }
    for job in 0..<3 { pipeline.submit(job) }
    var results: [Bool] = []
    while let result = pipeline.collect() { results.append(result) }
    #expect(results == [true, true, true])
  }

  @Test func aWaitTellsTheProgressOfUnfinishedJobs() {
    let seen = Mutex<[Progress]>([])
    var pipeline = OrderedPipeline<Int, Int>(threads: 1) { job, monitor in
      monitor.add(Progress(plainBytes: job, archiveBytes: 1))
      let end = ContinuousClock.now + .patience
      while seen.withLock(\.isEmpty) && ContinuousClock.now < end {}
      return job
    }
    pipeline.submit(5)
    let output = pipeline.collect { progress in seen.withLock { $0.append(progress) } }
    #expect(output == 5)
    #expect(seen.withLock(\.first) == Progress(plainBytes: 5, archiveBytes: 1))
  }

  @Test(arguments: [1, 2, 4])
  func abandonedWorkIsCancelledAndNothingStays(threads: Int) {
    let tally = Tally()
    func abandon() throws {
      var pipeline = OrderedPipeline<Int, Int>(threads: threads) { job, monitor in
        tally.measure {
          // Job 0 is quick; the others last until they are cancelled.
          let end = ContinuousClock.now + .patience
          while job > 0 && !monitor.isCancelled && ContinuousClock.now < end {}
          if monitor.isCancelled { tally.cancelled.add(1, ordering: .relaxed) }
          return job
        }
      }
      pipeline.submit(0)
      let first = pipeline.collect()
      #expect(first == 0)
      for job in 1...threads + 1 { pipeline.submit(job) }
      while tally.started.load(ordering: .relaxed) < threads + 1 {}
      throw StreamFailure()
    }
    #expect(throws: StreamFailure.self) { try abandon() }
    // The workers are gone: what was started has ended, what was not will not.
    #expect(tally.running.load(ordering: .relaxed) == 0)
    #expect(tally.finished.load(ordering: .relaxed) == threads + 1)
    #expect(tally.cancelled.load(ordering: .relaxed) == threads)
  }

  @Test func pipelinesShareThePoolsWorkers() {
    let tally = Tally()
    let pool = WorkerPool(width: 2)
    let work: OrderedPipeline<Int, Bool>.Work = { _, _ in
      tally.measure {
        // Each waits for the one of the other pipeline.
        let end = ContinuousClock.now + .patience
        while tally.started.load(ordering: .relaxed) < 2 && ContinuousClock.now < end {}
        return tally.started.load(ordering: .relaxed) == 2
      }
    }
    var first = OrderedPipeline(pool: pool, work: work)
    var second = OrderedPipeline(pool: pool, work: work)
    first.submit(1)
    second.submit(1)
    #expect(pool.inFlight == 2)
    let results = [second.collect(), first.collect()]
    #expect(results == [true, true])
    #expect(pool.inFlight == 0)
  }

  @Test func anAbandonedPipelineLeavesThePoolToOthers() {
    let pool = WorkerPool(width: 1)
    do {
      var abandoned = OrderedPipeline<Int, Int>(pool: pool) { job, monitor in
        while !monitor.isCancelled {}
        return job
      }
      for job in 0..<3 { abandoned.submit(job) }
      #expect(pool.isFull)
    }
    #expect(pool.inFlight == 0)
    var other = OrderedPipeline<Int, Int>(pool: pool) { job, _ in job + 1 }
    other.submit(1)
    let output = other.collect()
    #expect(output == 2)
  }

  @Test func jobsAndOutputsAreReleased() {
    do {
      var pipeline = OrderedPipeline<Counted, Counted>(threads: 2) { job, _ in job }
      for _ in 0..<3 { pipeline.submit(Counted()) }
      _ = pipeline.collect()
    }
    #expect(Counted.alive.load(ordering: .relaxed) == 0)
  }
}
