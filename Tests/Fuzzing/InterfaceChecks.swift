import CFSCompABI

/// The interface for C: one call, a stream in pieces of any size, and any part.
enum InterfaceChecks {
  private static let mostPlainBytes = 1 << 16

  static func run(_ input: [UInt8]) {
    // How large the pieces are; the rest is an archive.
    guard let first = input.first else { return }
    let archive = Array(input[1...])
    var options: OpaquePointer?
    guard fscomp_options_new(&options) == 0 else { return }
    defer { fscomp_options_free(options) }
    _ = fscomp_options_set(options, Int32(FSCOMP_OPTION_MEMORY_LIMIT.rawValue), 24 << 20)

    var plain = [UInt8](repeating: 0, count: mostPlainBytes)
    var count = 0
    let code = fscomp_decompress(options, archive, archive.count, &plain, plain.count, &count)
    precondition(count <= plain.count)
    plain.removeSubrange(count...)
    let streamed = stream(archive, pieces: 1 + Int(first), options)
    if code == 0 {
      precondition(streamed.isFinished && streamed.plain == plain, "a stream has other bytes")
      precondition(parts(of: archive, options) == plain, "parts have other bytes")
      let secondLine = plain.firstIndex(of: 0x0A).map { $0 + 1 } ?? plain.count
      precondition(
        behindFirstLine(of: archive, options) == secondLine..<plain.count, "lines are elsewhere")
    } else if streamed.plain.count < mostPlainBytes {
      precondition(!streamed.isFinished, "a stream takes what one call refuses")
    }
  }

  private static func stream(
    _ archive: [UInt8], pieces: Int, _ options: OpaquePointer?
  ) -> (plain: [UInt8], isFinished: Bool) {
    var decompressor: OpaquePointer?
    guard fscomp_decompressor_new(options, &decompressor) == 0 else { return ([], false) }
    defer { fscomp_decompressor_free(decompressor) }
    var (plain, position, state) = ([UInt8](), 0, Int32(0))
    var buffer = [UInt8](repeating: 0, count: pieces)
    repeat {
      let piece = Array(archive[position..<min(archive.count, position + pieces)])
      let isLast = position + piece.count == archive.count
      var (read, written) = (0, 0)
      state = piece.withUnsafeBytes { piece in
        buffer.withUnsafeMutableBytes { buffer in
          var input = fscomp_input(src: piece.baseAddress, size: piece.count, pos: 0)
          var output = fscomp_output(dst: buffer.baseAddress, size: buffer.count, pos: 0)
          defer { (read, written) = (input.pos, output.pos) }
          return fscomp_decompressor_process(
            decompressor, &input, &output,
            Int32(isLast ? FSCOMP_END.rawValue : FSCOMP_CONTINUE.rawValue))
        }
      }
      position += read
      plain += buffer[..<written]
    } while state > 0 && state != Int32(FSCOMP_FINISHED.rawValue) && plain.count < mostPlainBytes
    return (plain, state == Int32(FSCOMP_FINISHED.rawValue))
  }

  private static func behindFirstLine(
    of archive: [UInt8], _ options: OpaquePointer?
  ) -> Range<Int>? {
    var reader: OpaquePointer?
    guard fscomp_reader_open_memory(options, archive, archive.count, &reader) == 0 else {
      return nil
    }
    defer { fscomp_reader_free(reader) }
    var (offset, size) = (UInt64(0), UInt64(0))
    guard fscomp_reader_find_lines(reader, 1, .max, &offset, &size) == 0 else { return nil }
    return Int(offset)..<Int(offset + size)
  }

  private static func parts(of archive: [UInt8], _ options: OpaquePointer?) -> [UInt8]? {
    var reader: OpaquePointer?
    guard fscomp_reader_open_memory(options, archive, archive.count, &reader) == 0 else {
      return nil
    }
    defer { fscomp_reader_free(reader) }
    var plain: [UInt8] = []
    for number in 0..<fscomp_reader_block_count(reader) {
      var info = fscomp_block_info()
      info.struct_size = MemoryLayout<fscomp_block_info>.size
      guard fscomp_reader_block(reader, number, &info) == 0 else { return nil }
      var (part, count) = ([UInt8](repeating: 0, count: Int(info.plain_size)), 0)
      guard fscomp_reader_read(reader, info.plain_offset, &part, part.count, &count) == 0,
        count == part.count
      else { return nil }
      plain += part
    }
    return plain
  }
}
