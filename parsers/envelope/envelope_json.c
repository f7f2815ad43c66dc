#include "parsers/envelope/envelope_json.h"

#include "parsers/open/json_cells.h"

#define DEPTH_MAX 3

typedef struct tc_envelope_member member;

typedef struct walk {
    tc_json r;
    const member *members;
    tc_arena *arena;
    tc_unwrapped *ret;
    const member *taken[TC_SHIP_ROLE_COUNT]; /* the row that each role was taken from */
    uint8_t name[TC_SHIP_NAME_MAX];          /* of the objects around, a dot behind each */
} walk;

/* -- names ----------------------------------------------------------------------------------- */

/* The row of that name; *ret_inside: some row stands below it. */
static const member *find_row(const walk *w, tc_slice name, bool *ret_inside)
{
    const member *found = NULL;
    *ret_inside = false;
    for (const member *m = w->members; m->name; m++) {
        if (memcmp(m->name, name.ptr, 1) != 0 || strncmp(m->name, (const char *)name.ptr, name.len))
            continue;
        if (m->name[name.len] == 0 && !found) found = m;
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

static void take_text(const walk *w, tc_ship_role role, tc_slice text)
{
    if (role == TC_SHIP_PAYLOAD) w->ret->payload = text;
    if (role == TC_SHIP_PATH) w->ret->path = text;
    if (role == TC_SHIP_HOST) w->ret->host = text;
    if (role == TC_SHIP_OFFSET) w->ret->placed = tc_slice_to_u64(text, &w->ret->offset);
}

static bool wanted(const walk *w, const member *m)
{
    return !w->taken[m->role] || m < w->taken[m->role];
}

/* The scalar at the reader, which is that row's; false on a syntax error. */
static bool take_value(walk *w, const member *m)
{
    tc_json_value value;
    if (!tc_json_value_next(&w->r, &value)) return false;
    bool number = m->role == TC_SHIP_OFFSET && value.type == TC_JSON_NUMBER;
    bool mark = m->role == TC_SHIP_MARK;
    if ((value.type != TC_JSON_STRING && !number && !mark) || !wanted(w, m)) return true;
    tc_slice text = value.raw;
    if (value.escaped && !tc_json_decode(w->arena, value.raw, &text)) return false;
    if (m->value && !tc_slice_starts(text, tc_slice_of(m->value))) return true;
    w->taken[m->role] = m;
    take_text(w, m->role, text);
    return true;
}

static bool walk_object(walk *w, size_t around, unsigned depth)
{
    tc_json_value value;
    tc_slice key;
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (tc_json_key_next(&w->r, &key)) {
        tc_slice name;
        bool inside = false, fine;
        uint8_t first = tc_json_peek(&w->r);
        const member *m = full_name(w, key, around, &name) ? find_row(w, name, &inside) : NULL;
        if (first == '{' && inside && depth < DEPTH_MAX) {
            w->name[name.len] = '.';
            fine = walk_object(w, name.len + 1, depth + 1);
        } else if (m && first != '{' && first != '[') {
            fine = take_value(w, m);
        } else {
            fine = tc_json_skip(&w->r, NULL);
        }
        if (!fine) return false;
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
    return marked && w.taken[TC_SHIP_PAYLOAD] ? TC_UNWRAPPED : TC_UNWRAP_OTHER;
}
