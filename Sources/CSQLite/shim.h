// What Swift cannot call as it is: variadic functions, and macros that are casts.
#pragma once

#include <sqlite3.h>

/// What the hooks of a connection count.
typedef struct {
  /// The frames in the write-ahead log after the last commit.
  int walFrames;
  /// The transactions committed that changed something.
  long long commits;
} csqlite_counters;

/// Keeps SQLite from counting its memory, which costs a lock for each allocation.
///
/// It has an effect before the first connection only; later it is refused and nothing changes.
static inline int csqlite_stop_counting_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Binds text that SQLite copies before it returns.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text,
                                    long long length) {
  return sqlite3_bind_text64(statement, index, text, (sqlite3_uint64)length, SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}

/// Keeps a connection from checkpointing when it is the last one to close.
static inline int csqlite_never_checkpoint_on_close(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

static inline int csqlite_count_frames(void *counters, sqlite3 *database, const char *name,
                                       int frames) {
  (void)database;
  (void)name;
  ((csqlite_counters *)counters)->walFrames = frames;
  return SQLITE_OK;
}

static inline int csqlite_count_commit(void *counters) {
  ((csqlite_counters *)counters)->commits += 1;
  return 0;
}

/// Counts commits and frames from now on; it takes the place of automatic checkpoints.
static inline void csqlite_install_counters(sqlite3 *database, csqlite_counters *counters) {
  sqlite3_wal_hook(database, csqlite_count_frames, counters);
  sqlite3_commit_hook(database, csqlite_count_commit, counters);
}
