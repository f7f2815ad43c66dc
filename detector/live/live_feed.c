#include "detector/live/live_feed.h"

#include "detector/live/live_lanes.h"
#include "detector/live/live_place.h"
#include "detector/live/live_rings.h"
#include "parsers/base/alloc.h"

#include <stdatomic.h>

#define STREAMS_MAX ((size_t)1 << 24)
#define EVENTS_AT_ONCE 4096
#define WAIT_MS 250
#define CAPTURES_BACK (5 * TC_SECOND)

struct tc_live_feed {
    tc_live_feed_options options;
    tc_live_context context;
    tc_live_stream **streams; /* by the follower's number */
    size_t count, capacity;
    tc_live_lanes lanes;
    tc_live_stream **ready; /* those that have something to read */
    size_t ready_count, ready_capacity;
    size_t halves; /* streams that end in half a record */
    bool settled;  /* told by the follower */
    bool said;     /* ... and by us */
    atomic_bool stop;
    _Atomic uint64_t turns;
};

tc_live_feed *tc_live_feed_new(const tc_live_feed_options *options)
{
    tc_live_feed *f = tc_alloc(1, sizeof(*f));
    if (f == NULL) return NULL;
    f->options = *options;
    f->context = (tc_live_context){.input = options->input,
                                   .follow = options->follow,
                                   .receive = options->receive,
                                   .notes = options->notes,
                                   .paths = options->paths,
                                   .path_count = options->path_count,
                                   .block_size = options->block_size};
    f->lanes = (tc_live_lanes){.receive = options->receive,
                               .once = options->once,
                               .started = options->now(options->now_context)};
    f->context.known = tc_map_new(STREAMS_MAX);
    f->context.rings = tc_live_rings_new(options->once);
    if (f->context.known && f->context.rings) return f;
    tc_live_feed_free(f);
    return NULL;
}

void tc_live_feed_free(tc_live_feed *f)
{
    if (f == NULL) return;
    for (size_t i = 0; i < f->count; i++)
        tc_live_stream_free(f->streams[i]);
    tc_live_lanes_done(&f->lanes);
    tc_live_rings_free(f->context.rings);
    tc_free(f->streams);
    tc_free(f->ready);
    tc_live_context_done(&f->context);
    tc_free(f);
}

TC_STATUS tc_live_feed_know(tc_live_feed *f, uint64_t key, uint32_t source, tc_slice place)
{
    bool back;
    if (tc_live_place_is_ring(place, &back) && back) f->context.awaited++;
    return tc_live_context_know(&f->context, key, source, place);
}

void tc_live_feed_stop(tc_live_feed *f)
{
    atomic_store(&f->stop, true);
}

uint64_t tc_live_feed_turns(const tc_live_feed *f)
{
    return atomic_load(&f->turns);
}

/* -- what happens to files ------------------------------------------------------------------ */

static tc_live_stream *stream_of(const tc_live_feed *f, uint32_t number)
{
    return number < f->count ? f->streams[number] : NULL;
}

static TC_STATUS make_ready(tc_live_feed *f, tc_live_stream *s)
{
    if (s->ready) return TC_SUCCESS;
    TC_TRY(
        tc_grow(&f->ready, &f->ready_capacity, f->ready_count + 1, sizeof(*f->ready), STREAMS_MAX));
    f->ready[f->ready_count++] = s;
    s->ready = true;
    return TC_SUCCESS;
}

static TC_STATUS read_on(tc_live_feed *f, tc_live_stream *s)
{
    TC_TRY(tc_live_stream_note_more(&f->context, s));
    return make_ready(f, s);
}

static TC_STATUS add_stream(tc_live_feed *f, const tc_follow_event *e)
{
    TC_TRY(tc_grow(&f->streams, &f->capacity, (size_t)e->number + 1, sizeof(*f->streams),
                   STREAMS_MAX));
    while (f->count <= e->number)
        f->streams[f->count++] = NULL;
    tc_live_stream_free(f->streams[e->number]);
    f->streams[e->number] = NULL;
    tc_live_origin origin = {
        .number = e->number, .key = e->key, .path = e->path, .offset = e->offset};
    TC_TRY(tc_live_stream_new(&f->context, &origin, &f->streams[e->number]));
    /* It may hold what was there before anybody looked. */
    return make_ready(f, f->streams[e->number]);
}

