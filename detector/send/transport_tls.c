/*
 * Syslog over TLS (RFC 5425): 1.2 or later, the chain and the name of the other side verified
 * against a private authority or those of the system, a certificate of our own where one is set,
 * close_notify at the end. OpenSSL is spoken to here only.
 */
#include "detector/send/connect.h"
#include "detector/send/stream.h"
#include "parsers/base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_MOST 64

typedef struct wire {
    int fd;
    SSL_CTX *context;
    SSL *tls;
    char name[256]; /* that OpenSSL may write to, as its types say */
    const tc_receiver *receiver;
    tc_patience *patience;
} wire;

/* The reason that OpenSSL gives, or that of the certificate. */
static void explain(const wire *l, const char *what, tc_error *reterr)
{
    char reason[160] = "no reason given";
    unsigned long code = ERR_peek_last_error();
    long verified = l->tls != NULL ? SSL_get_verify_result(l->tls) : X509_V_OK;
    if (verified != X509_V_OK)
        snprintf(reason, sizeof(reason), "%s", X509_verify_cert_error_string(verified));
    else if (code != 0)
        ERR_error_string_n(code, reason, sizeof(reason));
    (void)tc_fail(reterr, TC_EIO, "%s: %s: %s", l->receiver->host, what, reason);
    ERR_clear_error();
}

/* -- the context ---------------------------------------------------------------------------- */

static bool trust(wire *l, tc_error *reterr)
{
    const tc_receiver *r = l->receiver;
    int done = r->ca_file ? SSL_CTX_load_verify_locations(l->context, r->ca_file, NULL)
                          : SSL_CTX_set_default_verify_paths(l->context);
    if (done == 1) return true;
    explain(l, "its authority's certificate cannot be used", reterr);
    return false;
}

