#include "detector/app/state.h"

#include "detector/report/stats.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define VERSION_ROOM 64
#define NAMESAKES_MAX 4096
#define HASHED_MAX ((size_t)2 << 20) /* bytes of one source */
#define SHORTER_THAN_ANY 8           /* bytes that are no record: a mark before, line ends behind */

/* The part that stands before all others. */
typedef struct state_head {
    char version[VERSION_ROOM]; /* of the program that wrote it */
    uint64_t scans;
    tc_time until; /* what is older was judged */
    tc_hash_key session_key;
    uint64_t settings[2]; /* options that change what is observed, and what is made of it */
} state_head;

struct tc_state {
    const tc_options *options;
    tc_run *run;
    tc_state_file *file;
    state_head head, next;
    tc_known_sources *known;
    tc_horizon *horizon;
    tc_references references;
    uint32_t *numbers;  /* by source of this run: the known one that it is; UINT32_MAX = none */
    uint32_t *present;  /* by known one: the source of this run that it is, from 1; 0 = none */
    size_t known_count; /* as it was at the beginning */
    uint32_t own;       /* sources of this run; the known ones come behind them */
    uint64_t not_read;  /* sources whole of which was judged */
    uint64_t late;      /* records of this run's sources that came too late for earlier scans */
    size_t passed_over;
};

/* -- head ----------------------------------------------------------------------------------- */

static void visit_head(state_head *h, tc_visit *v)
{
    if (!tc_visit_begin(v, "state", 1)) return;
    tc_visit_cstr(v, h->version, sizeof(h->version));
    tc_visit_u64(v, &h->scans);
    tc_visit_time(v, &h->until);
    tc_visit_u64(v, &h->session_key.k0);
    tc_visit_u64(v, &h->session_key.k1);
    for (size_t i = 0; i < TC_COUNT_OF(h->settings); i++)
        tc_visit_u64(v, &h->settings[i]);
    tc_visit_end(v);
}

static state_head head_of_now(const tc_state *s)
{
    state_head h = s->head;
    snprintf(h.version, sizeof(h.version), "%s", TC_VERSION);
    h.scans++;
    h.settings[0] = tc_options_fingerprint(s->options, TC_OPTION_OBSERVED);
    h.settings[1] = tc_options_fingerprint(s->options, TC_OPTION_ORDERED);
    return h;
}

/* -- opening -------------------------------------------------------------------------------- */

/* Reads up to where the ordered stage's part begins. */
static TC_STATUS read_front(tc_state *s, tc_known_sources *known, state_head *h, tc_visit **ret,
                            tc_error *reterr)
{
    TC_TRY(tc_state_file_read(s->file, ret, reterr));
    visit_head(h, *ret);
    tc_known_sources_visit(known, *ret);
    if (tc_visit_passed_over(*ret))
        tc_visit_refuse(*ret, "another version of the program wrote it in another form");
    return tc_visit_failed(*ret) ? tc_state_file_failed(s->file, *ret, reterr) : TC_SUCCESS;
}

