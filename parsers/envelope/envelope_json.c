#include "parsers/envelope/envelope_json.h"

#include "parsers/envelope/otlp.h"
#include "parsers/open/json_cells.h"

#define DEPTH_MAX 3
#define AROUND_MAX 2

typedef struct tc_envelope_member member;

typedef struct walk {
    tc_json r;
    const member *members;
    tc_arena *arena;
    tc_unwrapped *ret;
    const member *taken[TC_SHIP_ROLE_COUNT]; /* the row that each role was taken from */
    uint8_t name[TC_SHIP_NAME_MAX];          /* of the objects around, a dot behind each */
    unsigned around;                         /* exports entered */
} walk;

/* -- names ----------------------------------------------------------------------------------- */

static bool is_object_role(tc_ship_role role)
{
    return role == TC_SHIP_DOCUMENT || role == TC_SHIP_PAIRS;
}

/* The row of that name, for an object or for another value; *ret_inside: some row stands below it.
 */
static const member *find_row(const walk *w, tc_slice name, bool object, bool *ret_inside)
{
    const member *found = NULL;
    *ret_inside = false;
    for (const member *m = w->members; m->name; m++) {
        if (memcmp(m->name, name.ptr, 1) != 0 || strncmp(m->name, (const char *)name.ptr, name.len))
            continue;
        if (m->name[name.len] == 0 && !found && is_object_role(m->role) == object) found = m;
        if (m->name[name.len] == '.') *ret_inside = true;
    }
    return found;
}

/* Appends the member's name to that of the objects around; false if no row is called so. */
static bool full_name(walk *w, tc_slice key, size_t around, tc_slice *ret)
{
    if (tc_slice_find(key, '\\') != TC_NPOS && !tc_json_decode(w->arena, key, &key)) return false;
    if (key.len == 0 || key.len + around >= sizeof w->name) return false;
    if (key.len) memcpy(w->name + around, key.ptr, key.len);
    *ret = tc_slice_make(w->name, around + key.len);
    return true;
}

/* -- values ---------------------------------------------------------------------------------- */

tc_time tc_envelope_time(tc_slice text)
{
    tc_time time;
    bool zoned = true;
    bool read = tc_time_parse_epoch(text, &time) || tc_time_parse_iso(text, &time, &zoned);
    return read && zoned ? time : 0;
}

static bool may_be_number(tc_ship_role role)
{
    return role == TC_SHIP_OFFSET || role == TC_SHIP_TIME;
}

static void take_text(const walk *w, tc_ship_role role, tc_slice text)
{
    if (role == TC_SHIP_PAYLOAD) w->ret->payload = text;
    if (role == TC_SHIP_PATH) w->ret->path = text;
    if (role == TC_SHIP_HOST) w->ret->host = text;
    if (role == TC_SHIP_TIME) w->ret->sent = tc_envelope_time(text);
    if (role == TC_SHIP_OFFSET) w->ret->placed = tc_slice_to_u64(text, &w->ret->offset);
}

static bool wanted(const walk *w, const member *m)
{
    return !w->taken[m->role] || m < w->taken[m->role];
}

/* A scalar, which is that row's; false on a bad escape. */
static bool take_scalar(walk *w, const member *m, const tc_json_value *value)
{
    bool number = may_be_number(m->role) && value->type == TC_JSON_NUMBER;
    bool mark = m->role == TC_SHIP_MARK;
    if ((value->type != TC_JSON_STRING && !number && !mark) || !wanted(w, m)) return true;
    tc_slice text = value->raw;
    if (value->escaped && !tc_json_decode(w->arena, value->raw, &text)) return false;
    if (m->value && !tc_slice_starts(text, tc_slice_of(m->value))) return true;
    w->taken[m->role] = m;
    take_text(w, m->role, text);
    return true;
}

static bool take_value(walk *w, const member *m)
{
    tc_json_value value;
    return tc_json_value_next(&w->r, &value) && take_scalar(w, m, &value);
}

/* The object at the reader, which is the record. */
static bool take_document(walk *w, const member *m)
{
    tc_slice text;
    if (!tc_json_skip(&w->r, &text)) return false;
    if (!wanted(w, m)) return true;
    if (m->role == TC_SHIP_PAIRS && !tc_otlp_plain(text, w->arena, &text)) return true;
    w->taken[m->role] = m;
    w->ret->payload = text;
    return true;
}

