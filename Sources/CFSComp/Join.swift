import CFSCompABI
import FSComp

/// Where a callback puts bytes.
private struct CallbackSink: ByteSink {
  let put: fscomp_write_fn
  let user: UnsafeMutableRawPointer?

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard put(user, bytes.baseAddress, bytes.count) == 0 else {
      throw Failure(FSCOMP_ERROR_SINK)
    }
  }
}

@_cdecl("fscomp_join")
public func join(
  _ sources: UnsafePointer<fscomp_source>?, _ count: Int, _ put: fscomp_write_fn?,
  _ user: UnsafeMutableRawPointer?
) -> Int32 {
  call {
    var sink = CallbackSink(put: try needed(put), user: user)
    guard count > 0 else { throw Failure(FSCOMP_ERROR_ARGUMENT) }
    let given = UnsafeBufferPointer(start: try needed(sources), count: count)
    _ = try ArchiveJoin(try given.map { try CallbackSource($0) }).write(to: &sink)
  }
}
