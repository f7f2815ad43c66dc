#include "detector/live/live_health.h"

#include "detector/live/blob.h"
#include "detector/send/notice.h"
#include "parsers/base/alloc.h"

#define KEY "health"
#define LOOK (5 * TC_SECOND)
#define DISK_LEAST ((uint64_t)256 << 20)
#define REJECTED_SPAN (10 * TC_MINUTE)
#define REJECTED_LEAST 100
#define SILENT (3 * TC_HOUR)
#define DOWN (5 * TC_MINUTE)
#define JUMP TC_MINUTE
#define LATE_REST TC_HOUR

typedef enum condition { STATE, DISK, REJECTED, SILENCE, CONDITIONS } condition;

typedef struct down {
    char name[72];
    tc_time since;
} down;

struct tc_live_health {
    tc_store *store;
    /* kept */
    bool on[CONDITIONS];
    tc_time since[CONDITIONS];
    down downs[TC_FIGURES_RECEIVERS];
    size_t down_count;
    uint64_t gaps, late; /* that were told */
    /* of this process */
    tc_time looked, steady, now; /* of the last look; TC_TIME_NONE: none yet */
    uint64_t events, rejected;   /* at the beginning of the span */
    tc_time span;
    uint64_t columns;  /* changes that were told */
    uint64_t read;     /* records, when something was read last */
    tc_time read_at;   /* by the steady clock */
    tc_time late_told; /* the same */
    tc_time lost_told;
    uint64_t lost; /* packets that were told, or lost before this process */
    uint64_t gone; /* interfaces that were told */
    bool changed;  /* what is kept has */
    tc_live_tell *tell;
};

/* -- kept ----------------------------------------------------------------------------------- */

static void visit_downs(tc_live_health *h, tc_visit *v)
{
    tc_visit_count(v, &h->down_count, TC_FIGURES_RECEIVERS);
    for (size_t i = 0; i < h->down_count; i++) {
        tc_visit_cstr(v, h->downs[i].name, sizeof(h->downs[i].name));
        tc_visit_time(v, &h->downs[i].since);
    }
}

static void visit(tc_live_health *h, tc_visit *v)
{
    for (size_t i = 0; i < CONDITIONS; i++) {
        tc_visit_bool(v, &h->on[i]);
        tc_visit_time(v, &h->since[i]);
    }
    visit_downs(h, v);
    tc_visit_u64(v, &h->gaps);
    tc_visit_u64(v, &h->late);
}

static TC_STATUS keep(tc_live_health *h)
{
    tc_blob blob;
    tc_str out;
    tc_error error;
    if (!h->changed) return TC_SUCCESS;
    tc_str_init(&out, TC_STORE_VALUE_MAX);
    if (tc_blob_save(&blob, &out, KEY, 1)) visit(h, blob.visit);
    tc_status status = tc_blob_end(&blob, &error);
    if (!tc_failed(status)) status = tc_store_put_meta(h->store, KEY, tc_str_view(&out));
    h->changed = tc_failed(status);
    tc_str_done(&out);
    return status;
}

/* What cannot be read is begun anew: it costs a notice that comes twice. */
static TC_STATUS load(tc_live_health *h, tc_error *reterr)
{
    tc_str found;
    bool there = false;
    tc_blob blob;
    tc_error error;
    tc_str_init(&found, TC_STORE_VALUE_MAX);
    tc_status status = tc_store_meta(h->store, KEY, &found, &there, reterr);
    if (!tc_failed(status) && there) {
        tc_live_health loaded = {.store = h->store};
        if (tc_blob_load(&blob, tc_str_view(&found), KEY, 1)) visit(&loaded, blob.visit);
        if (!tc_failed(tc_blob_end(&blob, &error))) *h = loaded;
    }
    tc_str_done(&found);
    return status;
}

