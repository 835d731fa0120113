/// libFuzzer's own ways to change an input; returns the new size.
@_silgen_name("LLVMFuzzerMutate")
private func change(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// Called by libFuzzer for every new input. Damage alone would hardly ever get past the checks that
/// the formats carry, so most inputs get them right again.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32
) -> Int {
  let count = change(bytes, count, limit)
  guard seed % 8 != 0 else { return count }
  var content = Array(UnsafeBufferPointer(start: bytes, count: count))
  FuzzTarget.chosen?.repair(&content)
  for (offset, byte) in content.enumerated() { bytes[offset] = byte }
  return count
}
