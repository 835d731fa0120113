import Training

/// Says how a run comes along: a line on the terminal that is kept up to date, and a line that
/// stays for each validation.
struct TrainingMeter {
  private static let interval = Duration.milliseconds(500)

  private let console: Console
  private let isDisplayed: Bool
  private let scale: TextScale
  /// Since this process took up the run.
  private let firstBytes: Int
  private let start = ContinuousClock.now
  private var lastDisplay = ContinuousClock.now
  /// A mean that forgets, in bits a byte.
  private var loss: Double?
  private var norm = 0.0

  init(_ trainer: Trainer, _ scale: TextScale, _ console: Console) {
    self.console = console
    self.scale = scale
    isDisplayed = console.showsProgress(writesStandardOutput: false)
    firstBytes = trainer.progress.doneBytes
  }

  mutating func update(_ trainer: Trainer, loss: Double, norm: Double) {
    self.loss = self.loss.map { 0.95 * $0 + 0.05 * loss } ?? loss
    self.norm = norm
    guard isDisplayed, ContinuousClock.now - lastDisplay >= Self.interval else { return }
    lastDisplay = .now
    let loss = TrainingRun.bits(self.loss.map(scale.perByte))
    let line = "\(position(trainer)), \(loss) bits/byte, \(rate(trainer)), \(normText)"
    console.showProgress(String(line.prefix(console.width - 1)))
  }

  /// - Parameter record: in bits a byte.
  func report(_ record: TrainingRecord, isBest: Bool, _ trainer: Trainer) {
    guard console.verbosity >= .normal else { return }
    let isBest = isBest ? " (best)" : ""
    console.say(
      line: """
        \(position(trainer)): train \(TrainingRun.bits(record.trainingLoss)), valid \
        \(TrainingRun.bits(record.validationLoss))\(isBest) bits/byte, \(rate(trainer)), \
        \(normText)
        """)
  }

  private func position(_ trainer: Trainer) -> String {
    let progress = trainer.progress
    let percent = NumberFormat.scaledQuotient(
      min(progress.doneBytes, progress.totalBytes), 100, by: progress.totalBytes)
    return "\(percent)% of \(NumberFormat.bytes(scale.bytes(ofSymbols: progress.totalBytes)))"
  }

  private func rate(_ trainer: Trainer) -> String {
    let progress = trainer.progress
    let (done, elapsed) = (progress.doneBytes - firstBytes, ContinuousClock.now - start)
    let left = NumberFormat.scaledQuotient(
      max(0, progress.totalBytes - progress.doneBytes), max(0, elapsed.microseconds),
      by: max(done, 1))
    return "\(NumberFormat.rate(scale.bytes(ofSymbols: done), in: elapsed)), "
      + "ETA \(Duration.microseconds(left).clockText)"
  }

  /// The first gradients of a deep network can be huge before they are clipped.
  private var normText: String {
    "norm " + (norm < 1000 ? TrainingRun.bits(norm) : "\(Float(norm))")
  }
}
