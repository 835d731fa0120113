#include <pthread.h>
#include <stdatomic.h>

#include "support.h"

static pthread_mutex_t unforkable = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_uint_fast64_t generation;

static void beforeFork(void) { pthread_mutex_lock(&unforkable); }

static void inParent(void) { pthread_mutex_unlock(&unforkable); }

static void inChild(void) {
  pthread_mutex_unlock(&unforkable);
  atomic_fetch_add(&generation, 1);
}

static void watchForks(void) { pthread_atfork(beforeFork, inParent, inChild); }

uint64_t fscabi_generation(void) {
  pthread_once(&once, watchForks);
  return atomic_load(&generation);
}

void fscabi_without_fork(void (*body)(void *user), void *user) {
  pthread_once(&once, watchForks);
  pthread_mutex_lock(&unforkable);
  body(user);
  pthread_mutex_unlock(&unforkable);
}
