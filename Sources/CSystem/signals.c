#define _GNU_SOURCE
#include "signals.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// SIGQUIT among them: its default action would leave the files, and so would that of the timers.
static const int handled[] = {SIGINT,  SIGTERM, SIGHUP,    SIGQUIT, SIGALRM,
                              SIGUSR2, SIGXCPU, SIGVTALRM, SIGPROF};
enum { handledCount = sizeof handled / sizeof *handled };

// What a thread without memory sends the main thread.
#define WITHOUT_MEMORY (SIGRTMIN + 3)
// Less than this left, and a failed allocation is the likely reason for an abort.
enum { memoryProbe = 32 << 20 };

struct path {
  struct path *next;
  char name[];
};

static pthread_t mainThread;
static sigset_t handledSet;
static struct path *paths;
static atomic_bool progressLine;
static atomic_bool isHeld;
static atomic_int stopSignal;

static void say(const char *text) {
  ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
  (void)ignored;
}

// Main thread only: only it changes `paths`, with these signals blocked.
static void cleanUp(void) {
  for (struct path *path = paths; path != NULL; path = path->next) unlink(path->name);
  if (atomic_load(&progressLine)) say("\r\033[K");
}

static void endProcess(int signal_number) {
  if (atomic_load(&isHeld)) {
    int none = 0;
    if (atomic_compare_exchange_strong(&stopSignal, &none, signal_number)) return;
  }
  // Another thread that was handed the signal passes it on.
  if (!pthread_equal(pthread_self(), mainThread)) {
    pthread_kill(mainThread, signal_number);
    return;
  }
  cleanUp();
  // Still blocked while the handler runs: the default action follows on return, so that whoever
  // waits for this process sees which signal ended it.
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

static void endWithoutMemory(int signal_number) {
  (void)signal_number;
  cleanUp();
  say("fscomp: not enough memory\n");
  _exit(1);
}

_Noreturn void csystem_end_without_memory(void) {
  pthread_kill(mainThread, WITHOUT_MEMORY);
  for (;;) pause();
}

// The language's runtime aborts where an array gets no memory. It has said so by then, and would
// print where.
static void onAbort(int signal_number) {
  void *probe = mmap(NULL, memoryProbe, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (probe == MAP_FAILED) csystem_end_without_memory();
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

static void install(int signal_number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
  action.sa_mask = handledSet;
  if (sigaction(signal_number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
    sigaction(signal_number, &action, NULL);
}

void csystem_signals_install(void) {
  mainThread = pthread_self();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);

  sigset_t status;
  sigemptyset(&status);
  sigaddset(&status, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &status, NULL);

  sigemptyset(&handledSet);
  for (int i = 0; i < handledCount; i++) sigaddset(&handledSet, handled[i]);
  sigaddset(&handledSet, WITHOUT_MEMORY);
  for (int i = 0; i < handledCount; i++) install(handled[i], endProcess);
  install(WITHOUT_MEMORY, endWithoutMemory);

  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    install(SIGABRT, onAbort);
}

void csystem_signals_block(void) { pthread_sigmask(SIG_BLOCK, &handledSet, NULL); }
void csystem_signals_unblock(void) { pthread_sigmask(SIG_UNBLOCK, &handledSet, NULL); }

bool csystem_signals_add_path(const char *name) {
  size_t size = strlen(name) + 1;
  struct path *path = malloc(sizeof *path + size);
  if (path == NULL) return false;
  memcpy(path->name, name, size);
  path->next = paths;
  paths = path;
  return true;
}

void csystem_signals_remove_path(const char *name) {
  for (struct path **link = &paths; *link != NULL; link = &(*link)->next) {
    struct path *path = *link;
    if (strcmp(path->name, name) != 0) continue;
    *link = path->next;
    free(path);
    return;
  }
}

void csystem_signals_hold(void) { atomic_store(&isHeld, true); }
int csystem_signals_stop_requested(void) { return atomic_load(&stopSignal); }

void csystem_signals_end_process(int signal_number) {
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void csystem_signals_set_progress_line(bool visible) { atomic_store(&progressLine, visible); }

bool csystem_signals_wait_for_status_request(int milliseconds) {
  sigset_t status;
  sigemptyset(&status);
  sigaddset(&status, SIGUSR1);
  if (milliseconds < 0) return sigwaitinfo(&status, NULL) == SIGUSR1;
  struct timespec timeout = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  return sigtimedwait(&status, NULL, &timeout) == SIGUSR1;
}
