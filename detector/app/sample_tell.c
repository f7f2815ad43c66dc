/* Samples of rules: writing the events out. */
#include "detector/app/sample.h"

#include "parsers/base/alloc.h"
#include "parsers/base/json_reader.h"

#define STORY_BYTES ((size_t)64 << 20)

/* What an event says of itself, apart from its fields. */
typedef struct placing {
    tc_time at;
    int64_t every;
    uint64_t times;
    bool labelled;
} placing;

static tc_slice bare(tc_slice value)
{
    value = tc_slice_trim(value);
    if (value.len < 2 || value.ptr[0] != '"') return value;
    return tc_slice_sub(value, 1, value.len - 2);
}

static bool place_by(placing *p, tc_time start, tc_slice key, tc_slice value)
{
    int64_t span;
    if (tc_slice_equal(key, TC_LIT("_logsource"))) p->labelled = true;
    if (tc_slice_equal(key, TC_LIT("_times")))
        return tc_slice_to_u64(value, &p->times) && p->times > 0;
    if (tc_slice_equal(key, TC_LIT("_every"))) return tc_time_parse_span(bare(value), &p->every);
    if (!tc_slice_equal(key, TC_LIT("_at"))) return true;
    if (!tc_time_parse_span(bare(value), &span)) return false;
    p->at = tc_time_add(start, span);
    return true;
}

static TC_STATUS read_placing(tc_slice event, tc_time start, placing *p, tc_error *error)
{
    tc_json r;
    tc_json_value v;
    tc_slice key, value;
    tc_json_init(&r, event);
    if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_OBJECT)
        return tc_fail(error, TC_ESYNTAX, "an event is a JSON object");
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_skip(&r, &value)) break;
        if (!place_by(p, start, key, value))
            return tc_fail(error, TC_ESYNTAX, "'%.*s' is neither a span (5m) nor a number",
                           (int)TC_MIN(value.len, (size_t)60), (const char *)value.ptr);
    }
    return TC_SUCCESS;
}

/* The text with {n} and {each} filled in. */
static void add_filled(tc_str *out, tc_slice text, uint64_t n, tc_slice each)
{
    for (size_t i = 0; i < text.len; i++) {
        tc_slice rest = tc_slice_sub(text, i, TC_NPOS);
        if (tc_slice_starts(rest, TC_LIT("{n}"))) {
            tc_str_add_u64(out, n);
            i += 2;
        } else if (tc_slice_starts(rest, TC_LIT("{each}"))) {
            tc_str_add(out, each);
            i += 5;
        } else {
            tc_str_add_byte(out, text.ptr[i]);
        }
    }
}

static bool is_control(tc_slice key)
{
    return tc_slice_equal(key, TC_LIT("_at")) || tc_slice_equal(key, TC_LIT("_times")) ||
           tc_slice_equal(key, TC_LIT("_every")) || tc_slice_equal(key, TC_LIT("@timestamp"));
}

static void add_member(tc_str *out, tc_slice key, tc_slice value, uint64_t n, tc_slice each)
{
    tc_str_add(out, TC_LIT(",\""));
    tc_str_add(out, key);
    tc_str_add(out, TC_LIT("\":"));
    add_filled(out, value, n, each);
}

static void write_event(tc_str *out, const tc_sample *s, tc_slice event, tc_time at, uint64_t n,
                        tc_slice each)
{
    char time[TC_TIME_TEXT];
    tc_json r;
    tc_json_value v;
    tc_slice key, value;
    tc_str_addf(out, "{\"@timestamp\":\"%s\"", tc_time_format(at, time));
    tc_json_init(&r, event);
    (void)!tc_json_value_next(&r, &v);
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_skip(&r, &value)) break;
        if (!is_control(key)) add_member(out, key, tc_slice_trim(value), n, each);
    }
    if (s->logsource.len) add_member(out, TC_LIT("_logsource"), s->logsource, n, each);
    tc_str_add_byte(out, '}');
}

static TC_STATUS tell_event(const tc_sample *s, tc_slice event, const placing *p, tc_slice each,
                            tc_story *story, tc_error *error)
{
    tc_sample unlabelled = *s;
    tc_time at = p->at;
    if (p->labelled) unlabelled.logsource = TC_EMPTY_SLICE;
    if (p->times > TC_SAMPLE_EVENTS_MAX - story->count)
        return tc_fail(error, TC_ELIMIT, "more than %d events", TC_SAMPLE_EVENTS_MAX);
    for (uint64_t n = 1; n <= p->times; n++, at = tc_time_add(at, p->every)) {
        size_t offset = story->text.len;
        write_event(&story->text, &unlabelled, event, at, n, each);
        TC_TRY(tc_str_status(&story->text));
        TC_TRY(tc_grow(&story->events, &story->room, story->count + 1, sizeof(*story->events),
                       SIZE_MAX));
        story->events[story->count++] = (tc_sample_event){at, offset, story->text.len - offset};
        tc_str_add_byte(&story->text, '\n');
    }
    return TC_SUCCESS;
}

static int by_time(const void *a, const void *b)
{
    const tc_sample_event *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

void tc_story_init(tc_story *story)
{
    *story = (tc_story){.count = 0};
    tc_str_init(&story->text, STORY_BYTES);
}

TC_STATUS tc_sample_tell(const tc_sample *s, size_t each, tc_story *story, tc_error *reterr)
{
    placing p = {.at = s->start};
    story->count = 0;
    tc_str_clear(&story->text);
    for (size_t i = 0; i < s->events.count; i++) {
        p = (placing){.at = p.at, .times = 1};
        TC_TRY(read_placing(s->events.items[i], s->start, &p, reterr));
        TC_TRY(tell_event(s, s->events.items[i], &p, s->each.items[each], story, reterr));
    }
    if (story->count > 1) qsort(story->events, story->count, sizeof(*story->events), by_time);
    return TC_SUCCESS;
}

void tc_story_done(tc_story *story)
{
    tc_str_done(&story->text);
    tc_free(story->events);
}
