#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Model

/// What a file says of its network, in JSON under `network` in its metadata: `training/` writes it.
struct NetworkDescription: Codable {
  var wiring: String
  var sharesStates: Bool
  /// What each cell is, by its name.
  var cells: [String: String]

  enum CodingKeys: String, CodingKey {
    case wiring, cells
    case sharesStates = "shares_states"
  }

  static let metadataKey = "network"
}

extension NetworkDescription {
  /// nil of networks of LSTMs, which need none.
  init?(_ topology: Topology) {
    guard topology.foreignKind != nil else { return nil }
    wiring = Self.fastSlow
    sharesStates = true
    cells = Dictionary(
      uniqueKeysWithValues: topology.cells.map { ($0.name, $0.kind.nameInTraining) })
  }

  var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and a truth value: nothing that JSON could not hold.
    let json = (try? encoder.encode(self)) ?? Data()
    return [Self.metadataKey: String(decoding: json, as: UTF8.self)]
  }

  private static let fastSlow = "fast-slow"

  /// The kinds of cells of an FS-RNN. A file that says nothing of them has LSTMs.
  ///
  /// - Throws: `ParametersError.unsupportedNetwork` for networks that models cannot have.
  static func kinds(
    in file: Safetensors
  ) throws(ParametersError) -> (fast: CellKind, slow: CellKind) {
    guard let text = file.metadata[metadataKey] else { return (.lstm, .lstm) }
    guard let network = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else {
      throw .unsupportedNetwork(reason: "the description of the network cannot be read")
    }
    guard network.wiring == fastSlow, network.sharesStates else {
      throw .unsupportedNetwork(
        reason: "the network is wired as '\(network.wiring)'"
          + (network.sharesStates ? "" : " with a state for each cell")
          + "; models have the wiring '\(fastSlow)' with one state for all fast cells")
    }
    guard let first = network.cells["1"], let slow = network.cells["S"] else {
      throw .unsupportedNetwork(reason: "the network has no cell 1, or no cell S")
    }
    if let other = network.cells.first(where: { $0.key != "S" && $0.value != first }) {
      throw .unsupportedNetwork(
        reason: "fast cells of kinds '\(first)' and '\(other.value)'; models have one kind")
    }
    return (try kind(of: "1", called: first), try kind(of: "S", called: slow))
  }

  private static func kind(
    of cell: String, called name: String
  ) throws(ParametersError) -> CellKind {
    if let kind = CellKind.allCases.first(where: { $0.nameInTraining == name }) { return kind }
    let bounded = CellKind.allCases.first { $0.name == name }
    throw .unsupportedNetwork(
      reason: "cell \(cell) is '\(name)', which models cannot have"
        + (bounded.map { "; they can have '\($0.nameInTraining)'" } ?? ""))
  }
}

extension CellKind {
  /// In a description: minimal cells with a candidate by tanh have that in their name.
  fileprivate var nameInTraining: String {
    switch self {
    case .minGRU, .minLSTM: "\(name):tanh"
    case .lstm, .diagonalGRU: name
    }
  }
}
