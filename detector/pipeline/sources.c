#include "detector/pipeline/sources.h"

#include "parsers/base/alloc.h"

/* Evidence of which a server's habit of writing is kept. */
#define COUNTED (TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_MESSAGES | TC_EVIDENCE_PASSWORDS)
#define WAITING_MAX ((size_t)1 << 26)

/* What is kept of a result that came before its turn. */
typedef struct early {
    uint32_t source;
    uint64_t sequence;
    tc_time least, largest;
    int64_t fall;
} early;

struct tc_sources {
    const tc_input *input;
    const tc_reading *reading;
    tc_source_progress *progress;
    size_t count;
    tc_spans shipped;
    tc_presence *presence;
    /* The watermark: least bound of the sources from a place in reading order on, before anything
     * of them was read; how many have been begun; and those of them that are not finished. */
    tc_time *unread;
    size_t begun;
    uint32_t *active;
    size_t active_count, active_capacity;
    early *waiting; /* in order of source and sequence */
    size_t waiting_count, waiting_capacity;
    uint64_t read, total, disordered;
    bool broken;
};

/* -- life ----------------------------------------------------------------------------------- */

static int64_t lateness_of(const tc_sources *s, size_t source)
{
    return tc_input_source(s->input, source)->parser->lateness_ns;
}

/* Older than this is nothing in a source of which nothing was read. */
static tc_time unread_bound(const tc_sources *s, uint32_t source)
{
    tc_time first = tc_input_source(s->input, source)->first;
    if (s->reading->held[source] || first == TC_TIME_NONE) return TC_TIME_NONE;
    return tc_time_sub(first, lateness_of(s, source));
}

static bool prepare_watermark(tc_sources *s)
{
    size_t count = s->reading ? s->reading->count : 0;
    s->unread = tc_alloc(count + 1, sizeof(tc_time));
    if (s->unread == NULL) return false;
    s->unread[count] = TC_TIME_MAX;
    for (size_t i = count; i-- > 0;)
        s->unread[i] = TC_MIN(s->unread[i + 1], unread_bound(s, s->reading->order[i]));
    return true;
}

tc_sources *tc_sources_new(const tc_input *input, const tc_reading *reading)
{
    tc_sources *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->input = input;
    s->reading = reading;
    s->count = tc_input_count(input);
    s->progress = tc_alloc(s->count, sizeof(tc_source_progress));
    s->presence = tc_presence_new();
    if (s->progress == NULL || s->presence == NULL || !prepare_watermark(s)) {
        tc_sources_free(s);
        return NULL;
    }
    for (size_t i = 0; i < s->count; i++) {
        const tc_source *source = tc_input_source(input, i);
        tc_source_progress *p = &s->progress[i];
        p->blocks = UINT64_MAX;
        p->first = p->last = p->newest = TC_TIME_NONE;
        p->finished = source->state != TC_SOURCE_READABLE;
        if (!p->finished) s->total += source->size;
    }
    return s;
}

void tc_sources_free(tc_sources *s)
{
    if (s == NULL) return;
    tc_presence_free(s->presence);
    tc_free(s->progress);
    tc_free(s->unread);
    tc_free(s->active);
    tc_free(s->waiting);
    tc_free(s);
}

/* -- what is complete ----------------------------------------------------------------------- */

static void note_disorder(tc_sources *s, uint32_t source)
{
    tc_source_progress *p = &s->progress[source];
    tc_record_order order = tc_input_source(s->input, source)->parser->order;
    if (p->disordered || order != TC_ORDER_WRITTEN) return;
    p->disordered = true;
    s->disordered++;
    if (s->reading && !s->reading->held[source]) s->broken = true;
}

/* The next block of a source: everything before it is known. */
static void advance(tc_sources *s, const early *e)
{
    tc_source_progress *p = &s->progress[e->source];
    p->next++;
    p->finished = p->next >= p->blocks;
    if (e->largest == TC_TIME_NONE) return;
    int64_t fall = e->fall;
    if (p->newest != TC_TIME_NONE) fall = TC_MAX(fall, tc_time_between(e->least, p->newest));
    if (fall > lateness_of(s, e->source)) note_disorder(s, e->source);
    p->newest = TC_MAX(p->newest, e->largest);
}

