import Platform

/// A buffer that bytes are appended to, without the reference counts and uniqueness checks that an
/// array would cost for every byte.
@usableFromInline
struct ByteAccumulator: ~Copyable {
  @usableFromInline var memory: OwnedBuffer<UInt8>
  @usableFromInline var count = 0

  @usableFromInline
  init(capacity: Int) { memory = OwnedBuffer(count: max(capacity, 16)) }

  @inlinable @inline(__always)
  mutating func append(_ byte: UInt8) {
    if count == memory.count { grow() }
    memory.base[count] = byte
    count &+= 1
  }

  @usableFromInline @inline(never)
  mutating func grow() {
    let larger = OwnedBuffer<UInt8>(count: 2 * memory.count)
    larger.base.update(from: memory.base, count: count)
    memory = larger
  }

  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: memory.base, count: count)) }
}
