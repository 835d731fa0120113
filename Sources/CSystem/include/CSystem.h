// The few things the command line and the benchmark need from the system that Swift cannot say itself.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include "gnu.h"
#include "sandbox.h"
#include "signals.h"

#endif
