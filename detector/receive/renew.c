/* Certificates that have changed. */
#include "detector/receive/state.h"

static TC_STATUS read_all(tc_receive *r, tc_tls **fresh, tc_error *reterr)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->listens[i].way == TC_WAY_TLS) TC_TRY(tc_tls_new(&r->listens[i], &fresh[i], reterr));
    return TC_SUCCESS;
}

/* Peers that are there keep what they have agreed on. */
TC_STATUS tc_receive_renew(tc_receive *r, tc_error *reterr)
{
    tc_tls *fresh[TC_RECEIVE_INPUTS_MAX] = {NULL};
    tc_status status = read_all(r, fresh, reterr);
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->count; i++) {
        tc_tls *gone = fresh[i];
        if (!tc_failed(status) && fresh[i] != NULL) {
            gone = r->ports[i].tls;
            r->ports[i].tls = fresh[i];
        }
        tc_tls_free(gone);
    }
    pthread_mutex_unlock(&r->lock);
    return status;
}
