import Prediction

/// Decodes an archive with the codec's own code.
///
/// - Parameters:
///   - kernels: the name of a kernel table.
///   - plain: where the plain bytes go, with room for `capacity`.
/// - Returns: how many there are; -1 if the archive cannot be decoded.
@_cdecl("decode_archive")
public func decodeArchive(
  archive: UnsafePointer<UInt8>, archiveSize: Int, model: UnsafePointer<UInt8>, modelSize: Int,
  kernels: UnsafePointer<CChar>, plain: UnsafeMutablePointer<UInt8>, capacity: Int
) -> Int {
  let model = Array(UnsafeBufferPointer(start: model, count: modelSize))
  guard let table = Kernels.named(String(cString: kernels)),
    let model = try? Model(bytes: model, kernels: table)
  else { return -1 }
  var rest = Array(UnsafeBufferPointer(start: archive, count: archiveSize))[...]
  var decoded: [UInt8] = []
  while !rest.isEmpty {
    guard let frame = decodeFrame(&rest, model: model) else { return -1 }
    decoded += frame
  }
  guard decoded.count <= capacity else { return -1 }
  plain.update(from: decoded, count: decoded.count)
  return decoded.count
}

/// Takes a frame from the beginning of an archive; nil if it is not intact.
private func decodeFrame(_ rest: inout ArraySlice<UInt8>, model: Model) -> [UInt8]? {
  guard case .value(let frame, let headerSize) = FrameHeader.parse(rest.span) else { return nil }
  rest = rest.dropFirst(headerSize)
  var plain: [UInt8] = []
  while let tag = rest.first, !FrameIndex.isTag(tag) {
    guard case .value(let header, let size) = BlockHeader.parse(rest.span),
      rest.count >= size + header.payloadSize
    else { return nil }
    let payload = Array(rest.dropFirst(size).prefix(header.payloadSize))
    rest = rest.dropFirst(size + header.payloadSize)
    guard
      let block = BlockDecoder.decode(
        payload, header: header, model: model, monitor: WorkMonitor())
    else { return nil }
    plain += block
    if frame.isSingle { return plain }
  }
  guard case .value(_, let indexSize) = FrameIndex.parse(rest.span) else { return nil }
  rest = rest.dropFirst(indexSize)
  return plain
}
