#include "detector/live/live_receivers_state.h"

#include "detector/send/dispatch.h"
#include "detector/send/settings.h"
#include "detector/send/transport.h"
#include "detector/store/outbox.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define RECEIVERS_MAX ((size_t)64)
#define TARGET_MAX ((size_t)8192)

/* -- making --------------------------------------------------------------------------------- */

static TC_STATUS add(tc_live_receivers *r, const tc_receiver_settings *settings, tc_error *reterr)
{
    tc_receiver_site site = {.host = r->host,
                             .version = TC_VERSION,
                             .process_id = (uint32_t)getpid(),
                             .domains = (const char *const *)r->domains,
                             .domain_count = r->domain_count};
    if (r->count == RECEIVERS_MAX)
        return tc_fail(reterr, TC_ESYNTAX, "more than %zu receivers", RECEIVERS_MAX);
    TC_TRY(tc_receiver_new(settings, &site, &r->items[r->count], reterr));
    r->count++;
    return TC_SUCCESS;
}

/* A path as a target, which needs it from the root on. */
static TC_STATUS target_of(const char *scheme, const char *path, char out[TARGET_MAX],
                           tc_error *reterr)
{
    char here[4096] = "";
    if (path[0] != '/' && getcwd(here, sizeof(here) - 1) == NULL)
        return tc_fail_sys(reterr, errno, path, "cannot tell where it lies");
    int n = snprintf(out, TARGET_MAX, "%s://%s%s%s", scheme, here, here[0] ? "/" : "", path);
    return n > 0 && (size_t)n < TARGET_MAX ? TC_SUCCESS
                                           : tc_fail(reterr, TC_ESYNTAX, "a path is too long");
}

static TC_STATUS add_output(tc_live_receivers *r, const tc_options *o, tc_error *reterr)
{
    char target[TARGET_MAX];
    const char *path = o->output;
    bool any = o->syslog != NULL || o->send.count > 0;
    if (path == NULL && any) return TC_SUCCESS;
    if (path == NULL || strcmp(path, "-") == 0) path = "/dev/stdout";
    TC_TRY(target_of("file", path, target, reterr));
    tc_receiver_settings settings = {
        .name = "output", .target = target, .ungated = true, .min_level = o->min_level};
    return add(r, &settings, reterr);
}

/* What is said of its lowest level counts, else what is told at all. */
static TC_STATUS add_said(tc_live_receivers *r, const tc_options *o, const char *said,
                          tc_error *reterr)
{
    tc_settings_text text;
    TC_TRY(tc_settings_read(said, &text, reterr));
    if (!text.has_level) text.settings.min_level = o->min_level;
    return add(r, &text.settings, reterr);
}

