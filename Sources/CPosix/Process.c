#define _GNU_SOURCE
#include "CPosixProcess.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int cposix_process_read(pid_t pid, struct cposix_process *process) {
  char text[1024];
  snprintf(text, sizeof text, "/proc/%d/stat", (int)pid);
  int file = open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, text, sizeof text - 1);
  int number = errno;
  close(file);
  errno = number;
  if (count < 0) return -1;
  text[count] = 0;
  // The name of the program is in parentheses and may hold anything, parentheses too.
  char *rest = strrchr(text, ')');
  long long threads, pages;
  unsigned long long started;
  int found = rest == NULL ? 0 : sscanf(
    rest + 1,
    " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %lld %*d %llu %*u %lld",
    &process->state, &process->parent, &process->group, &process->session, &threads, &started, &pages
  );
  if (found != 7) {
    errno = ENODATA;
    return -1;
  }
  process->tasks = threads;
  process->started = started;
  process->resident_pages = pages;
  return 0;
}

ssize_t cposix_process_list(pid_t *pids, size_t capacity) {
  DIR *directory = opendir("/proc");
  if (directory == NULL) return -1;
  ssize_t count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int pid = atoi(entry->d_name);
    if (pid <= 0) continue;
    if ((size_t)count < capacity) pids[count] = pid;
    count++;
  }
  closedir(directory);
  return count;
}

/// All of a file of `/proc`, to be freed; null if it cannot be read or is larger than an environment
/// ever is.
static char *read_whole(const char *path, size_t *length) {
  enum { chunk = 16 << 10, most = 4 << 20 };
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  char *text = NULL;
  size_t size = 0, used = 0;
  for (;;) {
    if (used == size) {
      char *larger = size < most ? realloc(text, size += chunk) : NULL;
      if (larger == NULL) break;
      text = larger;
    }
    ssize_t count = read(file, text + used, size - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    if (count == 0) {
      close(file);
      *length = used;
      return text;
    }
    used += (size_t)count;
  }
  close(file);
  free(text);
  return NULL;
}

ssize_t cposix_process_variable(pid_t pid, const char *name, char *value, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  size_t length = 0;
  char *text = read_whole(path, &length);
  if (text == NULL) return -1;
  size_t name_length = strlen(name);
  ssize_t result = -1;
  for (size_t start = 0; start < length && result < 0;) {
    size_t rest = strnlen(text + start, length - start);
    if (rest > name_length && memcmp(text + start, name, name_length) == 0
        && text[start + name_length] == '=') {
      result = (ssize_t)(rest - name_length - 1);
      size_t count = (size_t)result < capacity ? (size_t)result : capacity;
      memcpy(value, text + start + name_length + 1, count);
    }
    start += rest + 1;
  }
  free(text);
  return result;
}

int cposix_collect_child(pid_t pid) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG) != 0) return -1;
  return info.si_pid != 0;
}

int cposix_has_ended_child(void) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

int cposix_pidfd_reap(int descriptor, struct cposix_exit *end) {
  siginfo_t info;
  struct rusage usage;
  memset(&info, 0, sizeof info);
  memset(&usage, 0, sizeof usage);
  // The library's own function leaves out what the process used.
  long result = syscall(SYS_waitid, P_PIDFD, descriptor, &info, WEXITED | WNOHANG, &usage);
  if (result != 0) return -1;
  if (info.si_pid == 0) return 0;
  end->code = info.si_code;
  end->status = info.si_status;
  end->peak_resident_kibibytes = usage.ru_maxrss;
  end->processor_microseconds =
    (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000
    + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return 1;
}

int cposix_cld_exited(void) { return CLD_EXITED; }

int cposix_cld_dumped(void) { return CLD_DUMPED; }

int cposix_hide_process(void) { return prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL); }

int cposix_is_process_hidden(void) { return prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0; }

int64_t cposix_file_system(const char *path) {
  struct statfs info;
  return statfs(path, &info) == 0 ? (int64_t)info.f_type : -1;
}
