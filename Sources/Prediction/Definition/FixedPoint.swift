// The arithmetic that everything below stands on. These functions, and those of the other files
// of this folder, *are* the network: every kernel gives the same result on every input.
//
// Formats: "Qn" is an integer that stands for itself divided by 2^n.
//
//   hidden state        int8   h = q / 127, -127...127
//   weights             int8   -127...127, one scale a row
//   accumulators        int32
//   pre-activations z   int16  in units of their gate's own, which layer norm divides out
//   normalized u        int16  Q10, saturating at ±32 standard deviations
//   gate input y        int16  Q12, saturating at ±8
//   gates, tanh         int16  Q15
//   cell state          int16  Q8, saturating at ±128; Q15 where it is the hidden state, too
//   logits              int16  Q7 of base-2 logarithms
//
// No operation here can overflow its type; the comment at each says why. The wrapping operators
// (&+, &*) only keep the compiler from guarding what cannot happen.

/// `x` brought into the range of 16 bits.
@inline(__always)
package func saturate16(_ x: Int32) -> Int16 {
  Int16(truncatingIfNeeded: min(max(x, -32768), 32767))
}

/// `x` / 2^`shift`, rounded to nearest, halves upwards; `shift` in 0...20 and
/// |`x`| <= 2^31 - 2^19, so that the rounding term fits.
@inline(__always)
package func roundingShift(_ x: Int32, by shift: Int32) -> Int32 {
  (x &+ ((1 &<< shift) &>> 1)) &>> shift
}

/// The product of two Q15 numbers in Q15, rounded: (a b + 2^14) >> 15.
///
/// Both are in -32768...32767 and at most one of them is -32768: the product is then below 2^30
/// and the result fits 16 bits. (Instruction sets differ on -32768 x -32768.)
@inline(__always)
package func multiplyHigh(_ a: Int32, _ b: Int32) -> Int32 {
  (a &* b &+ (1 &<< 14)) &>> 15
}
