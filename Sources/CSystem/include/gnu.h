// Calls that glibc declares only under _GNU_SOURCE, which Swift's import of it does not define.
// Each returns what the call behind it returns and leaves `errno` as that call left it.
#ifndef CSYSTEM_GNU_H
#define CSYSTEM_GNU_H

#include <stdbool.h>
#include <spawn.h>
#include <stddef.h>

/// renameat2 with RENAME_NOREPLACE: fails with EEXIST instead of replacing `to`; with EINVAL or
/// ENOSYS where the file system or the kernel cannot do that.
int csystem_rename_no_replace(const char *from, const char *to);

/// mkostemps: replaces the six X before the last `suffixLength` characters of `pathTemplate`,
/// creates that file with mode 0600 and returns its descriptor, closed on exec.
int csystem_make_temporary(char *pathTemplate, int suffixLength);

/// Makes sure that descriptors 0 to 2 are open, so that no file opened later is taken for standard
/// input or output. One that was closed becomes one on which reading or writing fails.
void csystem_open_standard_descriptors(void);

/// Lets all threads take memory from one heap. By default each has its own, which reserves 64 MiB of
/// address space and keeps what a block has given back for the next block of the same thread, beside
/// what `--memory` allows. Call before there are threads.
void csystem_use_one_heap(void);

/// The processors this process may run on, at least 1.
int csystem_processor_count(void);

/// Bytes of address space that the process may still take; -1 without a limit (RLIMIT_AS).
long csystem_free_address_space(void);

/// Locks an open file for this process alone. 0, or -1 where another process has done so.
int csystem_try_lock(int descriptor);

/// Whether a name is what a pattern of the shell stands for; `*` stands for slashes, too.
bool csystem_name_matches(const char *pattern, const char *name);

/// memmem: where `length` wanted bytes first begin among `count`; NULL if nowhere.
const void *csystem_find(const void *bytes, size_t count, const void *wanted, size_t length);

/// posix_spawn_file_actions_addchdir_np: a child's current folder. Returns an error number, 0 if none.
int csystem_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder);

#endif
