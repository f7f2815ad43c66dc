/*
 * file: small files read whole (outlet.h is where a command writes).
 *
 * The bytes are the caller's. A file that is longer than the caller allows is refused, not cut; one
 * that changes while it is read is told as what it was read as. Every failure names the file and
 * the reason of the system.
 */
#ifndef TC_SETTINGS_FILE_H
#define TC_SETTINGS_FILE_H

#include "parsers/base/slice.h"

/* Reads a whole file (a configuration, at most `max` bytes) into memory that the caller gives to
 * tc_free. */
TC_STATUS tc_read_file(const char *path, size_t max, uint8_t **ret, size_t *ret_length,
                       tc_error *reterr);

#endif
