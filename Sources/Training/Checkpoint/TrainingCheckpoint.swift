#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A run in the middle of its work, as it is kept in a safetensors file.
///
/// The network's tensors have their own names, so that whatever reads float weights reads a
/// checkpoint; the best ones so far follow as `best.NAME`, Adam's means as `adam.m.NAME` and
/// `adam.v.NAME`, and the streams' hidden and cell states as `state`. Settings and progress are
/// JSON in the metadata.
public struct TrainingCheckpoint: Sendable {
  public var settings: TrainingSettings
  public var progress: TrainingProgress
  /// Name of the engine, and how the caller began the run.
  public var engine: String
  public var notes: [String: String] = [:]
  public var parameters: Parameters<Float>
  public var best: Parameters<Float>?
  var firstMoments: [Float]
  var secondMoments: [Float]
  var state: [Float]

  init(
    settings: TrainingSettings, progress: TrainingProgress, engine: String,
    parameters: Parameters<Float>, best: Parameters<Float>?, firstMoments: [Float],
    secondMoments: [Float], state: [Float]
  ) {
    self.settings = settings
    self.progress = progress
    self.engine = engine
    self.parameters = parameters
    self.best = best
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
    self.state = state
  }
}

/// Why a safetensors file is no checkpoint.
public enum TrainingCheckpointError: Error, Equatable, Sendable {
  /// It may hold weights, but not what it takes to continue a run.
  case noRun
  case parameters(ParametersError)
}

extension TrainingCheckpointError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRun: "no checkpoint of a training run; weights alone can be used with --from"
    case .parameters(let error): error.description
    }
  }
}

extension TrainingCheckpoint {
  private static let prefixes = (best: "best.", first: "adam.m.", second: "adam.v.")

  /// - Throws: `TrainingCheckpointError`.
  public init(_ file: Safetensors) throws(TrainingCheckpointError) {
    func decode<Value: Decodable>(
      _ key: String, as: Value.Type
    ) throws(TrainingCheckpointError) -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw .noRun }
      return value
    }
    settings = try decode("settings", as: TrainingSettings.self)
    progress = try decode("progress", as: TrainingProgress.self)
    notes = try decode("notes", as: [String: String].self)
    guard let engine = file.metadata["engine"] else { throw .noRun }
    self.engine = engine

    let layout = ParameterLayout(settings.network.topology)
    let units = layout.topology.units.reduce(0, +)
    let hasBest = file.tensors[Self.prefixes.best + "E"] != nil
    do {
      parameters = try Parameters(layout, file: file)
      best = hasBest ? try Parameters(layout, file: file, prefix: Self.prefixes.best) : nil
      firstMoments = try Parameters(layout, file: file, prefix: Self.prefixes.first).values
      secondMoments = try Parameters(layout, file: file, prefix: Self.prefixes.second).values
      state = try file.finiteFloats("state", shape: [2 * settings.streams * units])
    } catch {
      throw .parameters(error)
    }
  }

  /// - Throws: `SafetensorsError` if it cannot be laid out as a file.
  public func file() throws(SafetensorsError) -> Safetensors {
    let layout = parameters.layout
    var tensors = parameters.tensors()
    if let best { tensors += best.tensors(prefix: Self.prefixes.best) }
    for (prefix, values) in [
      (Self.prefixes.first, firstMoments), (Self.prefixes.second, secondMoments),
    ] {
      tensors += Parameters(layout: layout, values: values).tensors(prefix: prefix)
    }
    tensors.append(.init(name: "state", shape: [state.count], elements: state))
    return try Safetensors(
      tensors: tensors,
      metadata: [
        "settings": Self.json(settings), "progress": Self.json(progress),
        "notes": Self.json(notes), "engine": engine,
      ])
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Numbers and strings only, all of them finite: there is nothing to fail.
    guard let data = try? encoder.encode(value) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