static TC_STATUS say(tc_live_feed *f, const tc_follow_event *e)
{
    static const char *const whys[] = {
        [TC_FOLLOW_ZEROS] = "zeros that nobody overwrote were passed over",
        [TC_FOLLOW_TRUNCATED] = "was cut off or replaced: what was written last may be missing",
        [TC_FOLLOW_DAMAGED] = "is damaged: it could not be unpacked to its end"};
    const tc_live_stream *s = stream_of(f, e->number);
    const char *what = e->kind == TC_FOLLOW_GAP     ? whys[e->why]
                       : e->kind == TC_FOLLOW_WORKS ? "can be read again"
                       : e->error != NULL           ? e->error->text
                                                    : "cannot be read";
    return tc_live_say(&f->context, e->kind == TC_FOLLOW_GAP ? TC_NOTE_GAP : TC_NOTE_SAID,
                       e->path.len || s == NULL ? e->path : s->path, what);
}

static TC_STATUS take_event(tc_live_feed *f, const tc_follow_event *e)
{
    tc_live_stream *s = stream_of(f, e->number);
    switch (e->kind) {
    case TC_FOLLOW_NEW:
        return add_stream(f, e);
    case TC_FOLLOW_ENDED:
        if (s == NULL) return TC_SUCCESS;
        s->ended = true;
        return make_ready(f, s);
    case TC_FOLLOW_MORE:
        if (s == NULL || s->over) return TC_SUCCESS;
        return read_on(f, s);
    case TC_FOLLOW_GAP:
    case TC_FOLLOW_FAILED:
    case TC_FOLLOW_WORKS:
        return say(f, e);
    case TC_FOLLOW_FORGOTTEN:
        return tc_notes_put(f->options.notes, &(tc_note){.kind = TC_NOTE_FORGOTTEN, .key = e->key});
    case TC_FOLLOW_SETTLED:
        f->settled = true;
        return TC_SUCCESS;
    case TC_FOLLOW_NOTHING:
    case TC_FOLLOW_RENAMED:
        break;
    }
    return TC_SUCCESS;
}

/* Waits for the first event for so long. */
static TC_STATUS take_events(tc_live_feed *f, uint32_t wait_ms)
{
    for (size_t i = 0; i < EVENTS_AT_ONCE; i++) {
        tc_follow_event e;
        tc_follow_next(f->options.follow, i == 0 ? wait_ms : 0, &e);
        if (e.kind == TC_FOLLOW_NOTHING) break;
        TC_TRY(take_event(f, &e));
    }
    return TC_SUCCESS;
}

/* -- who is read next ----------------------------------------------------------------------- */

/* What is not known yet comes first: it may hold what is older than all. */
static bool goes_before(const tc_live_stream *a, const tc_live_stream *b)
{
    if (a->source == UINT32_MAX || b->source == UINT32_MAX)
        return a->source == UINT32_MAX && (b->source != UINT32_MAX || a->number < b->number);
    return a->bound != b->bound ? a->bound < b->bound : a->number < b->number;
}

/* Packets are to be read in their order: captures wait until all files were met, and those that are
 * packed by now were opened. */
static bool captures_wait(const tc_live_feed *f)
{
    int64_t since = tc_time_between(f->lanes.started, f->context.now);
    bool back = f->context.awaited == 0 || since < 0 || since > CAPTURES_BACK;
    return !back || tc_follow_counts_of(f->options.follow).walks == 0;
}

/* TC_NPOS: none. */
static size_t choose(const tc_live_feed *f)
{
    size_t best = TC_NPOS;
    bool met = !captures_wait(f);
    for (size_t i = 0; i < f->ready_count; i++) {
        if (f->ready[i]->ring && !met) continue;
        if (best == TC_NPOS || goes_before(f->ready[i], f->ready[best])) best = i;
    }
    return best;
}

static void rest(tc_live_feed *f, size_t at)
{
    f->ready[at]->ready = false;
    f->ready[at] = f->ready[--f->ready_count];
}

/* Numbers are not given again: only the place in the table stays. */
static void forget_stream(tc_live_feed *f, tc_live_stream *s)
{
    if (tc_live_stream_is_received(s)) {
        tc_live_lanes_forget(&f->lanes, s);
        return;
    }
    f->streams[s->number] = NULL;
    tc_live_stream_free(s);
}

/* Everything that was there at the first look has been read: until then, something older than all
 * that is known may come. */
