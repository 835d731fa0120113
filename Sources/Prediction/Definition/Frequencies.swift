/// Turns logits into the integer frequencies of the 256 bytes, and sums them up a binary tree.
///
/// - Parameters:
///   - logits: 256 values in Q7 of base-2 logarithms.
///   - tree: 512 values, written: `tree[256 + b]` = 1 + 2^23 x 2^(logit - largest logit) is the
///     frequency of byte b, 1...2^23; `tree[j] = tree[2j] + tree[2j + 1]` for j in 1...255; so
///     that `tree[1]`, the sum of all, is below 2^32.
package func makeTree(_ logits: UnsafePointer<Int16>, _ tree: UnsafeMutablePointer<UInt32>) {
  var top = logits[0]
  for b in 1..<256 { top = max(top, logits[b]) }
  for b in 0..<256 {
    let below = Int32(top) &- Int32(logits[b])  // 0...65535
    tree[256 + b] = (negativePowerOfTwo(below & 127) &<< 8) >> UInt32(below &>> 7) &+ 1
  }
  tree[0] = 0
  for node in stride(from: 255, through: 1, by: -1) {
    tree[node] = tree[2 * node] &+ tree[2 * node + 1]
  }
}

/// 2^(-x / 128) in Q15, 16380...32767, for `x` in 0...127: a cubic within 0.03 % of it.
@inline(__always)
package func negativePowerOfTwo(_ x: Int32) -> UInt32 {
  let t = x &<< 8  // Q15
  let m = 22663 &- multiplyHigh(t, 7582 &- multiplyHigh(t, 1306))
  return UInt32(truncatingIfNeeded: 32767 &- multiplyHigh(t, m))
}
