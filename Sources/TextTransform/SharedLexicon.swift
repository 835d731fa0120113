import Model
import Synchronization

/// A dictionary that is made ready when it is first used, once for all that share it.
package final class SharedLexicon: Sendable {
  private final class Box: Sendable {
    let lexicon: Lexicon?

    init(_ dictionary: WordDictionary) { lexicon = try? Lexicon(dictionary) }
  }

  package let dictionary: WordDictionary
  private let box = AtomicLazyReference<Box>()

  package init(_ dictionary: WordDictionary) { self.dictionary = dictionary }

  /// nil if the words cannot be read. Threads that are the first at the same time all do the work,
  /// and share the result of one.
  package var lexicon: Lexicon? {
    (box.load() ?? box.storeIfNil(Box(dictionary))).lexicon
  }
}
