#pragma once

/// What the thread sanitizer does in every program that is linked with this, also in one that was
/// started without the variable for it, as locations are: it ends the program at the first race, and
/// does not wait for a second at its end for more of them. A thread that nobody has joined is none: that
/// which looks at the disk is not waited for.
const char *__tsan_default_options(void);
