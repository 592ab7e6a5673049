#pragma once

// GNU libmicrohttpd, and what Swift cannot call of it: variadic functions, and those that take
// enumerations which are not imported.

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>

/// What a server calls; `context` is passed to each.
struct hanse_http_callbacks {
  void *context;
  void *(*begin)(void *context, const char *target, struct MHD_Connection *connection);
  enum MHD_Result (*handle)(
    void *context,
    struct MHD_Connection *connection,
    const char *url,
    const char *method,
    const char *version,
    const char *upload,
    size_t *upload_size,
    void **request
  );
  /// A connection was accepted, or is about to be closed.
  void (*connection)(
    void *context,
    struct MHD_Connection *connection,
    void **socket_context,
    enum MHD_ConnectionNotificationCode code
  );
  void (*end)(
    void *context,
    struct MHD_Connection *connection,
    void **request,
    enum MHD_RequestTerminationCode reason
  );
};

/// Listens on 127.0.0.1, with a thread for each connection; NULL if it cannot, with the reason in `failure`.
static inline struct MHD_Daemon *hanse_http_start(
  uint16_t port,
  int *failure,
  unsigned connections,
  unsigned timeout_seconds,
  size_t memory_bytes,
  struct hanse_http_callbacks callbacks
) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  errno = 0;
  struct MHD_Daemon *daemon = MHD_start_daemon(
    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC,
    port, NULL, NULL, callbacks.handle, callbacks.context,
    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
    MHD_OPTION_CONNECTION_LIMIT, connections,
    MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_bytes,
    // What the library would refuse with a page of HTML, the callbacks refuse in words of their own.
    MHD_OPTION_STRICT_FOR_CLIENT, 0,
    MHD_OPTION_URI_LOG_CALLBACK, callbacks.begin, callbacks.context,
    MHD_OPTION_NOTIFY_CONNECTION, callbacks.connection, callbacks.context,
    MHD_OPTION_NOTIFY_COMPLETED, callbacks.end, callbacks.context,
    MHD_OPTION_END
  );
  *failure = daemon == NULL ? errno : 0;
  return daemon;
}

/// Whether a failure to start says that somebody else has the port.
static inline int hanse_http_is_taken(int failure) { return failure == EADDRINUSE; }

/// The port that a server listens on.
static inline uint16_t hanse_http_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == NULL ? 0 : info->port;
}

/// The socket of a connection; -1 when it has none.
static inline int hanse_http_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

/// The port at the other end of a connection; 0 when that is not known.
static inline uint16_t hanse_http_peer_port(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL || info->client_addr->sa_family != AF_INET) return 0;
  return ntohs(((const struct sockaddr_in *)info->client_addr)->sin_port);
}

/// Calls `each` with the name and the value of each header.
static inline void hanse_http_each_header(
  struct MHD_Connection *connection,
  MHD_KeyValueIterator each,
  void *context
) {
  MHD_get_connection_values(connection, MHD_HEADER_KIND, each, context);
}

/// A response of bytes, which are copied.
static inline struct MHD_Response *hanse_http_bytes(const void *bytes, size_t count) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/// A response whose end is not known at its beginning.
static inline struct MHD_Response *hanse_http_stream(
  size_t block_bytes,
  MHD_ContentReaderCallback read,
  void *context,
  MHD_ContentReaderFreeCallback release
) {
  return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block_bytes, read, context, release);
}
