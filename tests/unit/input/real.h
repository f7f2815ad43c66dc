/*
 * real: files of a test's own (support.h), looked at with the formats that are shipped.
 */
#ifndef TC_TEST_INPUT_REAL_H
#define TC_TEST_INPUT_REAL_H

#include "tests/unit/input/support.h"

/* Around each test, in place of init_files() and done_files(). */
void init_real(void);
void done_real(void);
/* Opens the path below the folder, expecting success. */
tc_input *open_real(const char *name);

#endif
