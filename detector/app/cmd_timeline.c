/* tocsin timeline: all that a scan tells, one line each, in the order of time. */
#include "detector/app/command.h"
#include "detector/app/inquiry.h"
#include "detector/app/moments.h"
#include "detector/pipeline/temporary.h"
#include "parsers/base/alloc.h"

#define MERGES_MAX 65536

/* One incident was merged into another. */
typedef struct merge {
    char from[33], into[33];
} merge;

typedef struct asking {
    tc_inquiry q;
    tc_moments *moments;
    tc_str line;
    bool late; /* the alert is a final state */
    merge *merges;
    size_t merge_count, merge_capacity;
    tc_entity mailbox; /* --mailbox; 0: nobody of that name */
    size_t written;
} asking;

/* -- hearing -------------------------------------------------------------------------------- */

static bool is_in_time(const asking *k, tc_time time)
{
    const tc_options *o = k->q.run.options;
    return (o->since == TC_TIME_NONE || time >= o->since) &&
           (o->until == TC_TIME_NONE || time <= o->until);
}

static TC_STATUS keep(void *context, const tc_moment *moment)
{
    asking *k = context;
    if (moment->level < k->q.run.options->min_level || !is_in_time(k, moment->time))
        return TC_SUCCESS;
    tc_str_clear(&k->line);
    if (k->q.json)
        tc_timeline_json(moment, &k->line);
    else
        tc_timeline_text(k->q.text, moment, &k->line);
    tc_status status = tc_str_status(&k->line);
    if (tc_failed(status)) return tc_fail(&k->q.error, status.code, "no memory for the timeline");
    return tc_moments_add(k->moments, moment, tc_str_view(&k->line), k->late, &k->q.error);
}

static TC_STATUS note_merge(asking *k, const tc_alert *a)
{
    if (a->transition != TC_TRANSITION_MERGED || a->merged_into[0] == 0) return TC_SUCCESS;
    TC_TRY(tc_grow(&k->merges, &k->merge_capacity, k->merge_count + 1, sizeof(*k->merges),
                   MERGES_MAX));
    merge *m = &k->merges[k->merge_count++];
    memcpy(m->from, a->incident_id, sizeof(m->from));
    memcpy(m->into, a->merged_into, sizeof(m->into));
    return TC_SUCCESS;
}

static TC_STATUS told(void *context, const tc_alert *a)
{
    asking *k = context;
    k->late = a->transition == TC_TRANSITION_FINAL;
    TC_TRY(note_merge(k, a));
    return tc_timeline_moments(a, keep, k);
}

static TC_STATUS again(void *context)
{
    asking *k = context;
    tc_moments_clear(k->moments);
    k->merge_count = 0;
    return TC_SUCCESS;
}

/* -- choosing ------------------------------------------------------------------------------- */

/* The incident, or one that it was merged into, is the one asked for. */
static bool is_incident(const asking *k, const char *id)
{
    const char *wanted = k->q.run.options->incident;
    size_t length = strlen(wanted);
    for (size_t i = 0; i <= k->merge_count; i++) {
        if (id[0] && strncasecmp(id, wanted, length) == 0) return true;
        const char *into = NULL;
        for (size_t j = 0; j < k->merge_count && into == NULL; j++)
            if (strcmp(k->merges[j].from, id) == 0) into = k->merges[j].into;
        if (into == NULL) return false;
        id = into;
    }
    return false;
}

static bool bears(const asking *k, tc_slice names)
{
    tc_identity *identity = tc_ordered_identity(k->q.read.ordered);
    tc_slice name;
    while (tc_moments_name(&names, &name)) {
        tc_identity_begin(identity);
        if (k->mailbox && tc_identity_guess(identity, name) == k->mailbox) return true;
        if (strlen(k->q.run.options->mailbox) == name.len &&
            strncasecmp((const char *)name.ptr, k->q.run.options->mailbox, name.len) == 0)
            return true;
    }
    return false;
}

static bool wants(void *context, const char *incident, tc_slice names)
{
    const asking *k = context;
    const tc_options *o = k->q.run.options;
    if (o->incident && strcasecmp(o->incident, "all") != 0 && !is_incident(k, incident))
        return false;
    return o->mailbox == NULL || bears(k, names);
}

static TC_STATUS write_line(void *context, tc_slice line, tc_error *reterr)
{
    asking *k = context;
    k->written++;
    return tc_outlet_write(&k->q.outlet, line, reterr);
}

static TC_STATUS write_all(asking *k)
{
    const char *mailbox = k->q.run.options->mailbox;
    tc_moments_choice choice = {k, wants, write_line};
    tc_identity *identity = tc_ordered_identity(k->q.read.ordered);
    tc_identity_begin(identity);
    if (mailbox) k->mailbox = tc_identity_guess(identity, tc_slice_of(mailbox));
    TC_TRY(tc_moments_write(k->moments, &choice, &k->q.error));
    if (k->written || k->q.json) return TC_SUCCESS;
    tc_str_add(&k->q.page, TC_LIT("Nothing to tell of what was asked.\n"));
    return tc_inquiry_write(&k->q);
}

static TC_STATUS run(asking *k, const tc_options *o, tc_time now)
{
    tc_inquiry_hooks hooks = {k, told, again, NULL};
    TC_TRY(tc_inquiry_open(&k->q, o, now));
    tc_str_init(&k->line, (size_t)64 << 20);
    k->moments = tc_moments_new(tc_temporary_folder());
    if (k->moments == NULL) return tc_fail(&k->q.error, TC_ENOMEM, "out of memory");
    TC_TRY(tc_inquiry_read(&k->q, &hooks));
    return write_all(k);
}

int tc_command_timeline(const tc_options *options, tc_time now)
{
    asking k = {.moments = NULL};
    tc_status status = run(&k, options, now);
    int exit_status =
        tc_failed(status) ? tc_command_failed(status, &k.q.error) : tc_inquiry_conclude(&k.q);
    tc_moments_free(k.moments);
    tc_free(k.merges);
    tc_str_done(&k.line);
    tc_inquiry_close(&k.q);
    return exit_status;
}
