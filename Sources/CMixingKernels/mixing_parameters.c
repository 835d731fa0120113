#include "mixing.h"

static const uint8_t parameters[] = {
#embed "mixing.bin"
};

const uint8_t *fsc_mixing_parameters(intptr_t *size) {
  *size = sizeof parameters;
  return parameters;
}
