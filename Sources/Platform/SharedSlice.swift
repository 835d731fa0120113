/// Numbers that many share, that none changes, and that stay where they are: of an array that was
/// copied once, or in the program itself. Its slices, and numbers of another type that are read out
/// of its bytes, share the memory.
///
/// One byte behind the end can be read, too, whatever it is: kernels may take more than they use.
@usableFromInline
package struct SharedSlice<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // @unchecked: nothing writes to the memory once it is here.

  /// nil: memory that is never given back.
  private let owner: SharedBuffer<UInt8>?
  /// Of index 0.
  private let memory: UnsafePointer<Element>
  @usableFromInline package let startIndex: Int
  @usableFromInline package let endIndex: Int

  private init(
    owner: SharedBuffer<UInt8>?, memory: UnsafePointer<Element>, indices: Range<Int>
  ) {
    self.owner = owner
    self.memory = memory
    startIndex = indices.lowerBound
    endIndex = indices.upperBound
  }

  /// Copies.
  package init(_ elements: some Collection<Element>) {
    let buffer = SharedBuffer<UInt8>(count: elements.count * MemoryLayout<Element>.stride + 1)
    let memory = UnsafeMutableRawPointer(buffer.base)
      .bindMemory(to: Element.self, capacity: elements.count)
    _ = UnsafeMutableBufferPointer(start: memory, count: elements.count)
      .update(fromContentsOf: elements)
    self.init(owner: buffer, memory: UnsafePointer(memory), indices: 0..<elements.count)
  }

  /// - Parameter elements: constants of the program, with a byte behind them.
  package init(ofProgram elements: UnsafeBufferPointer<Element>) {
    self.init(owner: nil, memory: elements.baseAddress!, indices: 0..<elements.count)
  }

  /// The same bytes as numbers of another type of that size, from index 0 on.
  package init<Other>(_ other: SharedSlice<Other>, as _: Element.Type) {
    precondition(MemoryLayout<Element>.stride == MemoryLayout<Other>.stride)
    self.init(
      owner: other.owner,
      memory: UnsafeRawPointer(other.memory + other.startIndex)
        .assumingMemoryBound(to: Element.self),
      indices: 0..<other.count)
  }
}

extension SharedSlice: RandomAccessCollection {
  @usableFromInline
  package subscript(index: Int) -> Element {
    precondition((startIndex..<endIndex).contains(index))
    return memory[index]
  }

  @usableFromInline
  package subscript(range: Range<Int>) -> SharedSlice {
    precondition(range.lowerBound >= startIndex && range.upperBound <= endIndex)
    return SharedSlice(owner: owner, memory: memory, indices: range)
  }

  package func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Element>) -> Result
  ) -> Result {
    defer { extendLifetime(owner) }
    return body(UnsafeBufferPointer(start: memory + startIndex, count: count))
  }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBufferPointer { body(UnsafeRawBufferPointer($0)) }
  }

  /// The first element, for as long as the owner of this lives.
  package var base: UnsafePointer<Element> { memory + startIndex }
}

extension SharedSlice: Equatable where Element: Equatable {
  @usableFromInline
  package static func == (one: SharedSlice, other: SharedSlice) -> Bool {
    one.elementsEqual(other)
  }
}
