// Frequencies of the 256 bytes, and their sums up the tree.
#include "neon.h"

#if defined(__aarch64__)

#include <arm_neon.h>

/// (mantissa x 2^8) >> octaves, + 1; USHL by -32 or less gives 0.
FSC_NEON_INLINE uint32x4_t frequency(uint16x4_t mantissa, int16x4_t minus_octaves) {
  const uint32x4_t value = vshlq_u32(vshll_n_u16(mantissa, 8), vmovl_s16(minus_octaves));
  return vaddq_u32(value, vdupq_n_u32(1));
}

FSC_NEON
void fsc_neon_make_tree(const int16_t *logits, uint32_t *tree) {
  int16x8_t largest[4];
  for (int32_t n = 0; n < 4; n++) largest[n] = vld1q_s16(logits + 8 * n);
  for (int32_t b = 32; b < 256; b += 32)
    for (int32_t n = 0; n < 4; n++)
      largest[n] = vmaxq_s16(largest[n], vld1q_s16(logits + b + 8 * n));
  const int16_t top = vmaxvq_s16(
      vmaxq_s16(vmaxq_s16(largest[0], largest[1]), vmaxq_s16(largest[2], largest[3])));

  for (int32_t b = 0; b < 256; b += 8) {
    // 0...65535, so without a sign.
    const uint16x8_t below =
        vreinterpretq_u16_s16(vsubq_s16(vdupq_n_s16(top), vld1q_s16(logits + b)));
    // 2^(-t), as the definition's `negativePowerOfTwo`. Not by SQRDMLSH, which rounds the
    // negated product: halves would go the other way.
    const int16x8_t t =
        vreinterpretq_s16_u16(vandq_u16(vshlq_n_u16(below, 8), vdupq_n_u16(0x7F00)));
    const int16x8_t cubic = vsubq_s16(vdupq_n_s16(7582), vqrdmulhq_n_s16(t, 1306));
    const int16x8_t square = vsubq_s16(vdupq_n_s16(22663), vqrdmulhq_s16(t, cubic));
    const uint16x8_t mantissa =
        vreinterpretq_u16_s16(vsubq_s16(vdupq_n_s16(32767), vqrdmulhq_s16(t, square)));
    // USHL reads only eight bits of the shift, hence the limit.
    const uint16x8_t octaves = vminq_u16(vshrq_n_u16(below, 7), vdupq_n_u16(32));
    const int16x8_t shift = vnegq_s16(vreinterpretq_s16_u16(octaves));
    vst1q_u32(tree + 256 + b, frequency(vget_low_u16(mantissa), vget_low_s16(shift)));
    vst1q_u32(tree + 260 + b, frequency(vget_high_u16(mantissa), vget_high_s16(shift)));
  }

  for (int32_t level = 128; level >= 4; level /= 2)
    for (int32_t node = level; node < 2 * level; node += 4) {
      const uint32_t *children = tree + 2 * node;
      vst1q_u32(tree + node, vpaddq_u32(vld1q_u32(children), vld1q_u32(children + 4)));
    }
  tree[3] = tree[6] + tree[7];
  tree[2] = tree[4] + tree[5];
  tree[1] = tree[2] + tree[3];
  tree[0] = 0;
}

#endif
