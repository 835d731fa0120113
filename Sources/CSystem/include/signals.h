// What the command line does when it is interrupted: remove the unfinished outputs, then die of the
// same signal. This is C because a signal handler may only touch memory whose layout and
// initialisation are known, and may only make async-signal-safe calls.
#ifndef CSYSTEM_SIGNALS_H
#define CSYSTEM_SIGNALS_H

#include <stdbool.h>

/// Call once, from the main thread, before any other thread exists. Handles the signals that are
/// meant to end a process or to make it think again (those that were not already ignored, as under
/// nohup), ignores SIGPIPE and SIGXFSZ, so that a closed pipe and a file that is too large are
/// errors like any other, and blocks SIGUSR1, which a thread may then wait for.
void csystem_signals_install(void);

/// Hold back the handled signals while the file system and the paths below change together.
/// Main thread only; the two calls must be paired and do not nest.
void csystem_signals_block(void);
void csystem_signals_unblock(void);

/// Adds a file to unlink when a signal ends the process, or takes it off again. False, and nothing
/// kept, if there is no memory for it. Call between block and unblock.
bool csystem_signals_add_path(const char *path);
void csystem_signals_remove_path(const char *path);

/// From now on the first of the handled signals is only noted, for work that can be saved; a second
/// ends the process.
void csystem_signals_hold(void);
/// The signal that was noted, 0 if none.
int csystem_signals_stop_requested(void);
/// Ends the process by a signal, as if it had not been handled.
void csystem_signals_end_process(int signal_number);

/// Ends the process with status 1 because there is no memory, from any thread: says so in one line
/// and removes the unfinished files.
_Noreturn void csystem_end_without_memory(void);

/// Whether a progress line is standing on stderr, to be erased first. Any thread.
void csystem_signals_set_progress_line(bool visible);

/// Waits for SIGUSR1: true if it came, false after `milliseconds` (never, if negative) without it.
bool csystem_signals_wait_for_status_request(int milliseconds);

#endif
