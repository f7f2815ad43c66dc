#include "detector/pipeline/reading.h"

#include "parsers/base/alloc.h"

static bool is_readable(const tc_input *input, size_t i)
{
    return tc_input_source(input, i)->state == TC_SOURCE_READABLE;
}

static bool any_once(const tc_input *input)
{
    for (size_t i = 0; i < tc_input_count(input); i++)
        if (is_readable(input, i) && tc_input_source(input, i)->once) return true;
    return false;
}

/* Sources are numbered by first time, unknown ones first: so each group is in order by itself. */
static void arrange(tc_reading *r, const tc_input *input)
{
    r->count = 0;
    for (int held = 1; held >= 0; held--) {
        for (size_t i = 0; i < r->source_count; i++) {
            if (!is_readable(input, i) || r->held[i] != (held == 1)) continue;
            r->place[i] = (uint32_t)r->count;
            r->order[r->count++] = (uint32_t)i;
        }
    }
}

tc_reading *tc_reading_new(const tc_input *input)
{
    tc_reading *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return NULL;
    r->source_count = tc_input_count(input);
    r->held = tc_alloc(r->source_count, sizeof(bool));
    r->order = tc_alloc(r->source_count, sizeof(uint32_t));
    r->place = tc_alloc(r->source_count, sizeof(uint32_t));
    if (!r->held || !r->order || !r->place) {
        tc_reading_free(r);
        return NULL;
    }
    bool all = any_once(input);
    for (size_t i = 0; i < r->source_count; i++)
        r->held[i] = is_readable(input, i) &&
                     (all || tc_input_source(input, i)->parser->order != TC_ORDER_WRITTEN);
    arrange(r, input);
    return r;
}

void tc_reading_free(tc_reading *r)
{
    if (r == NULL) return;
    tc_free(r->held);
    tc_free(r->order);
    tc_free(r->place);
    tc_free(r);
}

void tc_reading_hold(tc_reading *r, const tc_input *input, const bool *more)
{
    for (size_t i = 0; i < r->source_count; i++)
        r->held[i] = r->held[i] || more[i];
    arrange(r, input);
}
