/* Other receivers while the run goes on. */
#include "detector/live/live_receivers_state.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* -- which stay ------------------------------------------------------------------------------ */

static bool is_same(const tc_receiver *a, const tc_receiver *b)
{
    tc_str one, other;
    tc_str_init(&one, (size_t)64 << 10);
    tc_str_init(&other, (size_t)64 << 10);
    tc_receiver_show(a, &one);
    tc_receiver_show(b, &other);
    bool same = !tc_failed(tc_str_status(&one)) && !tc_failed(tc_str_status(&other)) &&
                tc_slice_equal(tc_str_view(&one), tc_str_view(&other)) &&
                tc_slice_equal(a->hmac_secret, b->hmac_secret) &&
                tc_slice_equal(a->bearer, b->bearer) &&
                (a->tls_name == NULL) == (b->tls_name == NULL) &&
                (a->tls_name == NULL || strcmp(a->tls_name, b->tls_name) == 0);
    tc_str_done(&one);
    tc_str_done(&other);
    return same;
}

static size_t find_same(const tc_live_receivers *r, const tc_receiver *wanted)
{
    size_t i = 0;
    while (i < r->count && !is_same(r->items[i], wanted))
        i++;
    return i;
}

static bool has_name(const tc_live_receivers *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->items[i]->name, name) == 0) return true;
    return false;
}

/* -- what can be had ------------------------------------------------------------------------- */

static TC_STATUS try_file(const tc_receiver *r, const char *path, int flags, tc_error *reterr)
{
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    int why = errno;
    if (fd < 0)
        return tc_fail_sys(reterr, why, path,
                           "receiver %s: it cannot be opened by this process; the sandbox of its "
                           "start may forbid it: restart it",
                           r->name);
    close(fd);
    return TC_SUCCESS;
}

static TC_STATUS try_one(const tc_receiver *r, tc_error *reterr)
{
    const char *const keys[] = {r->ca_file, r->certificate_file, r->key_file};
    if (r->transport == &tc_transport_hook)
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "receiver %s: a hook is run by a helper of the start: restart it for a new "
                       "or changed one",
                       r->name);
    for (size_t i = 0; i < TC_COUNT_OF(keys); i++)
        if (keys[i] != NULL) TC_TRY(try_file(r, keys[i], O_RDONLY, reterr));
    if (r->transport != &tc_transport_file) return TC_SUCCESS;
    return try_file(r, r->path, O_WRONLY | O_APPEND | O_CREAT, reterr);
}

TC_STATUS tc_live_receivers_try(const tc_live_receivers *r, const tc_live_receivers *next,
                                tc_error *reterr)
{
    for (size_t i = 0; i < next->count; i++)
        if (find_same(r, next->items[i]) == r->count) TC_TRY(try_one(next->items[i], reterr));
    return TC_SUCCESS;
}

/* -- changing -------------------------------------------------------------------------------- */

/* Those that stay go over to `next`, with their threads and connections. */
static void take_over(tc_live_receivers *r, tc_live_receivers *next)
{
    for (size_t i = 0; i < next->count; i++) {
        size_t k = find_same(r, next->items[i]);
        if (k == r->count || r->channels[k].dispatch == NULL) continue;
        tc_receiver *fresh = next->items[i];
        next->items[i] = r->items[k];
        next->channels[i] = r->channels[k];
        next->rows[i] = r->rows[k];
        r->items[k] = fresh;
        r->channels[k] = (tc_receiver_channel){NULL, NULL, NULL};
    }
}

static void tell_gone(const tc_live_receivers *r, const tc_live_receivers *next,
                      void (*say)(void *, const char *), void *context)
{
    for (size_t i = 0; i < r->count; i++) {
        char words[256];
        const char *name = r->items[i]->name;
        if (r->channels[i].dispatch == NULL || has_name(next, name)) continue;
        snprintf(words, sizeof(words),
                 "receiver %.64s is told no more: %" PRIu64
                 " messages wait for it, and are sent when one of that name is there again",
                 name, tc_live_receivers_waiting_of(r, i));
        say(context, words);
    }
}

TC_STATUS tc_live_receivers_change(tc_live_receivers *r, tc_live_receivers **next,
                                   const tc_receivers_place *place, tc_error *reterr)
{
    tc_live_receivers old;
    take_over(r, *next);
    tell_gone(r, *next, place->say, place->context);
    old = *r;
    *r = **next;
    **next = old;
    tc_live_receivers_free(*next); /* ends the others first: a changed one has the same rows */
    *next = NULL;
    return tc_live_receivers_start(r, place->folder, place->store, reterr);
}
