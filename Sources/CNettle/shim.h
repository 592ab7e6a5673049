#pragma once

// GNU Nettle's digests, which use what the processor has for them.

#include <nettle/sha2.h>
