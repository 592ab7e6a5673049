#define _GNU_SOURCE
#include "CPosix.h"

#include <stdio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Descriptors

int cposix_pipe(int *reading, int *writing) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  *reading = ends[0];
  *writing = ends[1];
  return 0;
}

int cposix_duplicate(int descriptor, int lowest) {
  return fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
}

int cposix_open_missing_streams(void) {
  for (int number = 0; number <= 2; number++) {
    if (fcntl(number, F_GETFD) != -1) continue;
    // The lower ones are open by now, so that this one is the lowest that is free.
    if (open("/dev/null", O_RDWR) == -1) return -1;
  }
  return 0;
}

int cposix_set_nonblocking(int descriptor, int enabled) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0) return -1;
  int wanted = enabled ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  return wanted == flags ? 0 : fcntl(descriptor, F_SETFL, wanted);
}

int cposix_set_pipe_size(int descriptor, int bytes) {
  return fcntl(descriptor, F_SETPIPE_SZ, bytes);
}

int cposix_open(const char *path, int flags, unsigned mode) {
  return open(path, flags | O_CLOEXEC, (mode_t)mode);
}

int cposix_terminal_columns(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  return size.ws_col;
}

int cposix_terminal_rows(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  return size.ws_row;
}

static int wait_for(int descriptor, short events) {
  struct pollfd entry = {.fd = descriptor, .events = events};
  return poll(&entry, 1, -1);
}

int cposix_wait_writable(int descriptor) { return wait_for(descriptor, POLLOUT); }

int cposix_wait_readable(int descriptor) { return wait_for(descriptor, POLLIN); }

int cposix_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cposix_eventfd_add(int descriptor) { return eventfd_write(descriptor, 1); }

int cposix_eventfd_take(int descriptor) {
  eventfd_t count;
  return eventfd_read(descriptor, &count);
}

// Files

const char *cposix_entry_name(const struct dirent *entry) { return entry->d_name; }

// Of the open file, not of the process: closing another descriptor of the same file leaves it.
static int lock_whole(int descriptor, int command, short type) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
  if (fcntl(descriptor, command, &lock) != 0) return -1;
  return command == F_OFD_GETLK && lock.l_type != F_UNLCK;
}

int cposix_lock_exclusively(int descriptor) {
  return lock_whole(descriptor, F_OFD_SETLK, F_WRLCK);
}

int cposix_unlock(int descriptor) { return lock_whole(descriptor, F_OFD_SETLK, F_UNLCK); }

int cposix_is_locked(int descriptor) { return lock_whole(descriptor, F_OFD_GETLK, F_WRLCK); }

int cposix_touch(int descriptor) { return futimens(descriptor, NULL); }

int64_t cposix_free_bytes(const char *path) {
  struct statvfs info;
  if (statvfs(path, &info) != 0) return -1;
  return (int64_t)info.f_bavail * (int64_t)info.f_frsize;
}

int cposix_is_open_for_writing(int descriptor) {
  // A lease for reading is refused while the file is open for writing. It is given back at once;
  // should somebody break it in between, the signal is one that is ignored unless asked for.
  if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
  if (fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0) {
    fcntl(descriptor, F_SETLEASE, F_UNLCK);
    return 0;
  }
  return errno == EAGAIN ? 1 : -1;
}

// Processes

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_pidfd_signal(int descriptor, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}

int cposix_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0, 0, 0); }

char *const *cposix_environment(void) { return environ; }

int64_t cposix_peak_resident_kibibytes(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return -1;
  return usage.ru_maxrss;
}

// Signals

const char *cposix_signal_abbreviation(int signal) { return sigabbrev_np(signal); }

const char *cposix_error_name(int number) { return strerrorname_np(number); }

int cposix_ignore_signal(int number) { return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0; }

int cposix_signalfd(const sigset_t *signals) {
  return signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cposix_signalfd_next(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t count = read(descriptor, &info, sizeof info);
  if (count == (ssize_t)sizeof info) return (int)info.ssi_signo;
  return count < 0 && errno != EAGAIN ? -1 : 0;
}

// Threads, time, randomness

int cposix_name_this_thread(const char *name) {
  return pthread_setname_np(pthread_self(), name);
}

ssize_t cposix_random(void *buffer, size_t count) { return getrandom(buffer, count, 0); }

uint64_t cposix_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t cposix_wall_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Polling

int cposix_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cposix_epoll_control(int poller, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events, .data = {.u64 = token}};
  return epoll_ctl(poller, operation, descriptor, &event);
}

// Loopback

static struct sockaddr_in loopback_address(uint16_t port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int cposix_loopback_socket(void) { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

int cposix_loopback_connect(int socket, uint16_t port) {
  struct sockaddr_in address = loopback_address(port);
  if (connect(socket, (struct sockaddr *)&address, sizeof address) == 0) return 0;
  if (errno != EINTR) return -1;
  // An interrupted connect goes on by itself; its outcome is read once the socket is writable.
  while (cposix_wait_writable(socket) < 0) {
    if (errno != EINTR) return -1;
  }
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return -1;
  errno = error;
  return error == 0 ? 0 : -1;
}

int cposix_loopback_listen(int socket, uint16_t port) {
  struct sockaddr_in address = loopback_address(port);
  int yes = 1;
  if (setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0) return -1;
  if (bind(socket, (struct sockaddr *)&address, sizeof address) != 0) return -1;
  return listen(socket, 1);
}

void cposix_buffer_stdout_by_line(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

void cposix_flush_stdout(void) { fflush(stdout); }
