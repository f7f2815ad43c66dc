/* Notes and blocks, taken in in the order of their source. */
#include "detector/live/live_state.h"

#include "detector/enrich/observation.h"
#include "parsers/base/alloc.h"

#define ARRIVED_MAX ((size_t)1 << 16)
#define BATCHES_MAX ((size_t)1 << 20)

/* -- sources -------------------------------------------------------------------------------- */

static void set_place(tc_live_source *source, tc_slice *place, uint64_t taken)
{
    tc_live_free_slice(&source->place);
    source->place = *place;
    *place = TC_EMPTY_SLICE;
    source->taken = taken;
    source->dirty = true;
}

static TC_STATUS add_source(tc_live_stage *s, tc_note *note)
{
    TC_TRY(tc_live_add_source(s, note->source, s->next_id, note->key));
    tc_live_source *source = &s->sources[note->source];
    source->stream = note->stream;
    set_place(source, &note->text, note->taken);
    return tc_live_put_source(s, note->source);
}

/* What the notes say of a source's end holds when all before it was taken in. */
void tc_live_look_at_end(tc_live_stage *s, uint32_t index)
{
    const tc_live_source *source = &s->sources[index];
    if (source->next == source->ended_at) tc_watermark_ended(s->watermark, index);
    if (source->next == source->caught_at || source->next == source->ended_at)
        tc_watermark_caught_up(s->watermark, index, true, tc_live_now(s));
}

/* Sources of an earlier run of which nothing new was found are at rest, or gone. */
static void settle(tc_live_stage *s)
{
    s->settled = true;
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->sources[i].stream != TC_FOLLOW_NO_STREAM) continue;
        s->sources[i].caught_at = s->sources[i].next;
        tc_live_look_at_end(s, i);
    }
    tc_watermark_hold(s->watermark, false);
}

/* A source of an earlier run has something new. */
static void find_again(tc_live_stage *s, const tc_note *note)
{
    tc_live_source *source = &s->sources[note->source];
    source->stream = note->stream;
    source->caught_at = source->ended_at = TC_LIVE_NEVER;
    tc_watermark_caught_up(s->watermark, note->source, false, tc_live_now(s));
}

static TC_STATUS forget(tc_live_stage *s, uint64_t key)
{
    const uint64_t *at = tc_map_get(s->by_key, tc_slice_make(&key, sizeof(key)));
    if (at != NULL) s->sources[*at].forgotten = true;
    return tc_store_drop_point(s->options.store, tc_slice_make(&key, sizeof(key)));
}

/* -- notes ---------------------------------------------------------------------------------- */

static tc_arrived *find_arrived(const tc_live_stage *s, uint32_t source, uint64_t sequence)
{
    for (size_t i = 0; i < s->arrived_count; i++)
        if (s->arrived[i].source == source && s->arrived[i].sequence == sequence)
            return &s->arrived[i];
    return NULL;
}

static TC_STATUS expect_block(tc_live_stage *s, tc_note *note)
{
    TC_TRY(tc_grow(&s->arrived, &s->arrived_capacity, s->arrived_count + 1, sizeof(tc_arrived),
                   ARRIVED_MAX));
    s->arrived[s->arrived_count++] = (tc_arrived){.source = note->source,
                                                  .sequence = note->blocks - 1,
                                                  .taken = note->taken,
                                                  .place = note->text};
    note->text = TC_EMPTY_SLICE;
    return TC_SUCCESS;
}

static TC_STATUS take_blocks(tc_live_stage *s, uint32_t source);

/* Another place behind the same records. */
static TC_STATUS move(tc_live_stage *s, tc_note *note)
{
    TC_TRY(expect_block(s, note));
    tc_arrived *a = &s->arrived[s->arrived_count - 1];
    a->done = true;
    a->first = a->last = TC_TIME_NONE;
    return take_blocks(s, note->source);
}

static void note_end(tc_live_stage *s, const tc_note *note)
{
    tc_live_source *source = &s->sources[note->source];
    if (note->kind == TC_NOTE_MORE) {
        source->caught_at = TC_LIVE_NEVER;
        tc_watermark_caught_up(s->watermark, note->source, false, tc_live_now(s));
        return;
    }
    source->caught_at = note->blocks;
    tc_watermark_half(s->watermark, note->source, note->half);
    if (note->kind == TC_NOTE_ENDED) source->ended_at = note->blocks;
    tc_live_look_at_end(s, note->source);
}

static TC_STATUS say(tc_live_stage *s, const tc_note *note)
{
    tc_str sentence;
    tc_str_init(&sentence, (size_t)16 << 10);
    tc_str_add(&sentence, note->text);
    if (note->kind == TC_NOTE_GAP) s->counts.gaps++;
    s->options.say(s->options.context, tc_str_cstr(&sentence));
    tc_str_done(&sentence);
    return TC_SUCCESS;
}

