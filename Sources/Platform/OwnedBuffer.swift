/// Memory for numbers with one owner: aligned for the widest registers, at an address that stays.
///
/// All is zero at first. What the system hands out is zero already, so a large buffer takes no room
/// and no time before it is written.
///
/// Indices are not checked: this is for the insides of hot loops. It is no larger than a pointer and
/// a count, as parts of the codec are made of many of these.
@usableFromInline
package struct OwnedBuffer<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  // @unchecked: who shares a buffer between threads sees to it that they do not write to the same
  // parts of it.
  @usableFromInline package let base: UnsafeMutablePointer<Element>
  @usableFromInline package let count: Int

  @inlinable
  package init(_ size: BufferSize<Element>) {
    let memory = MemoryBlock.allocate(byteCount: size.contentByteCount, pages: size.pages)
    base = memory.bindMemory(to: Element.self, capacity: size.count)
    count = size.count
  }

  @inlinable
  package init(count: Int) { self.init(BufferSize(count)) }

  @inlinable
  package init(_ values: some Collection<Element>) {
    self.init(count: values.count)
    _ = UnsafeMutableBufferPointer(start: base, count: values.count).update(fromContentsOf: values)
  }

  @inlinable
  deinit { MemoryBlock.deallocate(base) }

  @inlinable
  package subscript(index: Int) -> Element {
    @inline(__always) get { base[index] }
    @inline(__always) nonmutating set { base[index] = newValue }
  }

  /// Sets every element.
  @inlinable
  package func fill(_ value: Element) { base.update(repeating: value, count: count) }

  @inlinable
  package var contents: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// An `OwnedBuffer` with several owners.
@usableFromInline
package final class SharedBuffer<Element: BitwiseCopyable>: Sendable {
  @usableFromInline package let memory: OwnedBuffer<Element>

  @inlinable
  package init(_ size: BufferSize<Element>) { memory = OwnedBuffer(size) }

  @inlinable
  package convenience init(count: Int) { self.init(BufferSize(count)) }

  @inlinable
  package init(_ memory: consuming OwnedBuffer<Element>) { self.memory = memory }

  @inlinable
  package convenience init(_ values: some Collection<Element>) { self.init(OwnedBuffer(values)) }

  @inlinable
  package var base: UnsafeMutablePointer<Element> { memory.base }

  @inlinable
  package var count: Int { memory.count }
}
