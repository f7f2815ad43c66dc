#include "detector/app/sources.h"

#include "detector/app/scan_worker.h"
#include "parsers/base/alloc.h"

#define WAITING_MAX ((size_t)1 << 26)

/* A result that came before its turn. */
typedef struct early {
    uint32_t source;
    uint64_t sequence, end;
} early;

struct tc_sources {
    const tc_input *input;
    tc_source_progress *progress;
    size_t count;
    size_t first_open; /* sources before it are finished */
    early *waiting;
    size_t waiting_count, waiting_capacity;
    uint64_t read, total;
};

tc_sources *tc_sources_new(const tc_input *input)
{
    tc_sources *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->input = input;
    s->count = tc_input_count(input);
    s->progress = tc_alloc(s->count, sizeof(tc_source_progress));
    if (s->progress == NULL) {
        tc_sources_free(s);
        return NULL;
    }
    for (size_t i = 0; i < s->count; i++) {
        const tc_source *source = tc_input_source(input, i);
        s->progress[i].blocks = UINT64_MAX;
        s->progress[i].first = s->progress[i].last = TC_TIME_NONE;
        s->progress[i].finished = source->state != TC_SOURCE_READABLE;
        if (!s->progress[i].finished) s->total += source->size;
    }
    return s;
}

void tc_sources_free(tc_sources *s)
{
    if (s == NULL) return;
    tc_free(s->progress);
    tc_free(s->waiting);
    tc_free(s);
}

static void advance(tc_source_progress *p, uint64_t end)
{
    p->next++;
    p->end = end;
    p->finished = p->next >= p->blocks;
}

/* Takes what had been waiting for its turn. */
static void catch_up(tc_sources *s, uint32_t source)
{
    tc_source_progress *p = &s->progress[source];
    for (size_t i = 0; i < s->waiting_count;) {
        const early *e = &s->waiting[i];
        if (e->source != source || e->sequence != p->next) {
            i++;
            continue;
        }
        advance(p, e->end);
        s->waiting[i] = s->waiting[--s->waiting_count];
        i = 0;
    }
}

static void note_times(tc_source_progress *p, const tc_block_result *r)
{
    if (r->first != TC_TIME_NONE && (p->first == TC_TIME_NONE || r->first < p->first))
        p->first = r->first;
    p->last = TC_MAX(p->last, r->last_time);
}

tc_status tc_sources_note(tc_sources *s, const tc_block_result *r)
{
    tc_source_progress *p = &s->progress[r->source];
    const tc_source *source = tc_input_source(s->input, r->source);
    tc_ledger_add(&p->ledger, &r->ledger);
    note_times(p, r);
    if (!source->compressed) s->read += r->ledger.bytes.read;
    if (r->last) p->blocks = r->sequence + 1;
    if (r->failed) {
        p->failed = true;
        p->error = r->error;
    }
    if (r->sequence == p->next) {
        advance(p, r->file_end);
        catch_up(s, r->source);
    } else {
        TC_TRY(tc_grow(&s->waiting, &s->waiting_capacity, s->waiting_count + 1, sizeof(early),
                       WAITING_MAX));
        s->waiting[s->waiting_count++] = (early){r->source, r->sequence, r->file_end};
    }
    if (p->finished && source->compressed) s->read += source->size;
    while (s->first_open < s->count && s->progress[s->first_open].finished)
        s->first_open++;
    return TC_SUCCESS;
}

tc_time tc_sources_watermark(const tc_sources *s)
{
    tc_time least = TC_TIME_MAX;
    for (size_t i = s->first_open; i < s->count; i++) {
        if (s->progress[i].finished) continue;
        tc_time bound = tc_source_bound(tc_input_source(s->input, i), s->progress[i].end);
        if (bound < least) least = bound;
        if (least == TC_TIME_NONE) break;
    }
    return least;
}

const tc_source_progress *tc_sources_progress(const tc_sources *s, size_t index)
{
    return &s->progress[index];
}

tc_source_progress *tc_sources_progress_of(tc_sources *s, size_t index)
{
    return &s->progress[index];
}

void tc_sources_bytes(const tc_sources *s, uint64_t *ret_read, uint64_t *ret_total)
{
    *ret_read = s->read;
    *ret_total = s->total;
}
