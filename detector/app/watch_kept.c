#include "detector/app/watch_kept.h"

#include "detector/store/store.h"

#define KEY "session-key"
#define FIRST "first-start"

static TC_STATUS take(tc_store *store, const char *name, void *value, size_t size, bool *ret_there,
                      tc_error *reterr)
{
    tc_str found;
    tc_str_init(&found, TC_STORE_VALUE_MAX);
    tc_status status = tc_store_meta(store, name, &found, ret_there, reterr);
    if (!tc_failed(status) && *ret_there && found.len != size)
        status = tc_fail(reterr, TC_ESYNTAX, "the state holds another '%s'", name);
    if (!tc_failed(status) && *ret_there) memcpy(value, found.data, size);
    tc_str_done(&found);
    return status;
}

TC_STATUS tc_watch_kept_take(tc_watch_kept *ret, tc_store *store, tc_time now, tc_error *reterr)
{
    *ret = (tc_watch_kept){.key = tc_hash_random_key(), .first = now};
    TC_TRY(take(store, KEY, &ret->key, sizeof(ret->key), &ret->has_key, reterr));
    return take(store, FIRST, &ret->first, sizeof(ret->first), &ret->has_first, reterr);
}

TC_STATUS tc_watch_kept_put(const tc_watch_kept *k, tc_store *store)
{
    if (!k->has_key) TC_TRY(tc_store_put_meta(store, KEY, tc_slice_make(&k->key, sizeof(k->key))));
    if (!k->has_first)
        TC_TRY(tc_store_put_meta(store, FIRST, tc_slice_make(&k->first, sizeof(k->first))));
    return TC_SUCCESS;
}
