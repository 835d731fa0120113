// Landlock: rights to files that a process gives up for good. Raw system calls, since no C library has
// them, and numbers of our own, since headers may be older than the kernel.
#ifndef CSYSTEM_SANDBOX_H
#define CSYSTEM_SANDBOX_H

#include <stdbool.h>

enum {
  /// To read files and folders by name.
  CSYSTEM_SANDBOX_READING = 1,
  /// To write, create, rename and remove files.
  CSYSTEM_SANDBOX_WRITING = 2,
  /// To run programs, make anything but files and folders, and use TCP.
  CSYSTEM_SANDBOX_REST = 4,
};

/// A set of rules that takes these rights away, except where `csystem_sandbox_allow` gives them back.
/// Returns a descriptor; -1 where the kernel has no Landlock. Older ones take fewer rights away.
int csystem_sandbox_make(int rights);

/// Leaves a right of the set to one file, or to all below a folder. Does nothing where there is none.
void csystem_sandbox_allow(int sandbox, const char *path, int rights);

/// Takes the rights away from this thread and those it will make, and closes the set. Open files stay
/// as they are. Returns whether it did.
bool csystem_sandbox_enter(int sandbox);

#endif
