/*
 * secret: a text that stands in no configuration.
 *
 * "file:PATH", "env:NAME" or "credential:NAME" (a file of that name below $CREDENTIALS_DIRECTORY,
 * where systemd puts them). A line end behind it is not part of it. Refused: an empty one, one of
 * more than 4 KiB, a file that everybody may read.
 */
#ifndef TC_SEND_SECRET_H
#define TC_SEND_SECRET_H

#include "parsers/base/str.h"

/* Replaces the text of `out`; the words of an error never hold the secret. */
TC_STATUS tc_secret_read(const char *where, tc_str *out, tc_error *reterr);
/* Overwrites and frees. */
void tc_secret_wipe(tc_str *secret);

#endif
