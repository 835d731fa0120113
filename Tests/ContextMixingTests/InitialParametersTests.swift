import ContextMixing
import Model
import Testing
import TextTransform

@Suite struct InitialParametersTests {
  @Test(arguments: embeddedModel.mixes)
  func theyAreInRange(mix: Mix) throws {
    let parameters = try parameters(mix)
    #expect(parameters.values[..<parameters.firstWeight].allSatisfy { (16...65519).contains($0) })
    // Weights of up to 4, and not all alike.
    let weights = parameters.values[parameters.firstWeight...].map { Int16(bitPattern: $0) }
    #expect(weights.allSatisfy { (-16384...16384).contains($0) })
    #expect(Set(weights).count > 100)
  }

  /// A short text, before anything in it repeats much. (Those that trust networks need networks that
  /// are worth it: FSComp's tests have them.)
  @Test(arguments: embeddedModel.mixes.filter { !$0.usesNetwork })
  func theyHelpFromTheFirstByte(mix: Mix) throws {
    var text = Array(
      """
      The mill stood where the river turned, and for as long as anyone could remember it had
      ground the corn of three villages. When the old miller died, his daughters could not agree
      who should have it; so they let the wheel stand still for a year, and then for another.
      """.utf8)
    if mix.isCoded, let dictionary = embeddedModel.dictionary {
      text = TextEncoder(try Lexicon(dictionary)).encode(text)
    }
    var block = TestBlock(bytes: text, laneCount: 1, mix: mix)
    let trained = try block.cost()
    block.parameters = .untrained(mix, networkCount: 0, codes: embeddedModel.dictionary?.layout)
    #expect(trained < 0.99 * (try block.cost()))
  }

  /// As measured, to see what each part is worth.
  @Test(arguments: Mix.all)
  func everyPartCanBeLeftOut(mix: Mix) throws {
    let all = try parameters(mix)
    var block = TestBlock(bytes: Sample.words(2000), laneCount: 2, mix: mix)
    let whole = try block.cost()
    for part in all.parts {
      let reduced = all.without(part)
      #expect(reduced.values.count < all.values.count)
      let rest = all.parts.map(\.description).filter { $0 != "\(part)" }
      // A mixer that is alone has to stay.
      let mixers = rest.filter { $0.hasPrefix("mixer") }
      #expect(
        reduced.parts.map(\.description)
          == (mixers.count == 1 ? rest.filter { $0 != mixers[0] } : rest))
      block.parameters = reduced
      let cost = try block.cost()
      #expect(cost != whole && (0.9...1.2).contains(cost / whole), "\(part)")
    }
  }

  @Test(arguments: Mix.all)
  func theyAreASectionOfAModel(mix: Mix) throws {
    let parameters = InitialParameters.untrained(
      mix, networkCount: mix.usesNetwork ? 1 : 0, codes: try someCodes)
    let section = try parameters.beginnings(of: mix)
    #expect(section.values == parameters.values)
  }

  /// Never zeros instead.
  @Test(arguments: Mix.all)
  func whatIsMissingIsAnError(mix: Mix) throws {
    let others = try Mix.all.filter { $0 != mix }.map { try parameters($0).beginnings(of: $0) }
    let file = try ModelFile(metadata: ModelMetadata(name: "gaps"), networks: [], beginnings: others)
    #expect(throws: ModelError.self) { try InitialParameters(mix, from: file) }
  }
}
