#define _GNU_SOURCE
#include "signals.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const int handled[] = {SIGINT, SIGTERM, SIGHUP};
enum { handledCount = sizeof handled / sizeof *handled };

static pthread_t mainThread;
static sigset_t handledSet;
static char path[PATH_MAX];
static volatile sig_atomic_t pathIsSet;
static atomic_bool progressLine;
static atomic_bool isHeld;
static atomic_int stopSignal;

static void endProcess(int signal_number) {
  if (atomic_load(&isHeld)) {
    int none = 0;
    if (atomic_compare_exchange_strong(&stopSignal, &none, signal_number)) return;
  }
  // Only the main thread changes `path`, with these signals blocked; so only the main thread may
  // read it here, and another thread that was handed the signal passes it on.
  if (!pthread_equal(pthread_self(), mainThread)) {
    pthread_kill(mainThread, signal_number);
    return;
  }
  if (pathIsSet) unlink(path);
  if (atomic_load(&progressLine)) {
    static const char erase[] = "\r\033[K";
    ssize_t ignored = write(STDERR_FILENO, erase, sizeof erase - 1);
    (void)ignored;
  }
  // Still blocked while the handler runs: the default action follows on return, so that whoever
  // waits for this process sees which signal ended it.
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void csystem_signals_install(void) {
  mainThread = pthread_self();
  signal(SIGPIPE, SIG_IGN);

  sigset_t status;
  sigemptyset(&status);
  sigaddset(&status, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &status, NULL);

  sigemptyset(&handledSet);
  struct sigaction action = {.sa_handler = endProcess, .sa_flags = SA_RESTART};
  for (int i = 0; i < handledCount; i++) sigaddset(&handledSet, handled[i]);
  action.sa_mask = handledSet;
  for (int i = 0; i < handledCount; i++) {
    struct sigaction old;
    if (sigaction(handled[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
      sigaction(handled[i], &action, NULL);
  }
}

void csystem_signals_block(void) { pthread_sigmask(SIG_BLOCK, &handledSet, NULL); }
void csystem_signals_unblock(void) { pthread_sigmask(SIG_UNBLOCK, &handledSet, NULL); }

bool csystem_signals_set_path(const char *newPath) {
  pathIsSet = 0;
  if (newPath == NULL) return true;
  size_t length = strlen(newPath);
  if (length >= sizeof path) return false;
  memcpy(path, newPath, length + 1);
  pathIsSet = 1;
  return true;
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