static size_t place_of(const tc_sources *s, uint32_t source, uint64_t sequence)
{
    size_t low = 0, high = s->waiting_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const early *e = &s->waiting[middle];
        if (e->source < source || (e->source == source && e->sequence < sequence))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static TC_STATUS wait_for_turn(tc_sources *s, const early *e)
{
    TC_TRY(tc_grow(&s->waiting, &s->waiting_capacity, s->waiting_count + 1, sizeof(early),
                   WAITING_MAX));
    size_t at = place_of(s, e->source, e->sequence);
    memmove(&s->waiting[at + 1], &s->waiting[at], (s->waiting_count - at) * sizeof(early));
    s->waiting[at] = *e;
    s->waiting_count++;
    return TC_SUCCESS;
}

/* Takes what had been waiting for its turn. */
static void catch_up(tc_sources *s, uint32_t source)
{
    size_t from = place_of(s, source, 0), to = from;
    for (; to < s->waiting_count; to++) {
        const early *e = &s->waiting[to];
        if (e->source != source || e->sequence != s->progress[source].next) break;
        advance(s, e);
    }
    if (to == from) return;
    memmove(&s->waiting[from], &s->waiting[to], (s->waiting_count - to) * sizeof(early));
    s->waiting_count -= to - from;
}

/* -- what is under way ---------------------------------------------------------------------- */

/* Sources are begun in reading order, so whatever stands before one that was begun is begun. */
static TC_STATUS begin(tc_sources *s, uint32_t source)
{
    if (s->reading == NULL) return TC_SUCCESS;
    while (s->begun <= s->reading->place[source]) {
        TC_TRY(tc_grow(&s->active, &s->active_capacity, s->active_count + 1, sizeof(uint32_t),
                       s->count));
        s->active[s->active_count++] = s->reading->order[s->begun++];
    }
    return TC_SUCCESS;
}

static void end(tc_sources *s, uint32_t source)
{
    for (size_t i = 0; i < s->active_count; i++) {
        if (s->active[i] != source) continue;
        s->active[i] = s->active[--s->active_count];
        return;
    }
}

static void note_times(tc_sources *s, tc_source_progress *p, const tc_block_result *r)
{
    p->inside |= r->inside;
    tc_web_fields_add(&p->web, &r->web);
    p->accounts.named += r->accounts.named;
    p->accounts.nameless += r->accounts.nameless;
    for (unsigned k = 0; k < TC_EVIDENCE_KINDS; k++)
        p->hidden[k] += r->hidden[k];
    for (unsigned k = 0; k < TC_EVIDENCE_KINDS; k++)
        if (r->shipped.evidence >> k & 1)
            tc_spans_widen(&s->shipped, 1u << k, r->shipped.of[k].first, r->shipped.of[k].last);
    if (r->first != TC_TIME_NONE && (p->first == TC_TIME_NONE || r->first < p->first))
        p->first = r->first;
    p->last = TC_MAX(p->last, r->last_time);
    p->end = TC_MAX(p->end, r->end);
}

/* An envelope's records are what was inside. */
static TC_STATUS note_hours(tc_sources *s, const tc_source *source, const tc_block_result *r)
{
    uint32_t evidence = source->parser->evidence | tc_parser_evidence(r->inside);
    return tc_presence_add(s->presence, source->host, evidence & COUNTED, &r->hours);
}

TC_STATUS tc_sources_note(tc_sources *s, const tc_block_result *r)
{
    tc_source_progress *p = &s->progress[r->source];
    const tc_source *source = tc_input_source(s->input, r->source);
    early e = {r->source, r->sequence, r->first, r->last_time, r->fall};
    TC_TRY(begin(s, r->source));
    tc_ledger_add(&p->ledger, &r->ledger);
    note_times(s, p, r);
    TC_TRY(note_hours(s, source, r));
    if (!source->compressed) s->read += r->ledger.bytes.read;
    if (r->last) p->blocks = r->sequence + 1;
    if (r->failed) {
        p->failed = true;
        p->error = r->error;
    }
    if (r->sequence == p->next) {
        advance(s, &e);
        catch_up(s, r->source);
    } else {
        TC_TRY(wait_for_turn(s, &e));
    }
    if (!p->finished) return TC_SUCCESS;
    end(s, r->source);
    if (source->compressed) s->read += source->size;
    return TC_SUCCESS;
}

const tc_presence *tc_sources_presence(const tc_sources *s)
{
    return s->presence;
}

const tc_spans *tc_sources_shipped(const tc_sources *s)
{
    return &s->shipped;
}

tc_time tc_sources_watermark(const tc_sources *s)
{
    tc_time least = s->unread[s->begun];
    for (size_t i = 0; i < s->active_count && least != TC_TIME_NONE; i++) {
        uint32_t source = s->active[i];
        tc_time newest = s->progress[source].newest;
        bool known = !s->reading->held[source] && newest != TC_TIME_NONE;
        tc_time bound =
            known ? tc_time_sub(newest, lateness_of(s, source)) : unread_bound(s, source);
        least = TC_MIN(least, bound);
    }
    return least == TC_TIME_NONE || least == TC_TIME_MAX ? least : tc_time_whole_ms(least);
}

/* -- questions ------------------------------------------------------------------------------ */

bool tc_sources_broken(const tc_sources *s)
{
    return s->broken;
}

uint64_t tc_sources_disordered(const tc_sources *s)
{
    return s->disordered;
}

const tc_source_progress *tc_sources_progress(const tc_sources *s, size_t index)
{
    return &s->progress[index];
}

static void move_events(tc_ledger *ledger, uint64_t events, uint64_t *to)
{
    events = TC_MIN(events, ledger->events.delivered);
    ledger->events.delivered -= events;
    *to += events;
}

void tc_sources_book_copies(tc_sources *s, size_t index, uint64_t events)
{
    tc_ledger *ledger = &s->progress[index].ledger;
    move_events(ledger, events, &ledger->events.duplicate);
}

void tc_sources_book_late(tc_sources *s, size_t index, uint64_t events)
{
    tc_ledger *ledger = &s->progress[index].ledger;
    move_events(ledger, events, &ledger->events.late);
}

void tc_sources_bytes(const tc_sources *s, uint64_t *ret_read, uint64_t *ret_total)
{
    *ret_read = s->read;
    *ret_total = s->total;
}