static TC_STATUS take_note(tc_live_stage *s, tc_note *note)
{
    switch (note->kind) {
    case TC_NOTE_ADDED:
        return add_source(s, note);
    case TC_NOTE_FOUND:
        find_again(s, note);
        return TC_SUCCESS;
    case TC_NOTE_PLACE:
        return expect_block(s, note);
    case TC_NOTE_MOVED:
        return move(s, note);
    case TC_NOTE_MORE:
    case TC_NOTE_CAUGHT_UP:
    case TC_NOTE_ENDED:
        note_end(s, note);
        return TC_SUCCESS;
    case TC_NOTE_GAP:
    case TC_NOTE_SAID:
        return say(s, note);
    case TC_NOTE_FORGOTTEN:
        return forget(s, note->key);
    case TC_NOTE_SETTLED:
        settle(s);
        break;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_take_notes(tc_live_stage *s)
{
    tc_note note;
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status) && tc_notes_take(s->options.notes, &note)) {
        status = take_note(s, &note);
        tc_note_done(&note);
    }
    return status;
}

/* -- blocks --------------------------------------------------------------------------------- */

/* A date far ahead counts as a little ahead: it would wait, and be kept, for years. */
static uint64_t clamp(tc_observations *batch, tc_time now)
{
    uint64_t ahead = 0;
    for (size_t i = 0; i < tc_observations_count(batch); i++) {
        tc_observation *o = tc_observations_at(batch, i);
        tc_time time = tc_watermark_clamp(o->order.time, now);
        if (time != o->order.time) ahead++;
        o->order.time = time;
        o->last = TC_MAX(time, tc_watermark_clamp(o->last, now));
    }
    if (ahead > 0) tc_observations_sort(batch);
    return ahead;
}

static TC_STATUS take_batch(tc_live_stage *s, tc_live_source *source, tc_observations *batch)
{
    uint64_t late = 0, ahead = clamp(batch, tc_live_now(s));
    source->books.ahead += ahead;
    s->counts.observations += tc_observations_count(batch);
    tc_status status = TC_SUCCESS;
    if (tc_observations_count(batch) > 0) status = tc_live_put_batch(s, batch);
    if (!tc_failed(status)) status = tc_live_early_take(s, batch);
    if (tc_failed(status)) {
        tc_observations_free(batch);
        return status;
    }
    status = tc_ordered_add(s->ordered, batch, &late);
    source->books.late += late;
    return status;
}

static void book(tc_live_stage *s, tc_live_source *source, const tc_arrived *a)
{
    uint64_t rejected = tc_ledger_rejected(&a->ledger);
    source->books.bytes += a->ledger.bytes.read;
    source->books.events += a->ledger.events.delivered;
    source->books.rejected += rejected;
    s->counts.blocks++;
    s->uncommitted += a->ledger.events.delivered + 1;
}

static TC_STATUS take_block(tc_live_stage *s, tc_arrived *a)
{
    tc_live_source *source = &s->sources[a->source];
    for (size_t i = 0; i < a->batch_count; i++) {
        tc_observations *batch = a->batches[i];
        a->batches[i] = NULL;
        TC_TRY(take_batch(s, source, batch));
    }
    for (size_t i = 0; i < a->column_count; i++)
        TC_TRY(tc_live_look_at_columns(s, a->source, a->columns[i]));
    tc_watermark_read(s->watermark, a->source, a->first, a->last, tc_live_now(s));
    book(s, source, a);
    if (a->last != TC_TIME_NONE) source->newest = TC_MAX(source->newest, a->last);
    set_place(source, &a->place, a->taken);
    source->next++;
    tc_live_look_at_end(s, a->source);
    return TC_SUCCESS;
}

/* Takes in what has come in full, as far as nothing before it is missing. */
static TC_STATUS take_blocks(tc_live_stage *s, uint32_t source)
{
    tc_arrived *a;
    while ((a = find_arrived(s, source, s->sources[source].next)) != NULL && a->done) {
        tc_status status = take_block(s, a);
        tc_live_arrived_done(a);
        *a = s->arrived[--s->arrived_count];
        TC_TRY(status);
    }
    return TC_SUCCESS;
}

static TC_STATUS keep_payload(tc_arrived *a, tc_observations *batch)
{
    tc_status status = tc_grow(&a->batches, &a->batch_capacity, a->batch_count + 1,
                               sizeof(*a->batches), BATCHES_MAX);
    if (tc_failed(status))
        tc_observations_free(batch);
    else
        a->batches[a->batch_count++] = batch;
    return status;
}

TC_STATUS tc_live_take_result(tc_live_stage *s, tc_block_result *r)
{
    TC_TRY(tc_live_take_notes(s));
    tc_arrived *a = find_arrived(s, r->source, r->sequence);
    TC_ASSERT(a != NULL && !a->done);
    if (r->payload != NULL) {
        tc_observations *batch = r->payload;
        r->payload = NULL;
        TC_TRY(keep_payload(a, batch));
    }
    if (r->part) return TC_SUCCESS;
    a->done = true;
    a->ledger = r->ledger;
    a->first = r->first;
    a->last = r->last_time;
    memcpy(a->columns, r->columns, sizeof(a->columns));
    a->column_count = r->column_count;
    return take_blocks(s, r->source);
}
