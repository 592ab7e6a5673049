#define _GNU_SOURCE
#include "CPosixSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

// The child borrows the memory of this process until its program begins, while the calling thread
// waits (CLONE_VM and CLONE_VFORK, as posix_spawn does it): starting one takes as long in a host
// of 4 GiB as in a small one, and what went wrong is simply written where the parent looks.
//
// So the child must call nothing that locks, allocates, or is watched by a sanitizer: it makes
// system calls, and no library function that a sanitizer replaces.
#define BARE __attribute__((disable_sanitizer_instrumentation, noinline))

/// glibc's own name for `clone`; ThreadSanitizer replaces the other one, taking it for a fork.
extern int __clone(int (*body)(void *), void *stack, int flags, void *argument, ...);

enum { stack_bytes = 64 << 10, signal_count = 64, signal_set_bytes = 8 };

struct child {
  const struct cposix_spawn_request *request;
  struct cposix_spawn_failure *failure;
  pid_t parent;
};

BARE static void give_up(struct child *child, enum cposix_spawn_step step) {
  child->failure->step = step;
  child->failure->number = errno;
  syscall(SYS_exit_group, 127);
}

BARE static void reset_signals(void) {
  // All zero is the default action, however the kernel lays the structure out.
  uint64_t action[8] = {0};
  for (int number = 1; number <= signal_count; number++) {
    syscall(SYS_rt_sigaction, number, action, NULL, signal_set_bytes);
  }
}

BARE static void set_limit(struct child *child, const struct cposix_spawn_limit *limit) {
  uint64_t wanted[2] = {limit->soft, limit->hard};
  if (syscall(SYS_prlimit64, 0, limit->resource, wanted, NULL) == 0) return;
  uint64_t present[2];
  if (errno == EPERM && syscall(SYS_prlimit64, 0, limit->resource, NULL, present) == 0) {
    // Nobody but root may go above the hard limit there is; a lower one keeps the promise too.
    for (int index = 0; index < 2; index++) {
      if (wanted[index] > present[1]) wanted[index] = present[1];
    }
    if (syscall(SYS_prlimit64, 0, limit->resource, wanted, NULL) == 0) return;
  }
  child->failure->resource = limit->resource;
  give_up(child, cposix_spawn_limiting);
}

BARE static void yield_processor(struct child *child, int niceness) {
  // The system call answers 20 - nice.
  long value = 20 - syscall(SYS_getpriority, PRIO_PROCESS, 0) + niceness;
  if (value > 19) value = 19;
  if (syscall(SYS_setpriority, PRIO_PROCESS, 0, (int)value) != 0) {
    give_up(child, cposix_spawn_yielding);
  }
}

BARE static void confine(struct child *child) {
  const struct cposix_spawn_request *request = child->request;
  if (request->no_new_privileges || request->ruleset >= 0) {
    if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0) {
      give_up(child, cposix_spawn_renouncing);
    }
  }
  if (request->ruleset < 0) return;
  if (syscall(SYS_landlock_restrict_self, request->ruleset, 0U) != 0) {
    give_up(child, cposix_spawn_confining);
  }
}

/// Has the kernel end the child with the thread that starts it.
BARE static void bind_to_parent(struct child *child) {
  if (syscall(SYS_prctl, PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) != 0) {
    give_up(child, cposix_spawn_binding);
  }
  // A parent that was gone before the call sends nothing.
  if (syscall(SYS_getppid) != child->parent) syscall(SYS_exit_group, 127);
}

BARE static int run_child(void *argument) {
  struct child *child = argument;
  const struct cposix_spawn_request *request = child->request;
  reset_signals();
  long grouped = request->leads_session ? syscall(SYS_setsid) : syscall(SYS_setpgid, 0, 0);
  if (grouped < 0) give_up(child, cposix_spawn_grouping);
  if (request->dies_with_thread) bind_to_parent(child);
  if (request->file_mode_mask >= 0) syscall(SYS_umask, request->file_mode_mask);
  for (int number = 0; number < 3; number++) {
    if (syscall(SYS_dup3, request->streams[number], number, 0) < 0) {
      give_up(child, cposix_spawn_streaming);
    }
  }
  for (size_t index = 0; index < request->limit_count; index++) {
    set_limit(child, &request->limits[index]);
  }
  if (request->niceness != 0) yield_processor(child, request->niceness);
  if (request->cgroup >= 0 && syscall(SYS_write, request->cgroup, "0", 1) != 1) {
    give_up(child, cposix_spawn_joining);
  }
  if (request->directory && syscall(SYS_chdir, request->directory) != 0) {
    give_up(child, cposix_spawn_entering);
  }
  confine(child);
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) give_up(child, cposix_spawn_closing);
  uint64_t none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, signal_set_bytes);
  syscall(SYS_execve, request->executable, request->arguments, request->environment);
  give_up(child, cposix_spawn_executing);
  return 127;
}

static void reap(int pidfd) {
  siginfo_t info;
  while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0 && errno == EINTR) {}
  close(pidfd);
}

int cposix_spawn(
  const struct cposix_spawn_request *request,
  struct cposix_spawn_failure *failure,
  pid_t *pid
) {
  memset(failure, 0, sizeof *failure);
  struct child child = {.request = request, .failure = failure, .parent = getpid()};
  char *stack = mmap(
    NULL, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0
  );
  if (stack == MAP_FAILED) {
    *failure = (struct cposix_spawn_failure){.step = cposix_spawn_cloning, .number = errno};
    return -1;
  }
  // A handler of this process must not run in the child, which has its memory.
  uint64_t all = ~(uint64_t)0;
  uint64_t before;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, signal_set_bytes);
  int pidfd = -1;
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  *pid = __clone(run_child, stack + stack_bytes, flags, &child, &pidfd);
  int number = errno;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, signal_set_bytes);
  munmap(stack, stack_bytes);
  if (*pid < 0) {
    *failure = (struct cposix_spawn_failure){.step = cposix_spawn_cloning, .number = number};
    return -1;
  }
  if (failure->step == 0) return pidfd;
  reap(pidfd);
  return -1;
}

// Landlock. The structures are those of the kernel, of which the headers may know less.

struct ruleset_attributes {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

struct path_rule {
  uint64_t access;
  int32_t path;
} __attribute__((packed));

struct port_rule {
  uint64_t access;
  uint64_t port;
};

enum { version_flag = 1, rule_of_path = 1, rule_of_port = 2 };

int cposix_landlock_version(void) {
  return (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, version_flag);
}

int cposix_landlock_create(uint64_t files, uint64_t network, uint64_t scopes) {
  struct ruleset_attributes attributes = {.files = files, .network = network, .scopes = scopes};
  // A kernel refuses members that it does not know, unless they are zero.
  size_t size = sizeof attributes;
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
}

int cposix_landlock_allow_path(int ruleset, int path, uint64_t access) {
  struct path_rule rule = {.access = access, .path = path};
  return (int)syscall(SYS_landlock_add_rule, ruleset, rule_of_path, &rule, 0);
}

int cposix_landlock_allow_port(int ruleset, uint16_t port, uint64_t access) {
  struct port_rule rule = {.access = access, .port = port};
  return (int)syscall(SYS_landlock_add_rule, ruleset, rule_of_port, &rule, 0);
}

int cposix_open_path(const char *path, int follows_links) {
  return open(path, O_PATH | O_CLOEXEC | (follows_links ? 0 : O_NOFOLLOW));
}
