#define _GNU_SOURCE
#include "gnu.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <malloc.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

int csystem_rename_no_replace(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int csystem_make_temporary(char *pathTemplate, int suffixLength) {
  return mkostemps(pathTemplate, suffixLength, O_CLOEXEC);
}

void csystem_open_standard_descriptors(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    // Takes the lowest free number, which is this one. Opened the wrong way round.
    if (open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

void csystem_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

int csystem_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  long online = sysconf(_SC_NPROCESSORS_ONLN);  // more processors than cpu_set_t has room for
  return online > 0 ? (int)online : 1;
}

long csystem_free_address_space(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL) return -1;
  long pages = 0;
  int found = fscanf(file, "%ld", &pages);
  fclose(file);
  if (found != 1) return -1;
  long used = pages * sysconf(_SC_PAGESIZE), all = (long)limit.rlim_cur;
  return used < all ? all - used : 0;
}

int csystem_try_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

bool csystem_name_matches(const char *pattern, const char *name) {
  return fnmatch(pattern, name, 0) == 0;
}

const void *csystem_find(const void *bytes, size_t count, const void *wanted, size_t length) {
  return memmem(bytes, count, wanted, length);
}

int csystem_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}
