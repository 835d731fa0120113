/* Threads, signals, fork, and a system that has no memory. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static fscomp_options *shared_options;

/* One model and some options, many threads. Returns what they got wrong. */
static void *compress_some(void *user) {
  unsigned char *plain = text(3000, 13), archive[6000], back[3000];
  fscomp_options *options;
  size_t written, i;
  long wrong = 0;
  if (fscomp_options_new(&options)) return (void *)1L;
  wrong += fscomp_options_set_model(options, user) != FSCOMP_OK;
  wrong += fscomp_options_set(options, FSCOMP_OPTION_LEVEL, 1) != FSCOMP_OK;
  for (i = 0; i < 10; i++) {
    wrong += fscomp_compress(options, plain, 3000 - i, archive, 6000, &written) != FSCOMP_OK;
    wrong += fscomp_decompress(shared_options, archive, written, back, 3000, &written) != 0;
    wrong += written != 3000 - i || memcmp(plain, back, written) != 0;
    /* Errors are those of the thread. */
    wrong += fscomp_decompress(NULL, archive, 3 + i, back, 3000, &written) >= 0;
    wrong += last_error().error == FSCOMP_OK;
  }
  fscomp_options_free(options);
  free(plain);
  return (void *)wrong;
}

static void threads(void) {
  pthread_t made[8];
  fscomp_model *model;
  void *wrong;
  int i;
  RETURNS(FSCOMP_OK, fscomp_model_load_default(&model));
  shared_options = options_with(FSCOMP_OPTION_THREADS, 1);
  for (i = 0; i < 8; i++) pthread_create(&made[i], NULL, compress_some, model);
  for (i = 0; i < 8; i++) {
    pthread_join(made[i], &wrong);
    CHECK(wrong == NULL);
  }
  fscomp_options_free(shared_options);
  shared_options = NULL;
  fscomp_model_free(model);
}

static volatile sig_atomic_t signals_elsewhere, signals;
static pthread_t main_thread;

static void on_signal(int number) {
  (void)number;
  signals++;
  if (!pthread_equal(pthread_self(), main_thread)) signals_elsewhere++;
}

/* Signals find threads of the host only. */
static void signal_handlers(void) {
  unsigned char *plain = text(300000, 14), *room = malloc(400000);
  fscomp_options *options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 20000);
  struct sigaction action, before;
  fscomp_compressor *compressor;
  fscomp_input input;
  fscomp_output output;
  int i;
  RETURNS(FSCOMP_OK, fscomp_options_set(options, FSCOMP_OPTION_THREADS, 3));
  RETURNS(FSCOMP_OK, fscomp_compressor_new(options, &compressor));
  main_thread = pthread_self();
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, &before);
  input.src = plain;
  input.size = input.pos = 0;
  output.dst = room;
  output.size = 400000;
  output.pos = 0;
  for (i = 1; i <= 30; i++) {
    input.size = 10000 * (size_t)i;
    CHECK(fscomp_compressor_process(compressor, &input, &output, FSCOMP_CONTINUE) > 0);
    kill(getpid(), SIGUSR1);
  }
  RETURNS(FSCOMP_FINISHED, fscomp_compressor_process(compressor, NULL, &output, FSCOMP_END));
  CHECK(signals > 0 && signals_elsewhere == 0);
  sigaction(SIGUSR1, &before, NULL);
  fscomp_compressor_free(compressor);
  fscomp_options_free(options);
  free(plain);
  free(room);
}

/* Runs body in a child. Returns its exit status; -1 if a signal ended it or it takes a minute. */
static int in_child(int (*body)(void *), void *user) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(body(user));
  }
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

struct inherited {
  fscomp_model *model;
  fscomp_options *options;
  fscomp_compressor *compressor;
  fscomp_reader *reader;
};

static int use_inherited(void *user) {
  struct inherited *objects = user;
  fscomp_output output;
  char room[1000];
  size_t count;
  output.dst = room;
  output.size = sizeof room;
  output.pos = 0;
  if (fscomp_compressor_process(objects->compressor, NULL, &output, FSCOMP_END) !=
      FSCOMP_ERROR_FORKED)
    return 1;
  if (fscomp_reader_read(objects->reader, 0, room, 10, &count) != FSCOMP_ERROR_FORKED) return 2;
  fscomp_compressor_free(objects->compressor);
  fscomp_reader_free(objects->reader);
  fscomp_options_free(objects->options);
  /* A new one, with the model of the parent. */
  if (compress_some(objects->model) != NULL) return 3;
  fscomp_model_free(objects->model);
  return 0;
}

