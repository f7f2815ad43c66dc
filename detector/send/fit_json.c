#include "detector/send/fit_json.h"

#include "parsers/base/json_reader.h"
#include "parsers/base/json_writer.h"

#define MEMBERS_MAX 64
#define TEXT_LEAST 16
#define FRAME ((size_t)4) /* of a member: quotes, colon, comma */
#define FLAG_FRAME (sizeof(",\"truncated\":true,\"whole\":\"\"") - 1)

typedef struct member {
    tc_slice key, value; /* raw */
    bool is_kept;
    size_t cut_from, cut_size; /* in the cutter's text; 0 bytes: it is whole */
} member;

typedef struct object {
    member members[MEMBERS_MAX];
    size_t count;
} object;

typedef struct cutter {
    object outer, inner; /* all of it, and its "tocsin" */
    size_t room;
    bool has_stopped;
    tc_str cut; /* values that were cut */
} cutter;

static const char *const outer_first[] = {"@timestamp", "event",    "rule", "user",
                                          "source",     "observer", "ecs"};
static const char *const inner_first[] = {"type",    "level",      "confidence", "incident",
                                          "outcome", "incomplete", "exit_status"};

static bool read_object(tc_slice text, object *ret)
{
    tc_json r;
    tc_json_value value;
    ret->count = 0;
    tc_json_init(&r, text);
    if (!tc_json_value_next(&r, &value) || value.type != TC_JSON_OBJECT) return false;
    tc_slice key;
    while (ret->count < MEMBERS_MAX && tc_json_key_next(&r, &key)) {
        member *m = &ret->members[ret->count++];
        *m = (member){.key = key};
        if (!tc_json_skip(&r, &m->value)) return false;
    }
    return !tc_json_failed(&r);
}

static member *find(object *o, const char *name)
{
    for (size_t i = 0; i < o->count; i++)
        if (tc_slice_equal(o->members[i].key, tc_slice_of(name))) return &o->members[i];
    return NULL;
}

/* -- one value ------------------------------------------------------------------------------- */

/* The start of a list: as many items as fit. */
static void cut_list(tc_slice value, size_t max, tc_str *out)
{
    tc_json r;
    tc_json_value entered;
    tc_slice item;
    size_t start = out->len, items = 0;
    tc_json_init(&r, value);
    if (!tc_json_value_next(&r, &entered)) return;
    tc_str_add_byte(out, '[');
    while (tc_json_element_next(&r) && tc_json_skip(&r, &item)) {
        item = tc_slice_trim(item);
        if (out->len - start + item.len + 2 > max) break;
        if (items++ > 0) tc_str_add_byte(out, ',');
        tc_str_add(out, item);
    }
    tc_str_add_byte(out, ']');
    if (items == 0) out->len = start;
}

/* The start of a text with its quotes: no escape and no character is torn. */
static void cut_text(tc_slice value, size_t max, tc_str *out)
{
    size_t at = 1;
    while (at + 1 < value.len) {
        size_t unit = 1;
        if (value.ptr[at] == '\\')
            unit = value.ptr[at + 1] == 'u' ? 6 : 2;
        else
            while (at + unit < value.len && (value.ptr[at + unit] & 0xc0) == 0x80)
                unit++;
        if (at + unit + 1 > max) break;
        at += unit;
    }
    tc_str_add(out, tc_slice_sub(value, 0, at));
    tc_str_add_byte(out, '"');
}

static void cut_value(cutter *c, member *m, size_t max)
{
    m->cut_from = c->cut.len;
    if (max < TEXT_LEAST) return;
    if (m->value.ptr[0] == '[') cut_list(m->value, max, &c->cut);
    if (m->value.ptr[0] == '"') cut_text(m->value, max, &c->cut);
    m->cut_size = c->cut.len - m->cut_from;
    m->is_kept = m->cut_size > 0;
    c->room -= m->is_kept ? m->key.len + FRAME + m->cut_size : 0;
}

/* -- choosing -------------------------------------------------------------------------------- */

