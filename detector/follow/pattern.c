#include "detector/follow/pattern.h"

#include "detector/input/glob.h"
#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

enum { PATTERN_MAX = 4096 };

static bool is_glob(tc_slice name)
{
    return tc_slice_find(name, '*') != TC_NPOS || tc_slice_find(name, '?') != TC_NPOS;
}

static bool is_deep(tc_slice name)
{
    return tc_slice_equal(name, TC_LIT("**"));
}

/* The text without "." and doubled slashes, absolute. */
static TC_STATUS tidy(tc_slice text, tc_slice here, tc_str *out)
{
    tc_slice parts[2] = {text.len > 0 && text.ptr[0] == '/' ? TC_EMPTY_SLICE : here, text};
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        for (tc_slice rest = parts[i]; rest.ptr;) {
            tc_slice name = tc_slice_split(rest, '/', &rest);
            if (name.len == 0 || tc_slice_equal(name, TC_LIT("."))) continue;
            tc_str_add_byte(out, '/');
            tc_str_add(out, name);
        }
    }
    return tc_str_status(out);
}

static char *copy_text(tc_slice text)
{
    char *copy = tc_alloc(text.len + 1, 1);
    if (copy && text.len) memcpy(copy, text.ptr, text.len);
    return copy;
}

/* Fixed are the leading names without globs, but the last one. */
static TC_STATUS take_apart(tc_follow_pattern *p, tc_error *reterr)
{
    tc_slice rest = tc_slice_sub(tc_slice_of(p->text), 1, SIZE_MAX);
    size_t fixed = 0;
    bool leading = true;
    p->literal = true;
    while (rest.ptr) {
        tc_slice name = tc_slice_split(rest, '/', &rest);
        leading = leading && rest.ptr && !is_glob(name);
        p->literal = p->literal && !is_glob(name);
        if (leading) {
            fixed = (size_t)(name.ptr + name.len - (const uint8_t *)p->text);
        } else if (p->count == TC_PATTERN_NAMES) {
            return tc_fail(reterr, TC_ESYNTAX, "more than %zu names in a pattern",
                           TC_PATTERN_NAMES);
        } else {
            p->names[p->count++] = name;
        }
    }
    p->root = copy_text(fixed ? tc_slice_make(p->text, fixed) : TC_LIT("/"));
    return p->root ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_follow_pattern_parse(tc_slice text, tc_slice here, tc_follow_pattern *ret,
                                  tc_error *reterr)
{
    *ret = (tc_follow_pattern){0};
    if (text.len == 0) return tc_fail(reterr, TC_ESYNTAX, "an empty pattern");
    if (tc_slice_find(text, '\0') != TC_NPOS) {
        return tc_fail(reterr, TC_ESYNTAX, "a pattern with a NUL in it");
    }
    tc_str out;
    tc_str_init(&out, PATTERN_MAX);
    tc_status status = tidy(text, here, &out);
    if (!tc_failed(status) && out.len == 0) tc_str_add(&out, TC_LIT("/**"));
    if (!tc_failed(status)) ret->text = copy_text(tc_str_view(&out));
    tc_str_done(&out);
    if (status.code == TC_ELIMIT) {
        return tc_fail(reterr, TC_ESYNTAX, "a pattern of more than %d bytes", PATTERN_MAX);
    }
    if (!ret->text) return (tc_status){TC_ENOMEM};
    status = take_apart(ret, reterr);
    if (tc_failed(status)) tc_follow_pattern_done(ret);
    return status;
}

void tc_follow_pattern_done(tc_follow_pattern *pattern)
{
    tc_free(pattern->text);
    tc_free(pattern->root);
    *pattern = (tc_follow_pattern){0};
}

/* "**" may stand for no folder at all. */
static uint64_t without_folders(const tc_follow_pattern *p, uint64_t places)
{
    for (size_t i = 0; i < p->count; i++) {
        if ((places >> i & 1) && is_deep(p->names[i])) places |= UINT64_C(1) << (i + 1);
    }
    return places;
}

tc_follow_pattern_state tc_follow_pattern_begin(const tc_follow_pattern *pattern)
{
    return (tc_follow_pattern_state){.places = without_folders(pattern, 1)};
}

tc_follow_pattern_state tc_follow_pattern_step(const tc_follow_pattern *pattern,
                                               tc_follow_pattern_state state, tc_slice name)
{
    uint64_t next = 0;
    for (size_t i = 0; i < pattern->count; i++) {
        if (!(state.places >> i & 1)) continue;
        if (is_deep(pattern->names[i])) {
            next |= UINT64_C(3) << i;
        } else if (tc_glob_match_path(pattern->names[i], name)) {
            next |= UINT64_C(1) << (i + 1);
        }
    }
    state.places = without_folders(pattern, next);
    return state;
}

bool tc_follow_pattern_is_whole(const tc_follow_pattern *pattern, tc_follow_pattern_state state)
{
    return state.all || (state.places >> pattern->count & 1);
}

bool tc_follow_pattern_enters(const tc_follow_pattern *pattern, tc_follow_pattern_state *state)
{
    if (tc_follow_pattern_is_whole(pattern, *state)) state->all = true;
    return state->all || state->places != 0;
}
