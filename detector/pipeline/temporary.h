/*
 * temporary: where temporary files lie.
 *
 * In TMPDIR or, without one, /var/tmp, which is on a disk where /tmp may be memory.
 */
#ifndef TC_PIPELINE_TEMPORARY_H
#define TC_PIPELINE_TEMPORARY_H

#include "parsers/base/status.h"

const char *tc_temporary_folder(void);
/* Whether a folder that somebody chose can be written: before a run, not hours later when it is
 * needed. */
TC_STATUS tc_temporary_try(tc_error *reterr);

#endif