static bool identify(wire *l, tc_error *reterr)
{
    const tc_receiver *r = l->receiver;
    if (r->certificate_file == NULL) return true;
    if (SSL_CTX_use_certificate_chain_file(l->context, r->certificate_file) == 1 &&
        SSL_CTX_use_PrivateKey_file(l->context, r->key_file, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key(l->context) == 1)
        return true;
    explain(l, "our certificate or its key cannot be used", reterr);
    return false;
}

static bool make_context(wire *l, tc_error *reterr)
{
    l->context = SSL_CTX_new(TLS_client_method());
    if (l->context == NULL) {
        explain(l, "no TLS", reterr);
        return false;
    }
    SSL_CTX_set_verify(l->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(l->context, SSL_MODE_AUTO_RETRY);
    if (SSL_CTX_set_min_proto_version(l->context, TLS1_2_VERSION) != 1) {
        explain(l, "no TLS 1.2", reterr);
        return false;
    }
    return trust(l, reterr) && identify(l, reterr);
}

/* A name is asked for by SNI and held against the certificate; of an address the certificate
 * must hold the address. */
static bool expect_name(wire *l)
{
    const char *name = l->receiver->tls_name;
    uint8_t address[16];
    bool is_address =
        inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
    if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->tls), name) == 1;
    SSL_set_hostflags(l->tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    snprintf(l->name, sizeof(l->name), "%s", name);
    return SSL_set1_host(l->tls, name) == 1 && SSL_set_tlsext_host_name(l->tls, l->name) == 1;
}

/* -- waiting for it -------------------------------------------------------------------------- */

/* Waits for what OpenSSL needs after `answer`; false, and words, if there is nothing to wait for.
 */
static bool wait_for(wire *l, int answer, const char *what, uint64_t deadline, tc_error *reterr)
{
    int problem = SSL_get_error(l->tls, answer);
    if (problem != SSL_ERROR_WANT_READ && problem != SSL_ERROR_WANT_WRITE) {
        if (problem == SSL_ERROR_SYSCALL && errno != 0 && ERR_peek_last_error() == 0)
            (void)tc_fail_sys(reterr, errno, l->receiver->host, "%s", what);
        else
            explain(l, what, reterr);
        return false;
    }
    short events = problem == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    tc_wait wait = tc_patience_wait(l->patience, l->fd, events, deadline);
    if (wait == TC_WAIT_OVER)
        (void)tc_fail(reterr, TC_EIO, "%s: %s: no answer for %" PRIu32 " ms", l->receiver->host,
                      what, l->receiver->timeout_ms);
    else if (wait == TC_WAIT_STOPPED)
        (void)tc_fail(reterr, TC_EIO, "the program stops");
    return wait == TC_WAIT_READY;
}

static bool shake_hands(wire *l, tc_error *reterr)
{
    uint64_t deadline = tc_patience_ms(l->patience) + l->receiver->timeout_ms;
    l->tls = SSL_new(l->context);
    if (l->tls == NULL || !expect_name(l) || SSL_set_fd(l->tls, l->fd) != 1) {
        explain(l, "no TLS", reterr);
        return false;
    }
    for (;;) {
        ERR_clear_error();
        int answer = SSL_connect(l->tls);
        if (answer == 1) return true;
        if (!wait_for(l, answer, "TLS handshake", deadline, reterr)) return false;
    }
}

/* -- the link -------------------------------------------------------------------------------- */

static void close_link(void *context)
{
    wire *l = context;
    SSL_free(l->tls);
    SSL_CTX_free(l->context);
    if (l->fd >= 0) close(l->fd);
    tc_free(l);
}

static void *connect_link(const tc_receiver *r, tc_patience *patience, tc_error *reterr)
{
    wire *l = tc_alloc(1, sizeof(*l));
    if (l == NULL) {
        (void)tc_fail(reterr, TC_ENOMEM, "out of memory");
        return NULL;
    }
    *l = (wire){.fd = -1, .receiver = r, .patience = patience};
    if (make_context(l, reterr)) {
        l->fd = tc_connect_stream(r->host, r->port, r->timeout_ms, patience, reterr);
        if (l->fd >= 0 && shake_hands(l, reterr)) return l;
    }
    close_link(l);
    return NULL;
}

static bool write_all(void *context, tc_slice bytes, tc_error *reterr)
{
    wire *l = context;
    uint64_t deadline = tc_patience_ms(l->patience) + l->receiver->timeout_ms;
    while (bytes.len > 0) {
        ERR_clear_error();
        errno = 0;
        int n = SSL_write(l->tls, bytes.ptr, (int)bytes.len);
        if (n > 0)
            bytes = tc_slice_sub(bytes, (size_t)n, bytes.len);
        else if (!wait_for(l, n, "cannot send", deadline, reterr))
            return false;
    }
    return true;
}

static tc_heard listen_to(void *context)
{
    wire *l = context;
    char room[512];
    for (int i = 0; i < LISTEN_MOST; i++) {
        ERR_clear_error();
        int n = SSL_read(l->tls, room, sizeof(room));
        if (n > 0) continue;
        int problem = SSL_get_error(l->tls, n);
        ERR_clear_error();
        if (problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE)
            return TC_HEARD_NOTHING;
        return problem == SSL_ERROR_ZERO_RETURN ? TC_HEARD_END : TC_HEARD_BREAK;
    }
    return TC_HEARD_NOTHING;
}

static uint64_t written(const void *context)
{
    const wire *l = context;
    return BIO_number_written(SSL_get_wbio(l->tls));
}

static int descriptor(const void *context)
{
    const wire *l = context;
    return l->fd;
}

static void end(void *context)
{
    wire *l = context;
    ERR_clear_error();
    (void)SSL_shutdown(l->tls);
    ERR_clear_error();
    (void)shutdown(l->fd, SHUT_WR);
}

static const tc_stream_way way = {
    .connect = connect_link,
    .write = write_all,
    .listen = listen_to,
    .written = written,
    .descriptor = descriptor,
    .end = end,
    .close = close_link,
};

static TC_STATUS open_way(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                          tc_error *reterr)
{
    return tc_stream_open(&way, receiver, patience, ret_state, reterr);
}

const tc_transport tc_transport_tls = {
    .scheme = "tls",
    .port = 6514,
    TC_STREAM_TRANSPORT(open_way),
};
