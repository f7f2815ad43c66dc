/*
 * state_file: the file that --state names.
 *
 * It is read from its beginning as often as wanted, and replaced as a whole or not at all: what is
 * written stands in a new file beside it until it is committed, so a run that fails, or a machine
 * that does, leaves the old one as it was. It is for its owner's eyes alone (0600): names of
 * mailboxes and keys stand in it. While a run has it, another one is refused.
 *
 * A path that does not exist is the beginning of a state; its folder must exist. Never follows "-".
 */
#ifndef TC_APP_STATE_FILE_H
#define TC_APP_STATE_FILE_H

#include "parsers/base/visit.h"

typedef struct tc_state_file tc_state_file;

/* `path` is borrowed. */
TC_STATUS tc_state_file_open(const char *path, tc_state_file **ret, tc_error *reterr);
/* Takes back what was not committed; NULL is fine. */
void tc_state_file_close(tc_state_file *file);
/* Nothing was saved there so far: there is nothing to read. */
bool tc_state_file_is_new(const tc_state_file *file);
/* A loader at the beginning; the one before it is done with. Freed with the file. */
TC_STATUS tc_state_file_read(tc_state_file *file, tc_visit **ret, tc_error *reterr);
/* A saver into the new file. Freed with the file. */
TC_STATUS tc_state_file_write(tc_state_file *file, tc_visit **ret, tc_error *reterr);
/* Puts what was written in the place of what was there. */
TC_STATUS tc_state_file_commit(tc_state_file *file, tc_error *reterr);
/* The words of a visit of this file that failed: TC_ESYNTAX says what is wrong and what to do. */
TC_STATUS tc_state_file_failed(const tc_state_file *file, const tc_visit *visit, tc_error *reterr);

#endif
