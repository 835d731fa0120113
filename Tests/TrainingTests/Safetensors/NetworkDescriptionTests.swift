import Testing
import Training

/// What files say of the cells of their networks.
@Suite struct NetworkDescriptionTests {
  private static let parameters = Parameters<Float>.random(
    .fastSlow(
      fastCells: 2, fastUnits: 16, slowUnits: 32, fastKind: .minGRU, slowKind: .diagonalGRU),
    seed: 7)

  /// The tensors of `parameters` under a description.
  private static func file(_ network: String) throws -> Safetensors {
    try Safetensors(tensors: parameters.tensors(), metadata: ["network": network])
  }

  private static func description(
    wiring: String = "fast-slow", shares: Bool = true, _ cells: String
  ) -> String {
    #"{"wiring": "\#(wiring)", "shares_states": \#(shares), "cells": {\#(cells)}}"#
  }

  @Test func writtenParametersReadBack() throws {
    let file = try Self.parameters.file()
    #expect(try Parameters(file) == Self.parameters)
    // F1 sees no hidden state by a matrix, and only LSTMs have norms of a cell state.
    #expect(
      file.tensors.keys.sorted() == [
        "E", "W2", "WS", "Wo", "aS", "b1", "b2", "bS", "bo", "g1", "g2", "gS",
      ])
    #expect(file.tensors["W2"]?.shape == [32, 32])
    #expect(file.tensors["WS"]?.shape == [96, 16])
  }

  @Test func networksOfLSTMsNeedNone() throws {
    let parameters = Parameters<Float>.random(
      .fastSlow(fastCells: 2, fastUnits: 16, slowUnits: 16), seed: 3)
    #expect(try parameters.file().metadata.isEmpty)
    let lstms = Self.description(#""1": "lstm", "S": "lstm", "2": "lstm""#)
    let file = try Safetensors(tensors: parameters.tensors(), metadata: ["network": lstms])
    #expect(try Parameters(file) == parameters)
  }

  @Test(arguments: [
    (description(wiring: "stacked", #""1": "lstm""#), "wired as 'stacked'"),
    (
      description(shares: false, #""1": "lstm", "S": "lstm", "2": "lstm""#),
      "a state for each cell"
    ),
    (description(#""1": "lstm", "2": "lstm""#), "no cell S"),
    (description(#""1": "lstm", "S": "lstm", "2": "diagonal-gru""#), "models have one kind"),
    (description(#""1": "lstm", "S": "mingru", "2": "lstm""#), "they can have 'mingru:tanh'"),
    (description(#""1": "lstm", "S": "diagonal-lstm", "2": "lstm""#), "cell S is 'diagonal-lstm'"),
    ("[]", "cannot be read"),
  ])
  func otherNetworksAreRefused(_ description: String, _ reason: String) throws {
    let file = try Self.file(description)
    let error = #expect(throws: ParametersError.self) { try Parameters(file) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }
}
