#ifndef FSCOMP_EMBEDDED_MODELS_H
#define FSCOMP_EMBEDDED_MODELS_H

#include <stddef.h>
#include <stdint.h>

/// The model file of the default model, and its size in bytes.
const uint8_t *fscomp_default_model(size_t *size);

#endif
