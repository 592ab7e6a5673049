#pragma once

// Starting a child with everything that has to hold before its program begins.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What the child was doing when it failed.
enum cposix_spawn_step {
  cposix_spawn_cloning = 1,
  cposix_spawn_grouping,
  cposix_spawn_binding,
  cposix_spawn_streaming,
  cposix_spawn_limiting,
  cposix_spawn_yielding,
  cposix_spawn_joining,
  cposix_spawn_entering,
  cposix_spawn_renouncing,
  cposix_spawn_confining,
  cposix_spawn_closing,
  cposix_spawn_executing,
};

struct cposix_spawn_limit {
  int resource;
  uint64_t soft;
  uint64_t hard;
};

struct cposix_spawn_request {
  const char *executable;
  char *const *arguments;
  char *const *environment;
  /// Null for the directory of the parent.
  const char *directory;
  /// What becomes 0, 1 and 2: each 3 or above.
  int streams[3];
  const struct cposix_spawn_limit *limits;
  size_t limit_count;
  /// A session of its own rather than a process group.
  int leads_session;
  /// The child gets SIGKILL when the thread that calls this ends.
  int dies_with_thread;
  int no_new_privileges;
  /// What is added to the nice value of the parent.
  int niceness;
  /// -1 for that of the parent.
  int file_mode_mask;
  /// A Landlock ruleset, or -1.
  int ruleset;
  /// The `cgroup.procs` of the cgroup it starts in, or -1.
  int cgroup;
};

struct cposix_spawn_failure {
  enum cposix_spawn_step step;
  int number;
  /// The resource whose limit was refused.
  int resource;
};

/// Starts a child and returns its pidfd, or -1 with the reason in `failure`; nothing is left then.
///
/// Returns once the program has begun.
int cposix_spawn(
  const struct cposix_spawn_request *request,
  struct cposix_spawn_failure *failure,
  pid_t *pid
);

// Landlock

/// The version of Landlock that the kernel has, or -1.
int cposix_landlock_version(void);
int cposix_landlock_create(uint64_t files, uint64_t network, uint64_t scopes);
int cposix_landlock_allow_path(int ruleset, int path, uint64_t access);
int cposix_landlock_allow_port(int ruleset, uint16_t port, uint64_t access);
int cposix_open_path(const char *path, int follows_links);
