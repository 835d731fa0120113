// What a function asks of its arguments, checked in debug builds. Release builds, which have no DEBUG,
// do not look.
#ifndef FSCOMP_EXPECTS_H
#define FSCOMP_EXPECTS_H

#if defined(DEBUG)
#include <assert.h>
#define FSC_EXPECTS(condition) assert(condition)
#else
#define FSC_EXPECTS(condition) ((void)0)
#endif

#endif
