/*
 * nameless: temporary files that nobody else sees and that leave nothing behind.
 *
 * Such a file has no name, or loses it at once where the file system cannot do without, so it ends
 * with its descriptor whatever happens to the program. The folder is the user's choice (TMPDIR);
 * what it does not allow is told with the way out.
 */
#ifndef TC_MEMORY_NAMELESS_H
#define TC_MEMORY_NAMELESS_H

#include "parsers/base/status.h"

/* Opens one for reading and writing; the caller closes the descriptor. */
TC_STATUS tc_nameless_open(const char *folder, int *ret, tc_error *reterr);
/* Writes all of it, through short writes and signals. */
TC_STATUS tc_nameless_write(int file, const char *folder, const void *data, size_t length,
                            tc_error *reterr);
/* Bytes that may still be written into the folder; 0 when that cannot be told. */
uint64_t tc_nameless_room(const char *folder);

#endif
