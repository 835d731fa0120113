import ArgumentParser
import FSComp

/// What shells may offer as values, where a list that was made beforehand does not do.
extension CompletionKind {
  static let levels = CompletionKind.list(CompressionLevel.range.map(String.init))

  /// The names of installed models that can be used, and files with one of these suffixes.
  static func models(orFiles suffixes: [String] = [Models.suffix]) -> CompletionKind {
    .custom { words, index, _ in
      modelNames() + files(beginning: word(words, index), suffixes: suffixes)
    }
  }

  /// One more of these words behind those that are there.
  static func commaSeparated(_ values: [String]) -> CompletionKind {
    .custom { words, index, _ in
      let word = word(words, index)
      let list = word[..<(word.lastIndex(of: ",").map { word.index(after: $0) } ?? word.startIndex)]
      let named = Set(list.split(separator: ",").map(String.init))
      return values.filter { !named.contains($0) }.map { list + $0 }
    }
  }

  private static func word(_ words: [String], _ index: Int) -> String {
    // Fish quotes a word that is not there yet.
    guard words.indices.contains(index), words[index] != "''" else { return "" }
    return words[index]
  }

  private static func modelNames() -> [String] {
    Models.installed.installed().compactMap { model in
      guard !model.isShadowed, case .success = model.summary else { return nil }
      return model.name
    }
  }

  /// The files in the folder that `word` names, and the folders in it, which have a slash behind
  /// them. Hidden ones only if the word begins so.
  private static func files(beginning word: String, suffixes: [String]) -> [String] {
    let start = word.lastIndex(of: "/").map { word.index(after: $0) } ?? word.startIndex
    let (folder, name) = (String(word[..<start]), word[start...])
    let entries = try? Path(argument: folder.isEmpty ? "." : folder).entries()
    return (entries ?? []).compactMap { entry in
      let text = String(decoding: entry, as: UTF8.self)
      guard text.hasPrefix(name), !text.hasPrefix(".") || name.hasPrefix(".") else { return nil }
      let path = folder + text
      switch (try? FileStatus(of: Path(argument: path), followingLinks: true))?.kind {
      case .folder: return path + "/"
      case .regular where suffixes.contains(where: text.hasSuffix): return path
      default: return nil
      }
    }
  }
}