static TC_STATUS note_settled(tc_live_feed *f)
{
    if (!f->settled || f->said || f->ready_count > 0) return TC_SUCCESS;
    tc_follow_counts counts = tc_follow_counts_of(f->options.follow);
    if (counts.behind > 0 || counts.waiting > 0) return TC_SUCCESS;
    if (!tc_live_lanes_are_back(&f->lanes, f->context.now)) return TC_SUCCESS;
    if (f->options.once) {
        tc_live_stream *told;
        tc_live_rings_end(f->context.rings, true, f->context.now, &told);
        if (told) return read_on(f, told);
    }
    f->said = true;
    return tc_notes_put(f->options.notes, &(tc_note){.kind = TC_NOTE_SETTLED});
}

/* Reads on where something is ready; *ret_block: the block is full. */
static TC_STATUS read_ready(tc_live_feed *f, tc_block *block, bool *ret_block)
{
    *ret_block = false;
    while (f->ready_count > 0 && !*ret_block && !atomic_load(&f->stop)) {
        size_t at = choose(f);
        if (at == TC_NPOS) break;
        tc_live_stream *s = f->ready[at];
        bool more = false;
        TC_TRY(tc_live_stream_step(&f->context, s, false, block, ret_block, &more));
        if (!more) rest(f, at);
        if (s->over && (s->ended || tc_live_stream_is_received(s))) forget_stream(f, s);
    }
    return note_settled(f);
}

/* Half records whose rest has not come for too long. */
static TC_STATUS flush_halves(tc_live_feed *f, tc_block *block, bool *ret_block)
{
    tc_time now = f->options.now(f->options.now_context);
    for (size_t i = 0; i < f->count && !*ret_block; i++) {
        tc_live_stream *s = f->streams[i];
        bool more;
        if (s == NULL || s->half_since == TC_TIME_NONE) continue;
        if (tc_time_between(s->half_since, now) < f->options.partial) continue;
        TC_TRY(tc_live_stream_step(&f->context, s, true, block, ret_block, &more));
    }
    return TC_SUCCESS;
}

/* Connections of captures that nobody writes any more. */
static TC_STATUS end_rings(tc_live_feed *f)
{
    tc_live_stream *told;
    tc_live_rings_end(f->context.rings, false, f->context.now, &told);
    return told ? read_on(f, told) : TC_SUCCESS;
}

/* What inputs have taken in. */
static TC_STATUS take_lanes(tc_live_feed *f)
{
    TC_TRY(tc_live_lanes_take(&f->lanes, &f->context));
    for (size_t i = 0; i < f->lanes.count; i++) {
        if (!f->lanes.streams[i]->wants) continue;
        f->lanes.streams[i]->wants = false;
        TC_TRY(make_ready(f, f->lanes.streams[i]));
    }
    return tc_live_lanes_look(&f->lanes, &f->context);
}

static TC_STATUS find_block(tc_live_feed *f, tc_block *block, bool *ret_block)
{
    f->context.now = f->options.now(f->options.now_context);
    TC_TRY(take_events(f, 0));
    TC_TRY(take_lanes(f));
    TC_TRY(read_ready(f, block, ret_block));
    if (*ret_block || atomic_load(&f->stop)) return TC_SUCCESS;
    TC_TRY(flush_halves(f, block, ret_block));
    TC_TRY(end_rings(f));
    return *ret_block ? TC_SUCCESS : take_events(f, WAIT_MS);
}

static tc_feed_result next(void *context, tc_block *block, tc_error *reterr)
{
    tc_live_feed *f = context;
    bool found = false;
    (void)reterr;
    atomic_fetch_add(&f->turns, 1);
    if (atomic_load(&f->stop)) return TC_FEED_END;
    tc_status status = find_block(f, block, &found);
    if (tc_failed(status)) {
        tc_status said =
            tc_live_say(&f->context, TC_NOTE_SAID, TC_EMPTY_SLICE, "no memory to read on");
        (void)said;
        return TC_FEED_END;
    }
    return found ? TC_FEED_BLOCK : TC_FEED_IDLE;
}

static tc_slice name(void *context, uint32_t source)
{
    const tc_live_feed *f = context;
    return tc_input_source(f->options.input, source)->path;
}

tc_feed tc_live_feed_of(tc_live_feed *f)
{
    return (tc_feed){f, next, name};
}