static TC_STATUS open_state(tc_state *s, tc_error *reterr)
{
    tc_visit *visit;
    s->known = tc_known_sources_new();
    s->horizon = tc_horizon_new();
    if (s->known == NULL || s->horizon == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    TC_TRY(tc_state_file_open(s->options->state, &s->file, reterr));
    s->head = (state_head){.until = TC_TIME_NONE, .session_key = tc_hash_random_key()};
    if (!tc_state_file_is_new(s->file)) TC_TRY(read_front(s, s->known, &s->head, &visit, reterr));
    s->next = head_of_now(s);
    return TC_SUCCESS;
}

TC_STATUS tc_state_open(const tc_options *options, tc_state **ret, tc_error *reterr)
{
    *ret = NULL;
    if (options->state == NULL) return TC_SUCCESS;
    tc_state *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    s->options = options;
    tc_status status = open_state(s, reterr);
    if (tc_failed(status))
        tc_state_free(s);
    else
        *ret = s;
    return status;
}

void tc_state_free(tc_state *s)
{
    if (s == NULL) return;
    tc_state_file_close(s->file);
    tc_known_sources_free(s->known);
    tc_horizon_free(s->horizon);
    tc_free(s->numbers);
    tc_free(s->present);
    tc_free(s);
}

const tc_known_sources *tc_state_known(const tc_state *s)
{
    return s->known;
}

/* -- taking part ---------------------------------------------------------------------------- */

/* The beginning of a source of this run, read when it is first asked for. */
typedef struct beginning {
    uint32_t source;
    uint8_t *head; /* TC_HEAD_MAX bytes */
    size_t length;
    size_t hashed;    /* bytes, so far */
    uint32_t hash_of; /* so many of them give `hash` */
    uint64_t hash;
} beginning;

static uint64_t hash_of(beginning *b, uint32_t length)
{
    if (b->hash_of != length) {
        b->hash = tc_content_hash(tc_slice_make(b->head, length));
        b->hash_of = length;
        b->hashed += length;
    }
    return b->hash;
}

/* Whether the source begins with all that the known one was. */
static bool begins_like(const tc_state *s, beginning *b, const tc_known_source *known)
{
    if (known->head_length == 0 || known->head_length >= TC_HEAD_MAX) return false;
    if (b->length == 0 &&
        tc_failed(tc_input_head(s->run->input, b->source, b->head, TC_HEAD_MAX, &b->length, NULL)))
        return false;
    return known->head_length <= b->length && hash_of(b, known->head_length) == known->key;
}

/* A source that was short has grown: of its namesakes the one that it begins with, the longest if
 * there are several. Of very many only the newest are looked at: one that is not found is read as
 * one that is not known. */
static uint32_t find_grown(const tc_state *s, uint32_t source, uint8_t *head)
{
    const tc_source *now = tc_input_source(s->run->input, source);
    uint32_t number = UINT32_MAX, found = UINT32_MAX, best = 0;
    beginning b = {.source = source, .head = head};
    for (size_t tried = 0; tried < NAMESAKES_MAX && b.hashed < HASHED_MAX; tried++) {
        number = tc_known_sources_named(s->known, now->path, number);
        if (number == UINT32_MAX) break;
        const tc_known_source *known = tc_known_sources_at(s->known, number);
        if (known->head_length <= best || !begins_like(s, &b, known)) continue;
        best = known->head_length;
        found = number;
    }
    return found;
}

static uint32_t find_known(tc_state *s, uint32_t source, uint8_t *head)
{
    const tc_source *now = tc_input_source(s->run->input, source);
    uint32_t number = tc_known_sources_find(s->known, now->key, now->path);
    if (number != UINT32_MAX || now->once) return number;
    number = find_grown(s, source, head);
    if (number != UINT32_MAX) tc_known_sources_rekey(s->known, number, now->key, now->head_length);
    return number;
}

/* By what a source is read: other columns can make records of what were none before. */
static uint64_t reading_of(const tc_source *source)
{
    uint64_t id = tc_content_hash(tc_slice_of(source->parser->name));
    id = tc_content_hash_add(id, source->columns.lists);
    return tc_content_hash_add(
        id, tc_slice_make(&source->zone_offset_ns, sizeof(source->zone_offset_ns)));
}

/* What earlier scans have judged of the source; NULL also if it held what they could not understand
 * and is read in another way now. */
static const tc_known_source *known_of(const tc_state *s, uint32_t source)
{
    uint32_t number = s->numbers[source];
    if (number == UINT32_MAX) return NULL;
    const tc_known_source *known = tc_known_sources_at(s->known, number);
    bool otherwise = known->reading != reading_of(tc_input_source(s->run->input, source));
    return known->rejected > 0 && otherwise ? NULL : known;
}

static bool was_judged(const tc_state *s, uint32_t source)
{
    const tc_known_source *known = known_of(s, source);
    const tc_source *now = tc_input_source(s->run->input, source);
    return known != NULL && !now->once && known->size == now->size && known->newest < s->head.until;
}

/* It was said once, but is not judged for that: whoever hands the source over again hears it again.
 */
static void note_late(tc_state *s, uint32_t source, uint64_t records)
{
    s->late += records;
    tc_input_set_late(s->run->input, source, records);
}

static void join_source(tc_state *s, uint32_t source, uint8_t *head)
{
    s->numbers[source] = UINT32_MAX;
    if (tc_input_source(s->run->input, source)->state != TC_SOURCE_READABLE) return;
    uint32_t number = s->numbers[source] = find_known(s, source, head);
    if (number != UINT32_MAX && s->present[number] == 0) s->present[number] = source + 1;
    if (number != UINT32_MAX) note_late(s, source, tc_known_sources_at(s->known, number)->late);
    if (!was_judged(s, source)) return;
    tc_input_set_judged(s->run->input, source);
    s->not_read++;
}

TC_STATUS tc_state_join(tc_state *s, tc_run *run, tc_error *reterr)
{
    s->run = run;
    s->own = (uint32_t)tc_input_count(run->input);
    s->known_count = tc_known_sources_count(s->known);
    s->numbers = tc_alloc(s->own, sizeof(uint32_t));
    s->present = tc_alloc(s->known_count, sizeof(uint32_t));
    uint8_t *head = tc_alloc(TC_HEAD_MAX, 1);
    bool room = s->numbers && s->present && head;
    if (room) {
        tc_enricher_use_session_key(run->enricher, s->head.session_key);
        for (uint32_t i = 0; i < s->own; i++)
            join_source(s, i, head);
    }
    tc_free(head);
    return room ? TC_SUCCESS : tc_fail(reterr, TC_ENOMEM, "out of memory");
}

/* -- loading -------------------------------------------------------------------------------- */

static uint32_t number_or_index(void *context, uint32_t source, bool loading)
{
    const tc_state *s = context;
    if (!loading && source == TC_SOURCE_UNLISTED) return UINT32_MAX;
    if (!loading) return source < s->own ? s->numbers[source] : source - s->own;
    if (source == UINT32_MAX) return TC_SOURCE_UNLISTED;
    if (source >= s->known_count) return UINT32_MAX;
    return s->present[source] ? s->present[source] - 1 : s->own + source;
}

static tc_references references_of(tc_state *s)
{
    return (tc_references){.rules = s->run->rules, .context = s, .source = number_or_index};
}

/* The state's sources are known already: the list is read once more only to get behind it. */
static TC_STATUS skip_front(tc_state *s, tc_visit **ret, tc_error *reterr)
{
    state_head h = {0};
    tc_known_sources *scratch = tc_known_sources_new();
    if (scratch == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_status status = read_front(s, scratch, &h, ret, reterr);
    tc_known_sources_free(scratch);
    return status;
}

TC_STATUS tc_state_start(tc_state *s, tc_ordered *ordered, tc_error *reterr)
{
    tc_status status = tc_ordered_start_at(ordered, s->head.until);
    return tc_failed(status) ? tc_fail(reterr, status.code, "no memory to begin with") : status;
}

TC_STATUS tc_state_load(tc_state *s, tc_ordered *ordered, bool *ret_usable, tc_error *reterr)
{
    tc_visit *visit;
    *ret_usable = true;
    TC_TRY(tc_state_start(s, ordered, reterr));
    if (tc_state_file_is_new(s->file)) return TC_SUCCESS;
    TC_TRY(skip_front(s, &visit, reterr));
    s->references = references_of(s);
    tc_status status = tc_ordered_load(ordered, visit, &s->references, s->head.until);
    if (tc_visit_failed(visit)) return tc_state_file_failed(s->file, visit, reterr);
    s->passed_over = tc_visit_passed_over(visit);
    *ret_usable = s->passed_over == 0;
    return tc_failed(status) ? tc_fail(reterr, status.code, "what waits in the state finds no room")
                             : status;
}

/* -- what is read --------------------------------------------------------------------------- */

/* What an earlier scan has said of a span that goes on behind the horizon it need not hear again;
 * that it goes on it does. */
static bool is_over(tc_observation *o, tc_time until)
{
    if (o->kind != TC_OBS_WEB_SPAN || o->last < until) return true;
    o->order.time = until;
    return false;
}

/* Where the record stands in this source. The position of one that came in an envelope is that in
 * the log it was shipped from; in UTF-16 that of the file counts other bytes than were read. */
static uint64_t place_of(const tc_source *source, const tc_observation *o)
{
    return source->utf16 ? o->order.position : o->at.offset;
}

static bool was_told(const tc_state *s, const tc_source *source, const tc_known_source *known,
                     tc_observation *o)
{
    return o->order.time < s->head.until && place_of(source, o) < known->length &&
           is_over(o, s->head.until);
}

static uint64_t take_out(const tc_state *s, const tc_source *source, const tc_known_source *known,
                         tc_observations *batch)
{
    size_t count = tc_observations_count(batch), kept = 0;
    for (size_t i = 0; i < count; i++) {
        tc_observation *o = tc_observations_at(batch, i);
        if (was_told(s, source, known, o)) continue;
        *tc_observations_at(batch, kept++) = *o;
    }
    tc_observations_truncate(batch, kept);
    tc_observations_sort(batch);
    return count - kept;
}

uint64_t tc_state_filter(tc_state *s, uint32_t source, tc_observations *batch)
{
    const tc_known_source *known = known_of(s, source);
    const tc_source *now = tc_input_source(s->run->input, source);
    uint64_t taken = 0;
    if (known && s->head.until != TC_TIME_NONE) taken = take_out(s, now, known, batch);
    for (size_t i = 0; i < tc_observations_count(batch); i++)
        tc_horizon_note(s->horizon, tc_observations_at(batch, i)->order.time);
    return taken;
}

tc_time tc_state_until(const tc_state *s)
{
    return tc_horizon_until(s->horizon, s->run->now, s->head.until);
}

void tc_state_again(tc_state *s)
{
    tc_horizon_clear(s->horizon);
}

/* -- saving --------------------------------------------------------------------------------- */

/* What could not be read, or too much of which was not understood, is no less unjudged the next
 * time; and behind the last record may stand the beginning of one that its writer has not finished,
 * or room that he fills later (IIS: 64 KiB of NULs at a time): then a file of the same size may
 * hold more. */
static bool must_be_read_again(const tc_source *source, const tc_source_progress *p)
{
    bool open_end = p->end + SHORTER_THAN_ANY < p->ledger.bytes.read;
    return p->failed || open_end ||
           (p->ledger.events.late == 0 && tc_stats_source_incomplete(source, p));
}

static void note_sources(tc_state *s, const tc_sources *sources)
{
    for (uint32_t i = 0; i < s->own; i++) {
        const tc_source *source = tc_input_source(s->run->input, i);
        const tc_source_progress *p = tc_sources_progress(sources, i);
        if (source->state != TC_SOURCE_READABLE) continue;
        tc_known_source known = {.path = source->path,
                                 .format = tc_slice_of(source->parser->name),
                                 .key = source->key,
                                 .head_length = source->head_length,
                                 .size = must_be_read_again(source, p) ? 0 : source->size,
                                 .length = p->end,
                                 .reading = reading_of(source),
                                 .rejected = tc_ledger_rejected(&p->ledger),
                                 .newest = p->last,
                                 .late = p->ledger.events.late};
        s->numbers[i] = tc_known_sources_note(s->known, &known);
    }
}

TC_STATUS tc_state_begin_save(tc_state *s, const tc_sources *sources, tc_ordered_save *ret,
                              tc_error *reterr)
{
    tc_visit *visit;
    note_sources(s, sources);
    TC_TRY(tc_state_file_write(s->file, &visit, reterr));
    s->next.until = tc_state_until(s);
    visit_head(&s->next, visit);
    tc_known_sources_visit(s->known, visit);
    uint64_t lost = s->references.rules_lost;
    s->references = references_of(s);
    s->references.rules_lost = lost;
    *ret = (tc_ordered_save){visit, &s->references, s->next.until};
    return TC_SUCCESS;
}

TC_STATUS tc_state_commit(tc_state *s, tc_error *reterr)
{
    return tc_state_file_commit(s->file, reterr);
}

void tc_state_describe(const tc_state *s, tc_state_summary *ret)
{
    bool new = tc_state_file_is_new(s->file);
    *ret = (tc_state_summary){.path = tc_slice_of(s->options->state),
                              .scans = s->head.scans,
                              .before = s->head.until,
                              .until = s->next.until,
                              .rules_lost = s->references.rules_lost,
                              .files_judged = s->not_read,
                              .late_before = s->late,
                              .files_refused = tc_known_sources_refused(s->known),
                              .other_form = s->passed_over > 0,
                              .other_settings = !new &&memcmp(s->head.settings, s->next.settings,
                                                              sizeof(s->head.settings)) != 0};
}
