// Lets one call of the system fail, or do less than it was asked to: to be preloaded.
//
//   FAULT_CALL   which: the name of a function below
//   FAULT_AT     the first call of it that fails, from 1
//   FAULT_COUNT  how many do from there on (1)
//   FAULT        how: the number of an error, or 0: read or write half of what was asked for
//   FAULT_LOG    a file; gets a line "NAME CALLS" for each function when the process ends
//
// What the C library itself calls for its own functions does not come by here. A file that is closed in
// vain is closed, as on Linux; any other call that fails has done nothing.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum call { READ, PREAD, WRITE, OPEN, CLOSE, FSYNC, FTRUNCATE, LSEEK, RENAME, UNLINK, CALLS };

static const char *const names[CALLS] = {"read",  "pread",     "write", "open",   "close",
                                         "fsync", "ftruncate", "lseek", "rename", "unlink"};
static atomic_long counts[CALLS];
static int chosen = -1, error, log_file = -1;
static long first, last;

__attribute__((constructor)) static void begin(void) {
  const char *name = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *how = getenv("FAULT");
  const char *count = getenv("FAULT_COUNT"), *path = getenv("FAULT_LOG");
  for (int call = 0; name != NULL && call < CALLS; call++) {
    if (strcmp(name, names[call]) == 0) chosen = call;
  }
  first = at != NULL ? atol(at) : 0;
  last = first + (count != NULL ? atol(count) : 1) - 1;
  error = how != NULL ? atoi(how) : 0;
  // Now, as the process may give up the right to. Out of the way of the numbers that it uses.
  if (path == NULL) return;
  long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  log_file = (int)syscall(SYS_fcntl, file, F_DUPFD_CLOEXEC, 200);
  syscall(SYS_close, file);
}

__attribute__((destructor)) static void end(void) {
  if (log_file < 0) return;
  for (int call = 0; call < CALLS; call++) {
    dprintf(log_file, "%s %ld\n", names[call], atomic_load(&counts[call]));
  }
}

// Counts a call, and says whether it is one that is to fail.
static int is_due(enum call call) {
  long number = atomic_fetch_add(&counts[call], 1) + 1;
  return chosen == (int)call && first <= number && number <= last;
}

// Whether a call ends here, with errno set.
static int fails(enum call call) {
  if (!is_due(call)) return 0;
  errno = error;
  return 1;
}

// How many bytes a call may read or write; -1, with errno set, if it fails.
static ssize_t allowed(enum call call, size_t count) {
  if (!is_due(call)) return (ssize_t)count;
  errno = error;
  return error != 0 ? -1 : (ssize_t)(count > 1 ? count / 2 : count);
}

ssize_t read(int file, void *bytes, size_t count) {
  ssize_t part = allowed(READ, count);
  return part < 0 ? -1 : syscall(SYS_read, file, bytes, part);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  ssize_t part = allowed(PREAD, count);
  return part < 0 ? -1 : syscall(SYS_pread64, file, bytes, part, offset);
}

// Messages get through: that nobody hears of a fault is another one.
ssize_t write(int file, const void *bytes, size_t count) {
  if (file == STDERR_FILENO) return syscall(SYS_write, file, bytes, count);
  ssize_t part = allowed(WRITE, count);
  return part < 0 ? -1 : syscall(SYS_write, file, bytes, part);
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return fails(OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int close(int file) {
  int result = (int)syscall(SYS_close, file);
  return fails(CLOSE) ? -1 : result;
}

int fsync(int file) { return fails(FSYNC) ? -1 : (int)syscall(SYS_fsync, file); }

int ftruncate(int file, off_t size) {
  return fails(FTRUNCATE) ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

off_t lseek(int file, off_t offset, int whence) {
  return fails(LSEEK) ? -1 : syscall(SYS_lseek, file, offset, whence);
}

// Both are ways to rename.
int renameat2(int old_folder, const char *old, int new_folder, const char *new, unsigned flags) {
  return fails(RENAME) ? -1
                       : (int)syscall(SYS_renameat2, old_folder, old, new_folder, new, flags);
}

int rename(const char *old, const char *new) {
  return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int unlink(const char *path) {
  return fails(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