static TC_STATUS take_domains(tc_live_receivers *r, const tc_options *o, tc_error *reterr)
{
    r->domains = tc_alloc(o->domains.count + 1, sizeof(*r->domains));
    for (size_t i = 0; r->domains && i < o->domains.count; i++) {
        tc_slice domain = o->domains.items[i];
        char *copy = r->domains[i] = tc_alloc(domain.len + 1, 1);
        if (copy == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
        memcpy(copy, domain.ptr, domain.len);
        r->domain_count++;
    }
    return r->domains ? TC_SUCCESS : tc_fail(reterr, TC_ENOMEM, "out of memory");
}

static TC_STATUS add_all(tc_live_receivers *r, const tc_options *o, tc_error *reterr)
{
    char target[TARGET_MAX];
    TC_TRY(take_domains(r, o, reterr));
    TC_TRY(add_output(r, o, reterr));
    if (o->syslog != NULL) {
        TC_TRY(target_of("unix", o->syslog, target, reterr));
        tc_receiver_settings settings = {
            .name = "syslog", .target = target, .min_level = o->min_level};
        TC_TRY(add(r, &settings, reterr));
    }
    for (size_t i = 0; i < o->send.count; i++)
        TC_TRY(add_said(r, o, o->send.items[i], reterr));
    return tc_receivers_check((const tc_receiver *const *)r->items, r->count, reterr);
}

TC_STATUS tc_live_receivers_new(const tc_options *o, tc_live_receivers **ret, tc_error *reterr)
{
    tc_live_receivers *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (gethostname(r->host, sizeof(r->host) - 1) != 0) r->host[0] = 0;
    r->items = tc_alloc(RECEIVERS_MAX, sizeof(*r->items));
    r->channels = tc_alloc(RECEIVERS_MAX, sizeof(*r->channels));
    r->rows = tc_alloc(RECEIVERS_MAX, sizeof(*r->rows));
    bool made = r->items && r->channels && r->rows;
    tc_status status = made ? add_all(r, o, reterr) : tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (tc_failed(status))
        tc_live_receivers_free(r);
    else
        *ret = r;
    return status;
}

void tc_live_receivers_free(tc_live_receivers *r)
{
    if (r == NULL) return;
    tc_live_receivers_stop(r);
    for (size_t i = 0; r->items && i < r->count; i++)
        tc_receiver_free(r->items[i]);
    for (size_t i = 0; i < r->domain_count; i++)
        tc_free(r->domains[i]);
    tc_free(r->domains);
    tc_free(r->items);
    tc_free(r->channels);
    tc_free(r->rows);
    tc_free(r);
}

tc_receiver *const *tc_live_receivers_list(const tc_live_receivers *r, size_t *ret_count)
{
    *ret_count = r->count;
    return r->items;
}

TC_STATUS tc_live_receivers_files(const tc_live_receivers *r, tc_path_list *told,
                                  tc_path_list *read)
{
    for (size_t i = 0; i < r->count; i++) {
        const tc_receiver *one = r->items[i];
        const char *const keys[] = {one->ca_file, one->certificate_file, one->key_file};
        if (one->transport == &tc_transport_file) TC_TRY(tc_path_list_add(told, one->path));
        for (size_t k = 0; k < TC_COUNT_OF(keys); k++)
            if (keys[k] != NULL) TC_TRY(tc_path_list_add(read, keys[k]));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_receivers_start_hooks(tc_live_receivers *r, tc_error *reterr)
{
    for (size_t i = 0; i < r->count; i++)
        TC_TRY(tc_receiver_start_hook(r->items[i], reterr));
    return TC_SUCCESS;
}

/* -- rows ----------------------------------------------------------------------------------- */

static TC_STATUS next_row(void *context, uint64_t behind, tc_level least, tc_send_row *ret,
                          tc_error *reterr)
{
    tc_outbox_row row;
    TC_TRY(tc_outbox_next(context, behind, (uint32_t)least, &row, reterr));
    *ret = (tc_send_row){.sequence = row.sequence,
                         .id = row.id,
                         .level = (tc_level)TC_MIN(row.level, (uint32_t)TC_LEVEL_CRITICAL),
                         .refusals = row.attempts,
                         .payload = row.payload};
    return TC_SUCCESS;
}

static TC_STATUS sent_rows(void *context, const uint64_t *sequences, size_t count, tc_error *reterr)
{
    for (size_t i = 0; i < count; i++)
        TC_TRY(tc_outbox_sent(context, sequences[i], reterr));
    return TC_SUCCESS;
}

static TC_STATUS retry_row(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    return tc_outbox_retry(context, sequence, why, reterr);
}

static TC_STATUS dead_row(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    return tc_outbox_dead(context, sequence, why, reterr);
}

static TC_STATUS open_channel(tc_live_receivers *r, size_t i, const char *folder,
                              const tc_store_options *store, tc_error *reterr)
{
    const char *name = r->items[i]->name;
    TC_TRY(tc_outbox_open(folder, name, store, &r->channels[i].outbox, reterr));
    TC_TRY(tc_outbox_open(folder, name, store, &r->channels[i].asked, reterr));
    r->rows[i] = (tc_send_rows){r->channels[i].outbox, next_row, sent_rows, retry_row, dead_row};
    return TC_SUCCESS;
}

/* Each has a thread of its own, so that it can be ended alone. */
TC_STATUS tc_live_receivers_start(tc_live_receivers *r, const char *folder,
                                  const tc_store_options *store, tc_error *reterr)
{
    static const tc_dispatch_options usual = {.poll_ms = 0};
    for (size_t i = 0; i < r->count; i++) {
        const tc_receiver *one = r->items[i];
        if (r->channels[i].dispatch != NULL) continue;
        TC_TRY(open_channel(r, i, folder, store, reterr));
        TC_TRY(tc_dispatch_start(&one, &r->rows[i], 1, &usual, &r->channels[i].dispatch, reterr));
    }
    return TC_SUCCESS;
}

void tc_live_receivers_stop(tc_live_receivers *r)
{
    for (size_t i = 0; r->channels && i < r->count; i++) {
        tc_dispatch_stop(r->channels[i].dispatch);
        tc_outbox_close(r->channels[i].outbox);
        tc_outbox_close(r->channels[i].asked);
        r->channels[i] = (tc_receiver_channel){NULL, NULL, NULL};
    }
}

void tc_live_receivers_wake(tc_live_receivers *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->channels[i].dispatch) tc_dispatch_wake(r->channels[i].dispatch);
}

static bool fails(const tc_live_receivers *r, size_t i, tc_receiver_counts *counts)
{
    if (r->channels[i].dispatch == NULL) return false;
    tc_dispatch_counts(r->channels[i].dispatch, 0, counts);
    return counts->failing_since != TC_TIME_NONE;
}

uint64_t tc_live_receivers_waiting_of(const tc_live_receivers *r, size_t i)
{
    tc_outbox_tally tallies[TC_STORE_LEVELS];
    tc_error error;
    uint64_t waiting = 0;
    if (r->channels[i].asked == NULL ||
        tc_failed(tc_outbox_tallies(r->channels[i].asked, tallies, &error)))
        return 0;
    for (size_t k = 0; k < TC_STORE_LEVELS; k++)
        waiting += tallies[k].waiting;
    return waiting;
}

uint64_t tc_live_receivers_waiting(tc_live_receivers *r, bool reachable)
{
    uint64_t waiting = 0;
    for (size_t i = 0; i < r->count; i++) {
        tc_receiver_counts counts;
        if (!reachable || !fails(r, i, &counts)) waiting += tc_live_receivers_waiting_of(r, i);
    }
    return waiting;
}

size_t tc_live_receivers_count(const tc_live_receivers *r)
{
    return r->count;
}

void tc_live_receivers_figures(tc_live_receivers *r, size_t index, tc_receiver_figures *ret)
{
    tc_receiver_counts c = {.last_sent = TC_TIME_NONE, .failing_since = TC_TIME_NONE};
    if (r->channels[index].dispatch != NULL) tc_dispatch_counts(r->channels[index].dispatch, 0, &c);
    *ret = (tc_receiver_figures){.name = r->items[index]->name,
                                 .sent = c.sent,
                                 .dead = c.dead,
                                 .failures = c.failures,
                                 .waiting = tc_live_receivers_waiting_of(r, index),
                                 .last_sent = c.last_sent,
                                 .failing_since = c.failing_since};
    memcpy(ret->why, c.why, sizeof(ret->why));
}

void tc_live_receivers_troubles(const tc_live_receivers *r, tc_str *out)
{
    tc_receiver_counts counts;
    for (size_t i = 0; i < r->count; i++)
        if (fails(r, i, &counts)) tc_str_addf(out, "%s: %s\n", r->items[i]->name, counts.why);
}
