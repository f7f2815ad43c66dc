/* The entry that every fuzz target has; libFuzzer or driver.c calls it. */
#ifndef TC_TESTS_FUZZ_H
#define TC_TESTS_FUZZ_H

#include "parsers/base/prelude.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
