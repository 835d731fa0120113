#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The same for all processors.
enum { createRuleset = 444, addRule = 445, restrictSelf = 446 };
enum { createVersion = 1, rulePathBeneath = 1 };

enum {
  execute = 1 << 0,
  writeFile = 1 << 1,
  readFile = 1 << 2,
  readFolder = 1 << 3,
  removeFolder = 1 << 4,
  removeFile = 1 << 5,
  makeCharacterDevice = 1 << 6,
  makeFolder = 1 << 7,
  makeFile = 1 << 8,
  makeSocket = 1 << 9,
  makePipe = 1 << 10,
  makeBlockDevice = 1 << 11,
  makeLink = 1 << 12,
  refer = 1 << 13,     // from version 2 on: rename from one folder to another
  truncateFile = 1 << 14,  // from version 3 on
  deviceControl = 1 << 15, // from version 5 on
};
// What a rule for something that is no folder may give.
enum { ofFiles = execute | writeFile | readFile | truncateFile | deviceControl };
enum { bindAndConnect = 3 }; // from version 4 on

struct ruleset {
  uint64_t files;
  uint64_t network;
};

struct __attribute__((packed)) pathRule {
  uint64_t allowed;
  int32_t parent;
};

static int version(void) { return (int)syscall(createRuleset, NULL, 0, createVersion); }

static uint64_t accesses(int rights, int version) {
  uint64_t access = 0;
  if (rights & CSYSTEM_SANDBOX_READING) access |= readFile | readFolder;
  if (rights & CSYSTEM_SANDBOX_WRITING)
    access |= writeFile | removeFolder | removeFile | makeFolder | makeFile | refer | truncateFile;
  if (rights & CSYSTEM_SANDBOX_REST)
    access |= execute | makeCharacterDevice | makeSocket | makePipe | makeBlockDevice | makeLink |
              deviceControl;
  if (version < 2) access &= ~(uint64_t)refer;
  if (version < 3) access &= ~(uint64_t)truncateFile;
  if (version < 5) access &= ~(uint64_t)deviceControl;
  return access;
}

// Names a place, for a rule about it.
static int place(const char *path) {
  int file;
  do file = open(path, O_PATH | O_CLOEXEC);
  while (file < 0 && errno == EINTR);
  return file;
}

int csystem_sandbox_make(int rights) {
  int abi = version();
  if (abi < 1) return -1;
  struct ruleset set = {.files = accesses(rights, abi)};
  if (abi >= 4 && rights & CSYSTEM_SANDBOX_REST) set.network = bindAndConnect;
  // Version 2 refuses every rename between folders unless a rule allows it.
  if (abi >= 2) set.files |= refer;
  int sandbox = (int)syscall(createRuleset, &set, abi >= 4 ? sizeof set : sizeof set.files, 0);
  if (sandbox >= 0 && !(rights & CSYSTEM_SANDBOX_WRITING) && abi >= 2) {
    struct pathRule rule = {.allowed = refer, .parent = place("/")};
    if (rule.parent >= 0) {
      syscall(addRule, sandbox, rulePathBeneath, &rule, 0);
      close(rule.parent);
    }
  }
  return sandbox;
}

void csystem_sandbox_allow(int sandbox, const char *path, int rights) {
  struct pathRule rule = {.parent = place(path)};
  if (rule.parent < 0) return;
  struct stat status;
  rule.allowed = accesses(rights, version());
  if (fstat(rule.parent, &status) == 0 && !S_ISDIR(status.st_mode)) rule.allowed &= ofFiles;
  syscall(addRule, sandbox, rulePathBeneath, &rule, 0);
  close(rule.parent);
}

bool csystem_sandbox_enter(int sandbox) {
  bool did = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(restrictSelf, sandbox, 0) == 0;
  close(sandbox);
  return did;
}