static void forks(void) {
  unsigned char *plain = text(100000, 15), *room = malloc(200000);
  bytes archive = archive_of(plain, 3000, 1000);
  struct inherited objects;
  fscomp_input input;
  fscomp_output output;
  size_t count;
  int i;
  objects.options = options_with(FSCOMP_OPTION_BLOCK_SIZE, 5000);
  RETURNS(FSCOMP_OK, fscomp_options_set(objects.options, FSCOMP_OPTION_THREADS, 2));
  RETURNS(FSCOMP_OK, fscomp_model_load_default(&objects.model));
  RETURNS(FSCOMP_OK, fscomp_compressor_new(objects.options, &objects.compressor));
  RETURNS(FSCOMP_OK, fscomp_reader_open_memory(NULL, archive.start, archive.size, &objects.reader));
  RETURNS(FSCOMP_OK, fscomp_reader_read(objects.reader, 0, room, 10, &count));
  input.src = plain;
  input.size = input.pos = 0;
  output.dst = room;
  output.size = 200000;
  output.pos = 0;
  for (i = 1; i <= 5; i++) {
    /* Workers are in the middle of it. */
    input.size = 20000 * (size_t)i;
    CHECK(fscomp_compressor_process(objects.compressor, &input, &output, FSCOMP_CONTINUE) > 0);
    CHECK(in_child(use_inherited, &objects) == 0);
  }
  /* And nothing of that has changed anything here. */
  RETURNS(FSCOMP_FINISHED,
          fscomp_compressor_process(objects.compressor, NULL, &output, FSCOMP_END));
  fscomp_compressor_free(objects.compressor);
  RETURNS(FSCOMP_OK, fscomp_decompress(NULL, room, output.pos, plain, 100000, &count));
  CHECK(count == 100000);
  fscomp_reader_free(objects.reader);
  fscomp_options_free(objects.options);
  fscomp_model_free(objects.model);
  free(plain);
  free(room);
  free(archive.start);
}

#ifndef IS_SANITIZED
/* The sanitizer reserves far more address space than there is.

   With less and less address space left: an error or a result, never the end. */
static int with_little(void *user) {
  unsigned char *plain = text(60000, 16), *archive = malloc(100000), *back = malloc(60000);
  fscomp_options *options = options_with(FSCOMP_OPTION_LEVEL, 3);
  struct rlimit limit;
  size_t written, more;
  int errors = 0, results = 0;
  (void)user;
  if (fscomp_compress(options, plain, 60000, archive, 100000, &written)) return 1;
  for (more = 1 << 20; more < 400u << 20; more *= 2) {
    size_t ignored;
    int packed, unpacked;
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (!file || fscanf(file, "%lu", &pages) != 1) return 2;
    fclose(file);
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    limit.rlim_cur = pages * 4096 + more;
    if (setrlimit(RLIMIT_AS, &limit)) return 3;
    packed = fscomp_compress(options, plain, 60000, archive, 100000, &ignored);
    if (packed != FSCOMP_OK && packed != FSCOMP_ERROR_MEMORY) return 4;
    unpacked = fscomp_decompress(options, archive, written, back, 60000, &ignored);
    if (unpacked != FSCOMP_OK && unpacked != FSCOMP_ERROR_MEMORY) return 5;
    if (packed == FSCOMP_OK) results++;
    if (packed == FSCOMP_ERROR_MEMORY) errors++;
    limit.rlim_cur = RLIM_INFINITY;
    if (setrlimit(RLIMIT_AS, &limit)) return 6;
  }
  return errors > 0 && results > 0 ? 0 : 7;
}
#endif

void test_processes(void) {
  threads();
  signal_handlers();
  forks();
#ifndef IS_SANITIZED
  CHECK(in_child(with_little, NULL) == 0);
#endif
}
