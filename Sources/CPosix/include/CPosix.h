#pragma once

// What the Glibc module of Swift lacks: calls that are variadic, macros, or newer than the module.
//
// Every function returns what its system call returns, and leaves the reason of a failure in errno.

#include "CPosixProcess.h"
#include "CPosixSpawn.h"

#include <dirent.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

// Descriptors

int cposix_pipe(int *reading, int *writing);
int cposix_duplicate(int descriptor, int lowest);
// Opens the null device as each of the descriptors 0 to 2 that is closed.
int cposix_open_missing_streams(void);
int cposix_set_nonblocking(int descriptor, int enabled);
int cposix_set_pipe_size(int descriptor, int bytes);
int cposix_open(const char *path, int flags, unsigned mode);
int cposix_terminal_columns(int descriptor);
int cposix_terminal_rows(int descriptor);
int cposix_wait_writable(int descriptor);
int cposix_wait_readable(int descriptor);
void cposix_buffer_stdout_by_line(void);
void cposix_flush_stdout(void);
int cposix_eventfd(void);
int cposix_eventfd_add(int descriptor);
int cposix_eventfd_take(int descriptor);

// Files

const char *cposix_entry_name(const struct dirent *entry);
int cposix_lock_exclusively(int descriptor);
int cposix_unlock(int descriptor);
/// 1 when another open file has the lock, 0 when none has, -1 on error.
int cposix_is_locked(int descriptor);
/// Sets the file's times to now.
int cposix_touch(int descriptor);
int64_t cposix_free_bytes(const char *path);
/// 1 when somebody has the file open for writing, 0 when nobody has, -1 when it cannot be known.
int cposix_is_open_for_writing(int descriptor);

// Processes

int cposix_pidfd_open(pid_t pid);
int cposix_pidfd_signal(int descriptor, int signal);
int cposix_become_subreaper(void);
char *const *cposix_environment(void);
int64_t cposix_peak_resident_kibibytes(void);

// Signals

const char *cposix_signal_abbreviation(int signal);
const char *cposix_error_name(int number);
int cposix_ignore_signal(int signal);
int cposix_signalfd(const sigset_t *signals);
/// The next signal's number, 0 when none is pending, -1 on error.
int cposix_signalfd_next(int descriptor);

// Threads, time, randomness

int cposix_name_this_thread(const char *name);
ssize_t cposix_random(void *buffer, size_t count);
uint64_t cposix_monotonic_nanoseconds(void);
int64_t cposix_wall_milliseconds(void);

// Polling

int cposix_epoll_create(void);
int cposix_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t token);

// Loopback

int cposix_loopback_socket(void);
int cposix_loopback_connect(int socket, uint16_t port);
int cposix_loopback_listen(int socket, uint16_t port);
