#include "detector/enrich/identity_texts.h"

/* Steps of 4 bytes up to 64 (names are mostly short), of 16 beyond. */
#define FINE_CLASSES 15
#define FINE_MAX 64

static size_t class_of(size_t length)
{
    TC_ASSERT(length > 0 && length <= TC_TEXT_MAX);
    if (length > FINE_MAX) return FINE_CLASSES + (length + 15) / 16 - 5;
    return (TC_MAX(length, (size_t)8) + 3) / 4 - 2;
}

static size_t class_bytes(size_t class)
{
    return class < FINE_CLASSES ? 4 * (class + 2) : 16 * (class - FINE_CLASSES + 5);
}

void tc_name_texts_init(tc_name_texts *texts, tc_pages_budget *budget)
{
    texts->holes = 0;
    for (size_t c = 0; c < TC_TEXT_CLASSES; c++) {
        texts->classes[c].first_hole = 0;
        tc_pages_init(&texts->classes[c].blocks, budget, class_bytes(c));
    }
}

void tc_name_texts_done(tc_name_texts *texts)
{
    for (size_t c = 0; c < TC_TEXT_CLASSES; c++)
        tc_pages_done(&texts->classes[c].blocks);
}

TC_STATUS tc_name_texts_reserve(tc_name_texts *texts, size_t length)
{
    tc_text_class *c = &texts->classes[class_of(length)];
    return c->first_hole != 0 ? TC_SUCCESS : tc_pages_reserve(&c->blocks, 1);
}

/* A hole is four zero bytes and the number of the next hole. */
static uint32_t next_hole(const tc_text_class *c, uint32_t hole)
{
    uint32_t next;
    memcpy(&next, (const uint8_t *)tc_pages_at(&c->blocks, hole - 1) + 4, sizeof(next));
    return next;
}

static void push_hole(tc_text_class *c, uint32_t hole)
{
    uint8_t *block = tc_pages_at(&c->blocks, hole - 1);
    memset(block, 0, 4);
    memcpy(block + 4, &c->first_hole, sizeof(c->first_hole));
    c->first_hole = hole;
}

static bool is_hole(const tc_text_class *c, uint32_t index)
{
    return *(const uint8_t *)tc_pages_at(&c->blocks, index) == 0;
}

static void fill(tc_text_class *c, uint32_t index, tc_slice text)
{
    uint8_t *block = tc_pages_at(&c->blocks, index);
    memcpy(block, text.ptr, text.len);
    memset(block + text.len, 0, c->blocks.item_bytes - text.len);
}

uint32_t tc_name_texts_add(tc_name_texts *texts, tc_slice text)
{
    tc_text_class *c = &texts->classes[class_of(text.len)];
    uint32_t index;
    if (c->first_hole != 0) {
        index = c->first_hole - 1;
        c->first_hole = next_hole(c, c->first_hole);
        texts->holes--;
    } else {
        index = tc_pages_push(&c->blocks);
    }
    fill(c, index, text);
    return index;
}

void tc_name_texts_remove(tc_name_texts *texts, size_t length, uint32_t index)
{
    push_hole(&texts->classes[class_of(length)], index + 1);
    texts->holes++;
}

tc_slice tc_name_texts_get(const tc_name_texts *texts, size_t length, uint32_t index)
{
    return tc_slice_make(tc_pages_at(&texts->classes[class_of(length)].blocks, index), length);
}

static tc_slice padded_text(const tc_text_class *c, uint32_t index)
{
    const uint8_t *block = tc_pages_at(&c->blocks, index);
    const uint8_t *end = memchr(block, 0, c->blocks.item_bytes);
    return tc_slice_make(block, end ? (size_t)(end - block) : c->blocks.item_bytes);
}

/* The list of holes without those that lie behind the last block. */
static void drop_holes_behind(tc_name_texts *texts, tc_text_class *c, uint32_t count)
{
    uint32_t hole = c->first_hole;
    c->first_hole = 0;
    while (hole != 0) {
        uint32_t next = next_hole(c, hole);
        if (hole <= count)
            push_hole(c, hole);
        else
            texts->holes--;
        hole = next;
    }
}

static void settle_class(tc_name_texts *texts, tc_text_class *c, tc_name_texts_mover mover,
                         void *context)
{
    uint32_t count = c->blocks.count;
    for (uint32_t hole = c->first_hole; hole != 0;) {
        while (count > 0 && is_hole(c, count - 1))
            count--;
        uint32_t next = next_hole(c, hole);
        if (hole <= count) {
            if (!mover(context, padded_text(c, count - 1), hole - 1)) break;
            memcpy(tc_pages_at(&c->blocks, hole - 1), tc_pages_at(&c->blocks, count - 1),
                   c->blocks.item_bytes);
            count--;
        }
        c->first_hole = next;
        texts->holes--;
        hole = next;
    }
    drop_holes_behind(texts, c, count);
    tc_pages_cut(&c->blocks, count);
}

void tc_name_texts_settle(tc_name_texts *texts, tc_name_texts_mover mover, void *context)
{
    for (size_t c = 0; c < TC_TEXT_CLASSES && texts->holes > 0; c++)
        if (texts->classes[c].first_hole != 0)
            settle_class(texts, &texts->classes[c], mover, context);
}

/* -- saved state ---------------------------------------------------------------------------- */

void tc_name_texts_visit(tc_name_texts *texts, tc_visit *v, uint32_t max)
{
    for (size_t c = 0; c < TC_TEXT_CLASSES; c++) {
        tc_pages_visit(&texts->classes[c].blocks, v);
        tc_pages_visit_count(&texts->classes[c].blocks, v, max);
    }
}

bool tc_name_texts_put(tc_name_texts *texts, tc_slice text, uint32_t index)
{
    tc_text_class *c = &texts->classes[class_of(text.len)];
    if (index >= c->blocks.count || !is_hole(c, index)) return false;
    fill(c, index, text);
    return true;
}

static uint32_t count_holes(const tc_text_class *c)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->blocks.count; i++)
        count += is_hole(c, i);
    return count;
}

/* Behind the hole `before` (0: as the first one). False if no hole can be there, or if it is one
 * already: all but the youngest have a next one. */
static bool append_hole(tc_text_class *c, uint32_t before, uint32_t hole)
{
    if (hole == before || !is_hole(c, hole - 1) || next_hole(c, hole) != 0) return false;
    if (before == 0) {
        c->first_hole = hole;
    } else {
        uint8_t *block = tc_pages_at(&c->blocks, before - 1);
        memcpy(block + 4, &hole, sizeof(hole));
    }
    return true;
}

/* Every block without a text is a hole: how many there are need not be told. */
static void visit_class_holes(tc_name_texts *texts, tc_text_class *c, tc_visit *v)
{
    uint32_t before = 0;
    for (uint32_t left = count_holes(c); left > 0; left--) {
        uint32_t index = 0;
        if (!tc_visit_loads(v)) index = (before ? next_hole(c, before) : c->first_hole) - 1;
        tc_visit_below(v, &index, c->blocks.count);
        if (tc_visit_loads(v) && !tc_visit_failed(v)) {
            texts->holes++;
            if (!append_hole(c, before, index + 1))
                tc_visit_refuse(v, "two names lie in one place");
        }
        if (tc_visit_failed(v)) return;
        before = index + 1;
    }
}

void tc_name_texts_visit_holes(tc_name_texts *texts, tc_visit *v)
{
    for (size_t c = 0; c < TC_TEXT_CLASSES; c++)
        visit_class_holes(texts, &texts->classes[c], v);
}
