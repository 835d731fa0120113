// Everything but matrix products, for the instruction set of the file that includes this.
#include "cell_forward.h"
#include "cell_backward.h"
#include "cross_entropy.h"
#include "embedding_gradient.h"
