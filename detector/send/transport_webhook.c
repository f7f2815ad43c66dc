/*
 * One POST of JSON for each message. X-Tocsin-Signature is "sha256=" and the HMAC of the body,
 * X-Tocsin-Id is the same whenever the same thing is told. Redirects are not followed: they would
 * carry names of people to whoever answers. libcurl is spoken to here only.
 */
#include "detector/send/at_once.h"
#include "detector/send/hmac.h"
#include "parsers/base/alloc.h"

#include <curl/curl.h>

#define ANSWER_MOST ((size_t)64 << 10)
#define HEADER_MOST 8192

typedef struct webhook {
    tc_at_once way;
    CURL *curl;
    struct curl_slist *headers;
    size_t answered; /* bytes of the answer */
    char problem[CURL_ERROR_SIZE];
} webhook;

/* -- once ----------------------------------------------------------------------------------- */

/* What the receiver says besides its status is of no use, and has an end. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
    webhook *w = context;
    (void)bytes;
    w->answered += size * count;
    return w->answered > ANSWER_MOST ? 0 : size * count;
}

static int look_for_stop(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                         curl_off_t up)
{
    const webhook *w = context;
    (void)total;
    (void)now;
    (void)up_total;
    (void)up;
    return tc_patience_stopped(w->way.patience) ? 1 : 0;
}

#define SET(option, value) (curl_easy_setopt(w->curl, option, value) == CURLE_OK)

static bool set_way(webhook *w)
{
    const tc_receiver *r = w->way.receiver;
    return SET(CURLOPT_URL, r->path) && SET(CURLOPT_PROTOCOLS_STR, "http,https") &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_PROXY, "") &&
           SET(CURLOPT_TCP_KEEPALIVE, 1L) && SET(CURLOPT_TIMEOUT_MS, (long)r->timeout_ms) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, (long)r->timeout_ms) &&
           SET(CURLOPT_ERRORBUFFER, w->problem) && SET(CURLOPT_WRITEFUNCTION, take_answer) &&
           SET(CURLOPT_WRITEDATA, w) && SET(CURLOPT_NOPROGRESS, 0L) &&
           SET(CURLOPT_XFERINFOFUNCTION, look_for_stop) && SET(CURLOPT_XFERINFODATA, w);
}

static bool set_tls(webhook *w)
{
    const tc_receiver *r = w->way.receiver;
    return SET(CURLOPT_SSL_VERIFYPEER, 1L) && SET(CURLOPT_SSL_VERIFYHOST, 2L) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (r->ca_file == NULL || SET(CURLOPT_CAINFO, r->ca_file)) &&
           (r->certificate_file == NULL ||
            (SET(CURLOPT_SSLCERT, r->certificate_file) && SET(CURLOPT_SSLKEY, r->key_file)));
}

static void close_webhook(void *state)
{
    webhook *w = state;
    if (w != NULL) {
        curl_slist_free_all(w->headers);
        if (w->curl != NULL) curl_easy_cleanup(w->curl);
    }
    tc_at_once_close(w);
}

static TC_STATUS open_webhook(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                              tc_error *reterr)
{
    webhook *w = tc_alloc(1, sizeof(*w));
    *ret_state = NULL;
    if (w == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_at_once_init(&w->way, receiver, patience);
    w->curl = curl_easy_init();
    if (w->curl == NULL || !set_way(w) || !set_tls(w)) {
        close_webhook(w);
        return tc_fail(reterr, TC_EUNSUPPORTED, "receiver '%s': libcurl refuses %s", receiver->name,
                       receiver->target);
    }
    *ret_state = w;
    return TC_SUCCESS;
}

/* -- each ----------------------------------------------------------------------------------- */

