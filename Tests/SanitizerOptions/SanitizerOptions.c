#include "SanitizerOptions.h"

const char *__tsan_default_options(void) { return "halt_on_error=1:atexit_sleep_ms=0:report_thread_leaks=0"; }
