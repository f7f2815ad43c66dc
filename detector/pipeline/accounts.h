/*
 * accounts: the file of --accounts, as bytes.
 *
 * What is in it is the affair of enrich/identity.h. Here a file of another kind is told from a
 * table of names by its beginning, before anything is scanned: lines of a log hold addresses and
 * account names, too, and would unite people who have nothing in common.
 */
#ifndef TC_PIPELINE_ACCOUNTS_H
#define TC_PIPELINE_ACCOUNTS_H

#include "parsers/base/slice.h"

/* Whether the file can be read and may be such a table; else the words say what it is. */
TC_STATUS tc_accounts_check(const char *path, tc_error *reterr);
/* The whole file, in memory that the caller gives to tc_free. */
TC_STATUS tc_accounts_read(const char *path, uint8_t **ret, size_t *ret_length, tc_error *reterr);

#endif