TC_STATUS tc_live_health_new(tc_store *store, tc_live_health **ret, tc_error *reterr)
{
    tc_live_health *h = tc_alloc(1, sizeof(*h));
    if (h == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    h->store = store;
    tc_status status = load(h, reterr);
    h->looked = h->steady = h->now = h->span = h->read_at = h->late_told = TC_TIME_NONE;
    h->lost_told = TC_TIME_NONE;
    h->lost = UINT64_MAX;
    if (tc_failed(status))
        tc_live_health_free(h);
    else
        *ret = h;
    return status;
}

void tc_live_health_free(tc_live_health *h)
{
    tc_free(h);
}

uint64_t tc_live_health_problems(const tc_live_health *h)
{
    uint64_t count = h->down_count + h->gone;
    for (size_t i = 0; i < CONDITIONS; i++)
        count += h->on[i];
    return count;
}

/* -- telling -------------------------------------------------------------------------------- */

typedef struct telling {
    const char *condition, *state; /* "begun", "over" or "once" */
    const char *except;
    tc_level level;
    tc_time now;
} telling;

static TC_STATUS tell(tc_live_health *h, const telling *t, const char *words)
{
    const tc_notice_fact facts[] = {{"condition", tc_slice_of(t->condition), false},
                                    {"state", tc_slice_of(t->state), false}};
    char about[160];
    tc_notice notice = {.kind = "health",
                        .time = t->now,
                        .level = t->level,
                        .message = tc_slice_of(words),
                        .facts = facts,
                        .fact_count = TC_COUNT_OF(facts)};
    snprintf(about, sizeof(about), "%s %s %s", t->condition, t->state, t->except ? t->except : "");
    tc_notice_identify(&notice, tc_slice_of(about));
    h->changed = true;
    return tc_live_tell_health(h->tell, &notice, t->except);
}

/* Told when it has changed: `begun` with these words, its end with those. */
static TC_STATUS note(tc_live_health *h, condition c, bool is, const telling *t, const char *begun,
                      const char *over)
{
    telling said = *t;
    if (h->on[c] == is) return TC_SUCCESS;
    h->on[c] = is;
    said.state = is ? "begun" : "over";
    said.level = is ? t->level : TC_LEVEL_INFORMATIONAL;
    if (is) h->since[c] = t->now;
    return tell(h, &said, is ? begun : over);
}

/* -- conditions ----------------------------------------------------------------------------- */

static TC_STATUS look_at_state(tc_live_health *h, const tc_figures *f)
{
    char begun[420], over[200], since[TC_TIME_TEXT];
    telling t = {"state", NULL, NULL, TC_LEVEL_HIGH, f->now};
    bool is = f->store.state != TC_STORE_WELL;
    tc_time from = is ? f->store.since : h->since[STATE];
    tc_time_format_human(from, since);
    snprintf(begun, sizeof(begun), "The state could not be written since %s UTC: %.300s", since,
             f->store.why.text);
    snprintf(over, sizeof(over), "The state can be written again; it could not since %s UTC",
             since);
    return note(h, STATE, is, &t, begun, over);
}

static TC_STATUS look_at_disk(tc_live_health *h, const tc_figures *f)
{
    char begun[200];
    telling t = {"disk", NULL, NULL, TC_LEVEL_HIGH, f->now};
    uint64_t least = TC_MAX(f->disk_size / 20, DISK_LEAST);
    /* What is a little more than that is not enough to call it over. */
    uint64_t wanted = h->on[DISK] ? least + least / 10 : least;
    if (f->disk_size == 0) return TC_SUCCESS;
    snprintf(begun, sizeof(begun),
             "The disk of the state is nearly full: %" PRIu64 " of %" PRIu64 " MiB are left",
             f->disk_free >> 20, f->disk_size >> 20);
    return note(h, DISK, f->disk_free < wanted, &t, begun, "The disk of the state has room again");
}

static TC_STATUS look_at_rejected(tc_live_health *h, const tc_figures *f, tc_time steady)
{
    char begun[240];
    telling t = {"rejected", NULL, NULL, TC_LEVEL_MEDIUM, f->now};
    uint64_t events = f->counts.events - h->events, rejected = f->counts.rejected - h->rejected;
    bool starts = h->span == TC_TIME_NONE || f->counts.events < h->events;
    if (!starts && tc_time_between(h->span, steady) < REJECTED_SPAN) return TC_SUCCESS;
    h->span = steady;
    h->events = f->counts.events;
    h->rejected = f->counts.rejected;
    if (starts || events + rejected == 0) return TC_SUCCESS;
    bool many = rejected >= REJECTED_LEAST && rejected * 20 > events + rejected;
    bool few = rejected * 100 <= events + rejected;
    snprintf(begun, sizeof(begun),
             "%" PRIu64 " of %" PRIu64 " records of the last ten minutes were not understood: has "
             "a log changed its form?",
             rejected, events + rejected);
    return note(h, REJECTED, many || (h->on[REJECTED] && !few), &t, begun,
                "Nearly all records are understood again");
}

static TC_STATUS look_at_silence(tc_live_health *h, const tc_figures *f, tc_time steady)
{
    telling t = {"silent", NULL, NULL, TC_LEVEL_HIGH, f->now};
    uint64_t read = f->counts.events + f->counts.rejected;
    if (h->read_at == TC_TIME_NONE || read != h->read) {
        bool first = h->read_at == TC_TIME_NONE;
        h->read = read;
        h->read_at = steady;
        if (first) return TC_SUCCESS;
    }
    bool is =
        h->read_at != steady && (h->on[SILENCE] || tc_time_between(h->read_at, steady) >= SILENT);
    return note(h, SILENCE, is, &t, "Nothing at all was read for three hours: do the logs come?",
                "Logs are read again");
}

/* -- receivers ------------------------------------------------------------------------------ */

static size_t find_down(const tc_live_health *h, const char *name)
{
    size_t i = 0;
    while (i < h->down_count && strcmp(h->downs[i].name, name) != 0)
        i++;
    return i;
}

static TC_STATUS note_down(tc_live_health *h, const tc_receiver_figures *r, tc_time now)
{
    char words[600], since[TC_TIME_TEXT];
    telling t = {"receiver", "begun", r->name, TC_LEVEL_HIGH, now};
    down *d = &h->downs[h->down_count++];
    *d = (down){.since = r->failing_since};
    (void)tc_slice_to_cstr(tc_slice_of(r->name), d->name, sizeof(d->name));
    snprintf(words, sizeof(words),
             "Receiver %s has not been reached since %s UTC, and %" PRIu64
             " messages wait for it: %.380s",
             r->name, tc_time_format_human(d->since, since), r->waiting, r->why);
    return tell(h, &t, words);
}

static TC_STATUS note_up(tc_live_health *h, size_t at, tc_time now)
{
    char words[200], since[TC_TIME_TEXT];
    telling t = {"receiver", "over", NULL, TC_LEVEL_INFORMATIONAL, now};
    snprintf(words, sizeof(words), "Receiver %s is reached again; it was not since %s UTC",
             h->downs[at].name, tc_time_format_human(h->downs[at].since, since));
    h->downs[at] = h->downs[--h->down_count];
    return tell(h, &t, words);
}

/* Nobody can say any more how it is with those that are not told now. */
static void drop_gone(tc_live_health *h, const tc_figures *f)
{
    for (size_t i = h->down_count; i-- > 0;) {
        bool there = false;
        for (size_t k = 0; k < f->receiver_count && !there; k++)
            there = strcmp(f->receivers[k].name, h->downs[i].name) == 0;
        if (there) continue;
        h->downs[i] = h->downs[--h->down_count];
        h->changed = true;
    }
}

static TC_STATUS look_at_receivers(tc_live_health *h, const tc_figures *f)
{
    drop_gone(h, f);
    for (size_t i = 0; i < f->receiver_count; i++) {
        const tc_receiver_figures *r = &f->receivers[i];
        size_t at = find_down(h, r->name);
        bool known = at < h->down_count, fails = r->failing_since != TC_TIME_NONE;
        bool long_ago = fails && r->failing_since <= f->now &&
                        tc_time_between(r->failing_since, f->now) >= DOWN;
        if (long_ago && !known && h->down_count < TC_FIGURES_RECEIVERS)
            TC_TRY(note_down(h, r, f->now));
        /* After a restart it fails no more until it was tried. */
        if (known && !fails && (r->last_sent != TC_TIME_NONE || r->waiting == 0))
            TC_TRY(note_up(h, at, f->now));
    }
    return TC_SUCCESS;
}

/* -- what only happens ---------------------------------------------------------------------- */

static TC_STATUS look_at_clock(tc_live_health *h, const tc_figures *f, tc_time steady)
{
    char words[160];
    telling t = {"clock", "once", NULL, TC_LEVEL_MEDIUM, f->now};
    bool first = h->now == TC_TIME_NONE;
    int64_t off = 0;
    if (!first) {
        tc_time wanted = tc_time_add(h->now, tc_time_between(h->steady, steady));
        off = wanted <= f->now ? tc_time_between(wanted, f->now) : -tc_time_between(f->now, wanted);
    }
    h->now = f->now;
    h->steady = steady;
    if (off < JUMP && off > -JUMP) return TC_SUCCESS;
    snprintf(words, sizeof(words), "The clock of this machine jumped by %" PRId64 " seconds %s",
             (off < 0 ? -off : off) / TC_SECOND, off < 0 ? "back" : "ahead");
    return tell(h, &t, words);
}

static TC_STATUS look_at_losses(tc_live_health *h, const tc_figures *f, tc_time steady)
{
    char words[200];
    telling gap = {"gap", "once", NULL, TC_LEVEL_MEDIUM, f->now};
    telling late = {"late", "once", NULL, TC_LEVEL_MEDIUM, f->now};
    if (f->counts.gaps > h->gaps) {
        snprintf(words, sizeof(words),
                 "%" PRIu64 " times something of a log was lost before it could be read",
                 f->counts.gaps - h->gaps);
        h->gaps = f->counts.gaps;
        TC_TRY(tell(h, &gap, words));
    }
    bool rests = h->late_told != TC_TIME_NONE && tc_time_between(h->late_told, steady) < LATE_REST;
    if (f->counts.late <= h->late || rests) return TC_SUCCESS;
    snprintf(words, sizeof(words), "%" PRIu64 " records came too late and were not judged",
             f->counts.late - h->late);
    h->late = f->counts.late;
    h->late_told = steady;
    return tell(h, &late, words);
}

static TC_STATUS look_at_columns(tc_live_health *h, const tc_figures *f)
{
    char words[300], more[48] = "";
    telling t = {"columns", "once", NULL, TC_LEVEL_MEDIUM, f->now};
    uint64_t changes = f->counts.columns - TC_MIN(h->columns, f->counts.columns);
    h->columns = f->counts.columns;
    if (changes == 0) return TC_SUCCESS;
    if (changes > 1) snprintf(more, sizeof(more), " (and %" PRIu64 " others)", changes - 1);
    snprintf(words, sizeof(words),
             "A log has columns that it never had before: %.160s%s. Are those that rules look at "
             "still there?",
             f->counts.columns_of, more);
    return tell(h, &t, words);
}

/* At most once an hour. */
static TC_STATUS look_at_packets(tc_live_health *h, const tc_figures *f, tc_time steady)
{
    char words[200];
    telling t = {"packets", "once", NULL, TC_LEVEL_MEDIUM, f->now};
    if (h->lost == UINT64_MAX) h->lost = f->packets.lost;
    bool rests = h->lost_told != TC_TIME_NONE && tc_time_between(h->lost_told, steady) < LATE_REST;
    if (f->packets.lost <= h->lost || rests) return TC_SUCCESS;
    snprintf(words, sizeof(words),
             "packets lost: %" PRIu64 ": the interface brings more than is read; what they said is "
             "not judged",
             f->packets.lost - h->lost);
    h->lost = f->packets.lost;
    h->lost_told = steady;
    return tell(h, &t, words);
}

/* Each at once: whoever waits for a rest to end is blind meanwhile. */
static TC_STATUS look_at_interfaces(tc_live_health *h, const tc_figures *f)
{
    char words[sizeof(f->packets.words) + 80];
    telling t = {"interface", "once", NULL, TC_LEVEL_HIGH, f->now};
    if (f->packets.gone <= h->gone) return TC_SUCCESS;
    snprintf(words, sizeof(words), "%s: nothing of it is judged until a restart", f->packets.words);
    TC_TRY(tell(h, &t, words));
    h->gone = f->packets.gone;
    return TC_SUCCESS;
}

/* -- looking -------------------------------------------------------------------------------- */

bool tc_live_health_is_due(const tc_live_health *h, tc_time steady)
{
    return h->looked == TC_TIME_NONE || tc_time_between(h->looked, steady) >= LOOK;
}

TC_STATUS tc_live_health_look(tc_live_health *h, const tc_figures *f, tc_time steady,
                              tc_live_tell *tell)
{
    h->looked = steady;
    h->tell = tell;
    TC_TRY(look_at_clock(h, f, steady));
    TC_TRY(look_at_packets(h, f, steady));
    TC_TRY(look_at_interfaces(h, f));
    /* While the history is read nothing is as usual. */
    if (!f->counts.settled) return TC_SUCCESS;
    TC_TRY(look_at_state(h, f));
    TC_TRY(look_at_disk(h, f));
    TC_TRY(look_at_rejected(h, f, steady));
    TC_TRY(look_at_silence(h, f, steady));
    TC_TRY(look_at_receivers(h, f));
    TC_TRY(look_at_losses(h, f, steady));
    TC_TRY(look_at_columns(h, f));
    return keep(h);
}
