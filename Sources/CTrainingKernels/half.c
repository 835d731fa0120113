#include "half.h"

fst_half fst_float_to_half(float value) { return fst_to_half(value); }

float fst_half_to_float(fst_half half) { return fst_from_half(half); }
