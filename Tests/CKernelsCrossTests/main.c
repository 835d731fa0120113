// Holds every kernel table that this processor can run to the portable one, byte for byte, and
// prints a digest of the portable results, which must not depend on the machine.
//
//   test              all cases
//   test --short      a few of each kind
//   test --features   only what the processor can run: "<dotprod> <i8mm>", each 0 or 1
#include "CProcessor.h"
#include "harness.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "--features") == 0) {
    printf("%d %d\n", fsc_can_run("neon-dotprod"), fsc_can_run("neon-i8mm"));
    return 0;
  }
  brief = count > 1 && strcmp(arguments[1], "--short") == 0;
  test_kernels();
  test_network();
  test_mixers();
  test_contexts();
  test_mixing();
  printf("digest %016llx\n%ld passed, %ld failed\n", (unsigned long long)digest, passed, failed);
  return failed != 0;
}