/* The element of a list of pairs: a member of the name around it. */
static bool take_pair(walk *w, size_t around)
{
    tc_json_value value;
    tc_slice key, name = TC_EMPTY_SLICE;
    if (tc_json_peek(&w->r) != '{') return tc_json_skip(&w->r, NULL);
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (tc_json_key_next(&w->r, &key)) {
        bool inside;
        if (tc_slice_equal(key, TC_LIT("key")) && tc_json_peek(&w->r) == '"') {
            if (!tc_json_value_next(&w->r, &value)) return false;
            if (!full_name(w, value.raw, around, &name)) name = TC_EMPTY_SLICE;
        } else if (tc_slice_equal(key, TC_LIT("value"))) {
            if (!tc_otlp_scalar(&w->r, &value)) return false;
            const member *m = name.len > 0 ? find_row(w, name, false, &inside) : NULL;
            if (m && !take_scalar(w, m, &value)) return false;
        } else if (!tc_json_skip(&w->r, NULL)) {
            return false;
        }
    }
    return !tc_json_failed(&w->r);
}

static bool take_pairs(walk *w, size_t around)
{
    tc_json_value value;
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (tc_json_element_next(&w->r))
        if (!take_pair(w, around)) return false;
    return !tc_json_failed(&w->r);
}

/* A value that Kibana and others put into a list of its own. */
static bool take_single(walk *w, const member *m)
{
    tc_json_value value;
    size_t count = 0;
    bool fine = true;
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (fine && tc_json_element_next(&w->r)) {
        uint8_t first = tc_json_peek(&w->r);
        bool scalar = first != '{' && first != '[';
        fine = count++ == 0 && scalar ? take_value(w, m) : tc_json_skip(&w->r, NULL);
    }
    return fine && !tc_json_failed(&w->r);
}

/* What exports put a shipped record into, as it is: the names inside are its own. */
static bool is_around(tc_slice name)
{
    static const char *const names[] = {"_source", "result", "fields", "message"};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (tc_slice_equal(name, tc_slice_of(names[i]))) return true;
    return false;
}

static bool walk_object(walk *w, size_t around, unsigned depth);

static bool walk_around(walk *w, unsigned depth)
{
    w->around++;
    bool fine = walk_object(w, 0, depth);
    w->around--;
    return fine;
}

/* The value of a member of that full name. */
static bool walk_value(walk *w, const member *m, tc_slice name, bool inside, unsigned depth)
{
    uint8_t first = tc_json_peek(&w->r);
    if (first == '{' && m) return take_document(w, m);
    if (inside && (first == '[' || (first == '{' && depth < DEPTH_MAX))) {
        w->name[name.len] = '.';
        return first == '[' ? take_pairs(w, name.len + 1) : walk_object(w, name.len + 1, depth + 1);
    }
    if (!m) return tc_json_skip(&w->r, NULL);
    return first == '[' ? take_single(w, m) : take_value(w, m);
}

static bool walk_object(walk *w, size_t around, unsigned depth)
{
    tc_json_value value;
    tc_slice key;
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (tc_json_key_next(&w->r, &key)) {
        tc_slice name = TC_EMPTY_SLICE;
        bool inside = false, object = tc_json_peek(&w->r) == '{';
        const member *m =
            full_name(w, key, around, &name) ? find_row(w, name, object, &inside) : NULL;
        bool export = object && !m && around == 0 && w->around < AROUND_MAX && is_around(key);
        if (export ? !walk_around(w, depth) : !walk_value(w, m, name, inside, depth)) return false;
    }
    return !tc_json_failed(&w->r);
}

static bool has_marks(const member *members)
{
    for (; members->name; members++)
        if (members->role == TC_SHIP_MARK) return true;
    return false;
}

tc_unwrapping tc_envelope_json_unwrap(const tc_envelope *self, tc_slice line, tc_arena *arena,
                                      tc_unwrapped *ret)
{
    walk w = {.members = self->members, .arena = arena, .ret = ret};
    *ret = (tc_unwrapped){.placed = false};
    tc_json_init(&w.r, line);
    if (tc_json_peek(&w.r) != '{') return TC_UNWRAP_BROKEN;
    if (!walk_object(&w, 0, 1) || !tc_json_at_end(&w.r)) return TC_UNWRAP_BROKEN;
    bool marked = w.taken[TC_SHIP_MARK] || !has_marks(self->members);
    bool held = w.taken[TC_SHIP_PAYLOAD] || w.taken[TC_SHIP_DOCUMENT] || w.taken[TC_SHIP_PAIRS];
    return marked && held ? TC_UNWRAPPED : TC_UNWRAP_OTHER;
}
