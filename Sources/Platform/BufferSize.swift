/// How many elements a buffer has and on what pages it lies: what is known of it before there is
/// memory for it.
///
/// A part of the codec says how large its buffers are in a structure of these, makes the buffers from
/// them, and adds them up to say how much memory it takes. So no estimate is kept by hand.
@usableFromInline
package struct BufferSize<Element: BitwiseCopyable>: Equatable, Sendable {
  @usableFromInline package let count: Int
  @usableFromInline package let pages: MemoryPages

  /// - Parameters:
  ///   - count: of elements, 0 and more.
  ///   - pages: nil: huge ones for buffers that are large and read all over.
  @inlinable
  package init(_ count: Int, pages: MemoryPages? = nil) {
    self.count = count
    self.pages =
      pages ?? (count * MemoryLayout<Element>.stride >= MemoryPages.leastHuge ? .huge : .small)
  }

  /// Of the elements.
  @inlinable
  package var contentByteCount: Int { count * MemoryLayout<Element>.stride }

  /// What the buffer takes in all, alignment included, in bytes.
  @inlinable
  package var byteCount: Int { contentByteCount + pages.overhead }
}

/// On which pages of memory a buffer lies.
@usableFromInline
package enum MemoryPages: Sendable {
  case small
  /// Pages of 2 MiB where the system has them. A buffer that is read and written all over would
  /// otherwise first have to look up where its page is with nearly every access.
  case huge

  /// From this many bytes on, what a huge page more than is needed takes is worth it.
  @usableFromInline static let leastHuge = 1 << 24

  /// Of the first element: a cache line, which is also the widest register; or a page (2 MiB is the
  /// size of a huge one on x86-64 and, with small pages of 4 KiB, on AArch64).
  @inlinable
  package var alignment: Int {
    switch self {
    case .small: 64
    case .huge: 1 << 21
    }
  }

  /// What a buffer takes beside its elements, at most, in bytes: to be aligned, and to know how to give
  /// its memory back.
  @inlinable
  package var overhead: Int { alignment + 64 }
}
