#include "detector/receive/tls.h"

#include "parsers/base/alloc.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

struct tc_tls {
    SSL_CTX *context;
};

static TC_STATUS explain(const tc_listen *l, const char *file, const char *what, tc_error *reterr)
{
    char reason[160] = "no reason given";
    unsigned long code = ERR_peek_last_error();
    if (code != 0) ERR_error_string_n(code, reason, sizeof(reason));
    ERR_clear_error();
    return tc_fail(reterr, TC_EIO, "input %s: %.120s: %s: %s", l->name, file, what, reason);
}

/* Who shows no certificate of the authority is no peer; with client=optional only who shows a
 * wrong one. */
static TC_STATUS trust(const tc_listen *l, SSL_CTX *context, tc_error *reterr)
{
    int mode = SSL_VERIFY_PEER | (l->client_optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
    if (l->ca == NULL) return TC_SUCCESS;
    if (SSL_CTX_load_verify_locations(context, l->ca, NULL) != 1)
        return explain(l, l->ca, "cannot be used as the peers' authority", reterr);
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(l->ca));
    SSL_CTX_set_verify(context, mode, NULL);
    return TC_SUCCESS;
}

static TC_STATUS set_up(const tc_listen *l, SSL_CTX *context, tc_error *reterr)
{
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    /* No session is gone on with: whose certificate is not trusted any more is not let in. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return explain(l, "TLS", "1.2 is not to be had", reterr);
    if (SSL_CTX_use_certificate_chain_file(context, l->certificate) != 1)
        return explain(l, l->certificate, "is no certificate", reterr);
    if (SSL_CTX_use_PrivateKey_file(context, l->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return explain(l, l->key, "is not the key of the certificate", reterr);
    return trust(l, context, reterr);
}

TC_STATUS tc_tls_new(const tc_listen *l, tc_tls **ret, tc_error *reterr)
{
    tc_tls *tls = tc_alloc(1, sizeof(*tls));
    if (tls == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tls->context = SSL_CTX_new(TLS_server_method());
    tc_status status = tls->context ? set_up(l, tls->context, reterr)
                                    : explain(l, "TLS", "cannot be begun", reterr);
    if (tc_failed(status))
        tc_tls_free(tls);
    else
        *ret = tls;
    return status;
}

void tc_tls_free(tc_tls *tls)
{
    if (tls == NULL) return;
    SSL_CTX_free(tls->context);
    tc_free(tls);
}

void *tc_tls_peer_new(tc_tls *tls, int fd)
{
    SSL *peer = SSL_new(tls->context);
    if (peer != NULL && SSL_set_fd(peer, fd) == 1) {
        SSL_set_accept_state(peer);
        return peer;
    }
    SSL_free(peer);
    ERR_clear_error();
    return NULL;
}

void tc_tls_peer_free(void *peer)
{
    if (peer == NULL) return;
    ERR_clear_error();
    if (SSL_is_init_finished(peer)) (void)SSL_shutdown(peer);
    ERR_clear_error();
    SSL_free(peer);
}

static tc_tls_result result_of(SSL *peer, int answer)
{
    int problem = SSL_get_error(peer, answer);
    ERR_clear_error();
    switch (problem) {
    case SSL_ERROR_WANT_READ:
        return TC_TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE:
        return TC_TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN:
    case SSL_ERROR_SYSCALL:
        return TC_TLS_END;
    default:
        return TC_TLS_BROKEN;
    }
}

tc_tls_result tc_tls_shake(void *peer)
{
    ERR_clear_error();
    int answer = SSL_do_handshake(peer);
    return answer == 1 ? TC_TLS_DONE : result_of(peer, answer);
}

tc_tls_result tc_tls_read(void *peer, uint8_t *buffer, size_t room, size_t *ret_got)
{
    *ret_got = 0;
    ERR_clear_error();
    int answer = SSL_read_ex(peer, buffer, room, ret_got);
    return answer == 1 ? TC_TLS_DONE : result_of(peer, answer);
}

tc_tls_result tc_tls_write(void *peer, const uint8_t *bytes, size_t length, size_t *ret_sent)
{
    *ret_sent = 0;
    ERR_clear_error();
    int answer = SSL_write_ex(peer, bytes, length, ret_sent);
    return answer == 1 ? TC_TLS_DONE : result_of(peer, answer);
}