static bool add_header(webhook *w, const char *name, tc_slice value)
{
    char line[HEADER_MOST];
    int length =
        snprintf(line, sizeof(line), "%s: %.*s", name, (int)value.len, (const char *)value.ptr);
    bool fits = length > 0 && (size_t)length < sizeof(line) && strpbrk(line, "\r\n") == NULL;
    struct curl_slist *longer = fits ? curl_slist_append(w->headers, line) : NULL;
    explicit_bzero(line, sizeof(line));
    if (longer != NULL) w->headers = longer;
    return longer != NULL;
}

static bool add_signature(webhook *w, tc_slice body)
{
    char digits[TC_HMAC_TEXT], text[TC_HMAC_TEXT + 8];
    if (w->way.receiver->hmac_secret.len == 0) return true;
    if (!tc_hmac_sha256(w->way.receiver->hmac_secret, body, digits)) return false;
    snprintf(text, sizeof(text), "sha256=%s", digits);
    return add_header(w, "X-Tocsin-Signature", tc_slice_of(text));
}

static bool add_bearer(webhook *w)
{
    tc_slice bearer = w->way.receiver->bearer;
    char text[HEADER_MOST];
    if (bearer.len == 0) return true;
    snprintf(text, sizeof(text), "Bearer %.*s", (int)bearer.len, (const char *)bearer.ptr);
    bool added = add_header(w, "Authorization", tc_slice_of(text));
    explicit_bzero(text, sizeof(text));
    return added;
}

static bool set_message(webhook *w, const tc_parcel *parcel)
{
    curl_slist_free_all(w->headers);
    w->headers = NULL;
    w->answered = 0;
    w->problem[0] = 0;
    const char *type =
        w->way.receiver->form == TC_FORM_JSON ? "application/json" : "text/plain; charset=utf-8";
    return add_header(w, "Content-Type", tc_slice_of(type)) &&
           add_header(w, "User-Agent", TC_LIT("tocsin")) && add_header(w, "Expect", TC_LIT("")) &&
           add_header(w, "X-Tocsin-Kind", tc_slice_of(parcel->kind)) &&
           (parcel->id.len == 0 || add_header(w, "X-Tocsin-Id", parcel->id)) &&
           add_signature(w, parcel->text) && add_bearer(w) &&
           SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)parcel->text.len) &&
           SET(CURLOPT_POSTFIELDS, parcel->text.ptr) && SET(CURLOPT_HTTPHEADER, w->headers);
}

/* What a status means for this message: 2xx has it; 4xx that speak of the body refuse it; anything
 * else is the receiver's trouble, or ours with all of them. */
static tc_answer answer_of(long status)
{
    if (status >= 200 && status < 300) return TC_TAKEN;
    if (status == 400 || status == 413 || status == 415 || status == 422) return TC_REFUSED;
    return TC_LATER;
}

static tc_answer send_message(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    webhook *w = state;
    long status = 0;
    if (!set_message(w, parcel)) {
        (void)tc_fail(reterr, TC_EIO, "%s: the request cannot be made", w->way.receiver->host);
        return TC_LATER;
    }
    CURLcode code = curl_easy_perform(w->curl);
    (void)curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
    bool has_answer = code == CURLE_OK || (code == CURLE_WRITE_ERROR && status != 0);
    if (!has_answer) {
        (void)tc_fail(reterr, TC_EIO, "%s: %s", w->way.receiver->host,
                      w->problem[0] ? w->problem : curl_easy_strerror(code));
        return TC_LATER;
    }
    tc_answer answer = answer_of(status);
    if (answer == TC_TAKEN)
        w->way.taken++;
    else
        (void)tc_fail(reterr, TC_EIO, "%s answers with status %ld%s", w->way.receiver->host, status,
                      status >= 300 && status < 400 ? " (redirects are not followed)" : "");
    return answer;
}

const tc_transport tc_transport_webhook = {
    .scheme = "https",
    .port = 443,
    .window = 20,
    .open = open_webhook,
    .send = send_message,
    .settle = tc_at_once_settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = close_webhook,
};

void tc_webhook_library(tc_str *out)
{
    tc_str_addf(out, ", libcurl %s", curl_version_info(CURLVERSION_NOW)->version);
}
