/*
 * inspect_check: whether what is kept is what was written.
 */
#ifndef TC_STORE_INSPECT_CHECK_H
#define TC_STORE_INSPECT_CHECK_H

#include "detector/store/folder.h"
#include "detector/store/inspect.h"
#include "detector/store/sql.h"

/* Calls for every problem; fails only where looking itself does. */
TC_STATUS tc_inspect_check_all(tc_sql *sql, const tc_folder *folder, const tc_inspect_calls *calls,
                               tc_error *reterr);

#endif