/* False: it has no room within `room`. */
static bool keep_whole(cutter *c, member *m, size_t room)
{
    size_t size = m->key.len + FRAME + m->value.len;
    if (m->is_kept || size > room) return m->is_kept;
    m->is_kept = true;
    c->room -= size;
    return true;
}

/* One that is far too long does not take the place of the others. */
static void keep_essential(cutter *c, object *o, const char *name)
{
    member *m = find(o, name);
    if (m != NULL) (void)keep_whole(c, m, c->room / 2);
}

static void keep_sentence(cutter *c)
{
    member *m = find(&c->outer, "message");
    size_t room = c->room / 2;
    if (m == NULL || keep_whole(c, m, room)) return;
    if (room > m->key.len + FRAME) cut_value(c, m, room - m->key.len - FRAME);
}

/* The first that has no room is cut, and everything behind it left out. */
static void keep_rest(cutter *c, object *o)
{
    for (size_t i = 0; i < o->count && !c->has_stopped; i++) {
        member *m = &o->members[i];
        bool is_tocsin = o == &c->outer && tc_slice_equal(m->key, TC_LIT("tocsin"));
        if (is_tocsin || keep_whole(c, m, c->room)) continue;
        c->has_stopped = true;
        if (c->room > m->key.len + FRAME) cut_value(c, m, c->room - m->key.len - FRAME);
    }
}

static void choose(cutter *c)
{
    for (size_t i = 0; i < TC_COUNT_OF(outer_first); i++)
        keep_essential(c, &c->outer, outer_first[i]);
    for (size_t i = 0; i < TC_COUNT_OF(inner_first); i++)
        keep_essential(c, &c->inner, inner_first[i]);
    keep_sentence(c);
    keep_rest(c, &c->outer);
    keep_rest(c, &c->inner);
}

/* -- writing --------------------------------------------------------------------------------- */

static void add_member(const cutter *c, const member *m, bool *is_first, tc_str *out)
{
    if (!m->is_kept) return;
    if (!*is_first) tc_str_add_byte(out, ',');
    *is_first = false;
    tc_str_add_byte(out, '"');
    tc_str_add(out, m->key);
    tc_str_add(out, TC_LIT("\":"));
    tc_str_add(out, m->cut_size ? tc_slice_make(c->cut.data + m->cut_from, m->cut_size) : m->value);
}

static void write_out(const cutter *c, tc_slice whole, tc_str *out)
{
    bool is_first = true;
    tc_str_add_byte(out, '{');
    for (size_t i = 0; i < c->outer.count; i++)
        add_member(c, &c->outer.members[i], &is_first, out);
    tc_str_add(out, is_first ? TC_LIT("\"tocsin\":{") : TC_LIT(",\"tocsin\":{"));
    is_first = true;
    for (size_t i = 0; i < c->inner.count; i++)
        add_member(c, &c->inner.members[i], &is_first, out);
    tc_str_add(out, is_first ? TC_LIT("\"truncated\":true") : TC_LIT(",\"truncated\":true"));
    if (whole.len) {
        tc_str_add(out, TC_LIT(",\"whole\":\""));
        tc_str_add(out, whole);
        tc_str_add_byte(out, '"');
    }
    tc_str_add(out, TC_LIT("}}"));
}

bool tc_fit_json(tc_slice body, tc_slice whole, size_t max, tc_str *out)
{
    cutter c = {.has_stopped = false};
    if (body.len <= max) {
        tc_str_add(out, body);
        return false;
    }
    tc_str_init(&c.cut, max);
    if (read_object(body, &c.outer)) {
        const member *tocsin = find(&c.outer, "tocsin");
        if (tocsin == NULL || !read_object(tocsin->value, &c.inner)) c.inner.count = 0;
    }
    size_t fixed = sizeof("{,\"tocsin\":{}}") + FLAG_FRAME + whole.len;
    c.room = max > fixed ? max - fixed : 0;
    choose(&c);
    write_out(&c, whole, out);
    tc_str_done(&c.cut);
    return true;
}
