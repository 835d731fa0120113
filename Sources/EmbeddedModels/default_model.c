#include "EmbeddedModels.h"

static const uint8_t model[] = {
#embed "default.fsm"
};

const uint8_t *fscomp_default_model(size_t *size) {
  *size = sizeof model;
  return model;
}
