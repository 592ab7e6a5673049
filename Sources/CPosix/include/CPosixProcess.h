#pragma once

// What the kernel tells of other processes.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cposix_process {
  pid_t parent;
  pid_t group;
  pid_t session;
  /// Threads, the first included.
  int64_t tasks;
  /// In ticks since the machine started: with the number, it names a process for good.
  uint64_t started;
  int64_t resident_pages;
  /// `R`, `S`, `D`, `Z` for one that nobody has collected, `T` and `t` for one that is stopped.
  char state;
};

/// Reads `/proc/PID/stat`.
int cposix_process_read(pid_t pid, struct cposix_process *process);
/// Writes up to `capacity` process numbers and returns how many there are.
ssize_t cposix_process_list(pid_t *pids, size_t capacity);
/// Copies up to `capacity` bytes of the value that a variable had in the environment of a process
/// when its program began.
///
/// Returns how long the value is, or -1: it has none, or this process may not look at it.
ssize_t cposix_process_variable(pid_t pid, const char *name, char *value, size_t capacity);
/// Collects a child that has ended, without waiting: 1 when there was one.
int cposix_collect_child(pid_t pid);
/// Whether any child has ended and waits to be collected; collects none.
int cposix_has_ended_child(void);

/// How a child ended, and what it used.
struct cposix_exit {
  int code;
  int status;
  int64_t peak_resident_kibibytes;
  int64_t processor_microseconds;
};

/// 1 when the child has ended (and was reaped), 0 when it still runs, -1 on error.
///
/// `code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED; `status` the exit status or the signal.
int cposix_pidfd_reap(int descriptor, struct cposix_exit *end);
int cposix_cld_exited(void);
int cposix_cld_dumped(void);

/// Keeps other processes of the same user from looking into this one.
int cposix_hide_process(void);
int cposix_is_process_hidden(void);
/// The magic number of the file system that holds `path`, or -1.
int64_t cposix_file_system(const char *path);
