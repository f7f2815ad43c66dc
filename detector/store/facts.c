/* facts: numbers of the store by name. */
#include "detector/store/inside.h"

TC_STATUS tc_store_set_fact(tc_sql *sql, const char *name, int64_t value, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql, "INSERT OR REPLACE INTO fact VALUES(?, ?)", &q, reterr));
    tc_sql_text(q, 1, tc_slice_of(name));
    tc_sql_number(q, 2, value);
    return tc_sql_done(q, reterr);
}

TC_STATUS tc_store_fact(tc_sql *sql, const char *name, int64_t *ret, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    *ret = 0;
    TC_TRY(tc_sql_ask(sql, "SELECT value FROM fact WHERE name = ?", &q, reterr));
    tc_sql_text(q, 1, tc_slice_of(name));
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    *ret = tc_sql_number_of(q, 0);
    tc_sql_rest(q);
    return TC_SUCCESS;
}
