import Model

// Models in words.

extension ModelMetadata {
  /// Name and value of each text.
  var lines: [(name: String, value: String)] {
    [
      ("Name", name), ("Provenance", provenance), ("Training text", trainingText),
      ("Licence", licence),
    ].map { ($0, $1.isEmpty ? "-" : $1) }
  }
}

extension NetworkShape {
  /// As the paper calls such networks, with the kinds of their cells unless all are LSTMs.
  private var name: String {
    if fastKind == .lstm, slowKind == .lstm { return "FS-LSTM-\(fastCells)" }
    return "FS-RNN-\(fastCells) (fast \(fastKind.name), slow \(slowKind.name))"
  }

  var shortDescription: String { "\(name) \(fastUnits)/\(slowUnits)" }

  var longDescription: String {
    "\(name): \(fastUnits) fast units, \(slowUnits) slow units; "
      + "\(NumberFormat.grouped(parameterCount)) parameters, "
      + "\(NumberFormat.grouped(multiplyAddsPerByte)) multiply-adds a byte"
  }
}

extension WordDictionary {
  var shortDescription: String {
    let codes = zip(["one", "two", "three"], counts).map { "\(NumberFormat.grouped($1)) of \($0)" }
    return "\(NumberFormat.grouped(wordCount)) words with codes: "
      + codes.joined(separator: ", ")
      + (isReadByNetworks ? " bytes; the networks read coded text" : " bytes")
  }

  /// Its words in their usual spellings, a line each, in the order of their codes.
  ///
  /// - Throws: `ModelError`.
  func text() throws -> [UInt8] {
    var text: [UInt8] = []
    for word in try words() {
      let capitals =
        switch word.spelling {
        case .small: 0
        case .capitalized: 1
        case .upper: word.letters.count
        }
      for (index, letter) in word.letters.enumerated() {
        let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
        text.append(isSmall && index < capitals ? letter ^ 0x20 : letter)
      }
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }
}

extension PriorTable {
  var shortDescription: String {
    "what followed \(NumberFormat.grouped(contextCount)) contexts of coded text"
  }

  /// A line for each entry: the number of its line in the table, the check of its context, a byte
  /// that followed this, and how often.
  var text: [UInt8] {
    var text = Array("line check byte count\n".utf8)
    for line in 0..<lineCount {
      for entry in entries(ofLine: line) {
        text += "\(line) \(entry.check) \(entry.byte) \(entry.count)\n".utf8
      }
    }
    return text
  }
}

extension MixerShape: CustomStringConvertible {
  package var description: String {
    func count(_ number: Int, _ name: String) -> String {
      "\(number) \(name)" + (number == 1 ? "" : "s")
    }
    return [
      count(modes, "mode"), count(contexts, "context"), count(matchModels, "match model"),
      count(classCounts.count, "mixer") + " of \(inputs) inputs",
    ].joined(separator: ", ")
  }
}

extension MixerBeginnings {
  /// All numbers, each part under a line that says what it is.
  var text: String {
    var parts = ["Mixers: \(key)\n\(shape)"]
    /// Numbers in rows, in blocks of `rowCount` rows with a title.
    func add(
      _ title: String, _ range: Range<Int>, columns: Int, blocks: [(title: String, count: Int)],
      isSigned: Bool
    ) {
      parts.append(title)
      var next = range.lowerBound
      for block in blocks {
        let numbers = values[next..<next + block.count].map {
          isSigned ? Int(Int16(bitPattern: $0)) : Int($0)
        }
        parts.append(block.title + Self.rows(numbers, columns: columns))
        next += block.count
      }
    }
    let modes = 0..<shape.modes
    add(
      "Meanings of histories: probabilities of a 1, in units of 2^-16", shape.meanings,
      columns: 16,
      blocks: modes.flatMap { mode in
        (0..<shape.contexts).map {
          ("mode \(mode), context \($0)", MixerShape.meaningsOfContext)
        }
      }, isSigned: false)
    add(
      "Confidences in matches: probabilities that the next bit is as expected, in units of 2^-16",
      shape.confidences, columns: 8,
      blocks: (0..<shape.matchModels).map {
        ("match model \($0)", MixerShape.confidencesOfMatchModel)
      }, isSigned: false)
    add(
      "Weights of inputs, in units of 2^-12", shape.weights, columns: 16,
      blocks: shape.classCounts.enumerated().flatMap { mixer, classes in
        modes.flatMap { mode in
          (0..<classes).map { ("mixer \(mixer), mode \(mode), class \($0)", shape.inputs) }
        }
      }, isSigned: true)
    add(
      "Weights of the final mixer, in units of 2^-12: a row for each bit of a byte", shape.final,
      columns: 8, blocks: [("all modes", MixerShape.finalCount)], isSigned: true)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Each row on a line of its own, in columns.
  private static func rows(_ numbers: [Int], columns: Int) -> String {
    var text = ""
    for (index, number) in numbers.enumerated() {
      let digits = String(number)
      text += index.isMultiple(of: columns) ? "\n" : " "
      text += String(repeating: " ", count: max(0, 6 - digits.count)) + digits
    }
    return text
  }
}
