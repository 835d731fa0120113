/* What the implementation of fscomp.h needs of C: it is not part of the interface. */
#ifndef FSCOMP_SUPPORT_H
#define FSCOMP_SUPPORT_H

#include "fscomp.h"

/* Keeps what fscomp_last_error tells this thread. message: UTF-8, may be NULL. */
void fscabi_set_last_error(int error, uint64_t block, uint64_t offset, const char *message);

/* Counts the times that this process was forked off a process that had this library, so that a
   child knows the objects of its parent. */
uint64_t fscabi_generation(void);

/* Runs body(user) while no other thread does, and no fork waits for its end: a child that was
   forked in the middle would wait for ever for what its parent had begun. */
void fscabi_without_fork(void (*body)(void *user), void *user);

/* Those that this process may use, at least 1. */
int fscabi_processors(void);

#endif
