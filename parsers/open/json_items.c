/* Walks over input by index: a hot loop. */
#include "parsers/open/json_items.h"

#include "parsers/base/json_reader.h"
#include "parsers/open/json_wrapper.h"

static inline bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static inline bool is_lead(uint8_t byte)
{
    return is_blank(byte) || byte == ',' || byte == '[' || byte == ']' || byte == 0;
}

static inline bool is_structure(uint8_t byte)
{
    return is_blank(byte) || byte == ',' || byte == '[' || byte == ']' || byte == '}';
}

static bool any_not_blank(const uint8_t *at, const uint8_t *end)
{
    while (at != end && is_blank(*at))
        at++;
    return at != end;
}

static inline uint32_t add_columns(uint32_t column, size_t more)
{
    return more >= UINT32_MAX - column ? UINT32_MAX : column + (uint32_t)more;
}

void tc_json_items_count(tc_json_items *x, size_t to)
{
    if (to == x->counted) return;
    const uint8_t *bytes = x->bytes.ptr;
    tc_slice run = {bytes + x->counted, to - x->counted};
    size_t feed = bytes[to - 1] == '\n' ? run.len - 1 : tc_slice_rfind(run, '\n');
    if (feed != TC_NPOS) {
        size_t line = x->counted + feed + 1;
        x->column = add_columns(0, to - line);
        x->inlined = any_not_blank(bytes + line, bytes + to);
    } else {
        x->column = add_columns(x->column, run.len);
        x->inlined = x->inlined || any_not_blank(run.ptr, bytes + to);
    }
    x->counted = to;
}

/* -- damage ---------------------------------------------------------------------------------- */

/* Whether an object can begin at the byte that comes next. */
static inline bool skip_ends(const tc_json_state *skip, uint8_t byte)
{
    return byte == '{' && ((skip->lead && skip->column <= skip->limit) ||
                           (skip->behind_any && skip->progress == 2));
}

static inline void skip_byte(tc_json_state *skip, uint8_t byte)
{
    if (byte == '}')
        skip->progress = 1;
    else if (byte == ',')
        skip->progress = skip->progress == 1 ? 2 : 0;
    else if (!is_blank(byte))
        skip->progress = 0;
    if (byte == '\n') {
        skip->lead = true;
        skip->inlined = false;
        skip->column = 0;
    } else {
        skip->lead = skip->lead && is_lead(byte);
        skip->inlined = skip->inlined || !is_blank(byte);
        skip->column = add_columns(skip->column, 1);
    }
}

size_t tc_json_skip_damage(tc_json_state *skip, tc_slice bytes, size_t from)
{
    for (size_t i = from; i < bytes.len; i++) {
        if (skip_ends(skip, bytes.ptr[i])) return i;
        if (i + 1 < bytes.len) skip_byte(skip, bytes.ptr[i]);
    }
    return TC_NPOS;
}

/* The damaged record or garbage that begins at `from`. */
static void damage(const tc_json_items *x, size_t from, uint32_t limit, tc_reason reason,
                   tc_json_item *ret)
{
    uint8_t first = x->bytes.ptr[from];
    *ret = (tc_json_item){.kind = TC_JSON_ITEM_DAMAGE, .from = from, .reason = reason};
    ret->skip = (tc_json_state){.column = add_columns(x->column, 1),
                                .inlined = true,
                                .skipping = true,
                                .lead = first == 0 && !x->inlined,
                                .behind_any = x->inlined || first != '{',
                                .reason = (uint8_t)reason,
                                .limit = limit};
    ret->end = tc_json_skip_damage(&ret->skip, x->bytes, from + 1);
    if (ret->end != TC_NPOS) return;
    if (!x->last) ret->kind = x->bytes.len - from > 1 ? TC_JSON_ITEM_TAIL : TC_JSON_ITEM_MORE;
    ret->end = x->bytes.len;
}

/* -- objects --------------------------------------------------------------------------------- */

size_t tc_json_leading_brace(tc_slice s, uint32_t limit)
{
    for (size_t line = 0;;) {
        size_t feed = tc_slice_find(tc_slice_sub(s, line, s.len), '\n');
        if (feed == TC_NPOS) return TC_NPOS;
        line += feed + 1;
        size_t at = line;
        while (at < s.len && at - line <= limit && is_lead(s.ptr[at]) && s.ptr[at] != '\n')
            at++;
        if (at < s.len && at - line <= limit && s.ptr[at] == '{') return at;
    }
}

void tc_json_items_object(const tc_json_items *x, size_t from, tc_json_item *ret)
{
    tc_slice rest = tc_slice_sub(x->bytes, from, x->bytes.len);
    tc_slice window = tc_slice_sub(rest, 0, x->record_max);
    size_t extent = tc_json_extent(window);
    bool closed = extent != 0 && extent != TC_NPOS;
    tc_slice reach = tc_slice_sub(rest, 0, closed ? extent : window.len + 1);
    size_t next = tc_json_leading_brace(reach, x->column);
    if (closed && next == TC_NPOS) {
        *ret = (tc_json_item){.kind = TC_JSON_ITEM_OBJECT, .from = from, .end = from + extent};
        return;
    }
    bool deep = extent == TC_NPOS;
    tc_reason reason = TC_REASON_TRUNCATED;
    if (next != TC_NPOS) {
        deep = tc_json_extent(tc_slice_sub(rest, 0, next)) == TC_NPOS;
    } else if (rest.len > x->record_max) {
        reason = TC_REASON_OVERSIZE;
    } else if (!x->last) {
        *ret = (tc_json_item){.kind = TC_JSON_ITEM_MORE, .from = from, .end = from};
        return;
    }
    damage(x, from, x->column, deep ? TC_REASON_BAD_JSON : reason, ret);
}

/* -- between objects ------------------------------------------------------------------------- */

/* What a wrapper says at `at`, where no object is; false if it is none. */
static bool wrapped(const tc_json_items *x, size_t at, tc_json_item *ret)
{
    tc_slice rest = tc_slice_sub(x->bytes, at, x->bytes.len);
    size_t length = x->bytes.ptr[at] == '{'   ? tc_json_wrapper(rest, x->last)
                    : x->bytes.ptr[at] == '"' ? tc_json_wrapper_member(rest, x->last)
                                              : 0;
    if (length == 0) return false;
    if (length == TC_NPOS)
        *ret = (tc_json_item){.kind = TC_JSON_ITEM_MORE, .from = at, .end = at};
    else
        *ret = (tc_json_item){.kind = TC_JSON_ITEM_BLANK, .from = at, .end = at + length};
    return true;
}

bool tc_json_items_between(tc_json_items *x, size_t at, tc_json_item *ret)
{
    size_t end = at;
    while (end < x->bytes.len && is_structure(x->bytes.ptr[end]))
        end++;
    *ret = (tc_json_item){
        .kind = end > at ? TC_JSON_ITEM_BLANK : TC_JSON_ITEM_END, .from = at, .end = end};
    if (end > at || end == x->bytes.len) return true;

    tc_json_items_count(x, at);
    if (wrapped(x, at, ret)) return true;
    if (x->bytes.ptr[at] == '{') return false;
    bool nul = x->bytes.ptr[at] == 0;
    damage(x, at, UINT32_MAX, nul ? TC_REASON_NUL_BYTES : TC_REASON_BAD_JSON, ret);
    return true;
}
