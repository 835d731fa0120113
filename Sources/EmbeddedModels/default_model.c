#include "EmbeddedModels.h"

// The parts of one file, which embed.py has cut.
static const uint8_t model[] = {
#embed "default.knowledge"
    ,
#embed "default.prior"
    ,
#embed "default.end"
};

const uint8_t *fscomp_default_model(size_t *size) {
  *size = sizeof model;
  return model;
}
