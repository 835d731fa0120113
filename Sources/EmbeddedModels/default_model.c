#include "EmbeddedModels.h"

#include <stdalign.h>

// The parts of one file, which embed.py has cut, behind what brings its prior to a line of the cache.
static const alignas(64) uint8_t parts[] = {
#embed "default.before" suffix(, )
#embed "default.knowledge"
    ,
#embed "default.network-1"
    ,
#embed "default.network-2"
    ,
#embed "default.network-3"
    ,
#embed "default.prior"
    ,
#embed "default.end"
    ,
    0,
};

static const uint8_t before[] = {
#embed "default.before" suffix(, )
    0,
};

const uint8_t *fscomp_default_model(size_t *size) {
  const size_t start = sizeof before - 1;
  // The byte behind the end can be read, too.
  *size = sizeof parts - 1 - start;
  return parts + start;
}
