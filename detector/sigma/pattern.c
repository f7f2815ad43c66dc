#include "detector/sigma/pattern.h"

#include "parsers/base/utf8.h"

/* Pieces being gathered; adjacent text is joined. */
typedef struct gatherer {
    tc_arena *arena;
    tc_pattern_piece *pieces;
    size_t count, room;
} gatherer;

static bool gather_begin(gatherer *g, tc_arena *arena, size_t room)
{
    *g = (gatherer){.arena = arena, .room = room};
    g->pieces = tc_arena_get(arena, room, sizeof *g->pieces);
    return g->pieces != NULL;
}

static void gather(gatherer *g, tc_pattern_piece_kind kind, tc_slice text)
{
    if (kind == TC_PATTERN_TEXT && text.len == 0) return;
    if (kind == TC_PATTERN_ANY && g->count > 0 && g->pieces[g->count - 1].kind == TC_PATTERN_ANY)
        return;
    TC_ASSERT(g->count < g->room);
    g->pieces[g->count++] = (tc_pattern_piece){kind, text};
}

static tc_pattern gathered(const gatherer *g)
{
    return (tc_pattern){g->pieces, g->count};
}

bool tc_pattern_parse(tc_arena *arena, tc_slice written, tc_pattern *ret)
{
    size_t wildcards = 0;
    for (size_t i = 0; i < written.len; i++)
        wildcards += written.ptr[i] == '*' || written.ptr[i] == '?';
    uint8_t *text = tc_arena_get(arena, written.len, 1);
    gatherer g;
    if (!text || !gather_begin(&g, arena, 2 * wildcards + 1)) return false;
    size_t filled = 0;
    size_t start = 0;
    for (size_t i = 0; i < written.len; i++) {
        uint8_t c = written.ptr[i];
        uint8_t next = i + 1 < written.len ? written.ptr[i + 1] : 0;
        if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
            text[filled++] = next;
            i++;
        } else if (c == '*' || c == '?') {
            gather(&g, TC_PATTERN_TEXT, tc_slice_make(text + start, filled - start));
            gather(&g, c == '*' ? TC_PATTERN_ANY : TC_PATTERN_ONE, TC_EMPTY_SLICE);
            start = filled;
        } else {
            text[filled++] = c;
        }
    }
    gather(&g, TC_PATTERN_TEXT, tc_slice_make(text + start, filled - start));
    *ret = gathered(&g);
    return true;
}

bool tc_pattern_literal(tc_arena *arena, tc_slice text, tc_pattern *ret)
{
    gatherer g;
    tc_slice copy;
    if (!gather_begin(&g, arena, 1) || !tc_arena_copy(arena, text, &copy)) return false;
    gather(&g, TC_PATTERN_TEXT, copy);
    *ret = gathered(&g);
    return true;
}

bool tc_pattern_open(tc_arena *arena, tc_pattern p, bool front, bool back, tc_pattern *ret)
{
    gatherer g;
    if (!gather_begin(&g, arena, p.count + 2)) return false;
    if (front) gather(&g, TC_PATTERN_ANY, TC_EMPTY_SLICE);
    for (size_t i = 0; i < p.count; i++)
        gather(&g, p.pieces[i].kind, p.pieces[i].text);
    if (back) gather(&g, TC_PATTERN_ANY, TC_EMPTY_SLICE);
    *ret = gathered(&g);
    return true;
}

/* The length of the dash at the start of s, or 0: hyphen, slash, U+2013, U+2014, U+2015. */
static size_t dash_length(tc_slice s)
{
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '/')) return 1;
    if (s.len >= 3 && s.ptr[0] == 0xe2 && s.ptr[1] == 0x80 && s.ptr[2] >= 0x93 && s.ptr[2] <= 0x95)
        return 3;
    return 0;
}

/* Letters, digits and underscore; any letter beyond ASCII counts, a dash does not. */
static bool word_starts(tc_slice s)
{
    if (s.len == 0) return false;
    uint8_t c = s.ptr[0];
    if (c >= 0x80) return dash_length(s) == 0;
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t count_dashes(tc_slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += dash_length(tc_slice_sub(s, i, s.len)) > 0;
    return n;
}

static void gather_windash(gatherer *g, tc_slice text)
{
    size_t start = 0;
    bool after_word = false;
    for (size_t i = 0; i < text.len;) {
        tc_slice rest = tc_slice_sub(text, i, text.len);
        size_t length = dash_length(rest);
        if (length > 0 && !after_word && word_starts(tc_slice_sub(rest, length, rest.len))) {
            gather(g, TC_PATTERN_TEXT, tc_slice_sub(text, start, i - start));
            gather(g, TC_PATTERN_DASH, TC_EMPTY_SLICE);
            i += length;
            start = i;
            continue;
        }
        after_word = word_starts(rest);
        if (length == 0) (void)tc_utf8_next(rest, &length);
        i += length;
    }
    gather(g, TC_PATTERN_TEXT, tc_slice_sub(text, start, text.len));
}

bool tc_pattern_windash(tc_arena *arena, tc_pattern p, tc_pattern *ret)
{
    size_t room = p.count;
    for (size_t i = 0; i < p.count; i++)
        room += 2 * count_dashes(p.pieces[i].text);
    gatherer g;
    if (!gather_begin(&g, arena, room)) return false;
    for (size_t i = 0; i < p.count; i++) {
        if (p.pieces[i].kind == TC_PATTERN_TEXT)
            gather_windash(&g, p.pieces[i].text);
        else
            gather(&g, p.pieces[i].kind, TC_EMPTY_SLICE);
    }
    *ret = gathered(&g);
    return true;
}

bool tc_pattern_fold(tc_arena *arena, tc_pattern p, tc_pattern *ret)
{
    gatherer g;
    if (!gather_begin(&g, arena, p.count)) return false;
    for (size_t i = 0; i < p.count; i++) {
        tc_slice text = p.pieces[i].text;
        if (text.len > 0 && !tc_utf8_fold(arena, text, &text)) return false;
        gather(&g, p.pieces[i].kind, text);
    }
    *ret = gathered(&g);
    return true;
}

bool tc_pattern_plain(tc_pattern p, tc_slice *ret)
{
    if (p.count > 1 || (p.count == 1 && p.pieces[0].kind != TC_PATTERN_TEXT)) return false;
    *ret = p.count == 1 ? p.pieces[0].text : TC_EMPTY_SLICE;
    return true;
}

bool tc_pattern_is_any(tc_pattern p)
{
    return p.count == 1 && p.pieces[0].kind == TC_PATTERN_ANY;
}

tc_slice tc_pattern_longest(tc_pattern p)
{
    tc_slice longest = TC_EMPTY_SLICE;
    for (size_t i = 0; i < p.count; i++)
        if (p.pieces[i].text.len > longest.len) longest = p.pieces[i].text;
    return longest;
}

static bool spend(size_t *budget, size_t work)
{
    *budget = *budget > work ? *budget - work : 0;
    return *budget > 0;
}

/* How many bytes of the value a piece other than a star takes at its start; TC_NPOS = none. */
static size_t piece_length(const tc_pattern_piece *piece, tc_slice value)
{
    size_t length;
    if (piece->kind == TC_PATTERN_TEXT)
        return tc_slice_starts(value, piece->text) ? piece->text.len : TC_NPOS;
    if (value.len == 0) return TC_NPOS;
    if (piece->kind == TC_PATTERN_DASH) return (length = dash_length(value)) ? length : TC_NPOS;
    (void)tc_utf8_next(value, &length);
    return length;
}

/* Where, from `at` on, the pieces behind a star may next begin; TC_NPOS = nowhere. */
static size_t next_start(tc_pattern p, size_t piece, tc_slice value, size_t at)
{
    if (piece == p.count || p.pieces[piece].kind != TC_PATTERN_TEXT) return at;
    size_t found = tc_slice_search(tc_slice_sub(value, at, value.len), p.pieces[piece].text);
    return found == TC_NPOS ? TC_NPOS : at + found;
}

/*
 * The classic greedy match: a later star makes all choices before it final, so going back means
 * only moving the start behind the last star.
 */
bool tc_pattern_match(tc_pattern p, tc_slice value, size_t *budget)
{
    size_t piece = 0;
    size_t at = 0;
    size_t star = TC_NPOS; /* the piece behind the last star */
    size_t star_at = 0;
    for (;;) {
        if (!spend(budget, 1)) return false;
        if (piece < p.count && p.pieces[piece].kind == TC_PATTERN_ANY) {
            star = ++piece;
            if (star == p.count) return true;
            size_t start = next_start(p, star, value, at);
            if (start == TC_NPOS) return false;
            (void)spend(budget, (start - at) / 16);
            at = star_at = start;
            continue;
        }
        if (piece == p.count && at == value.len) return true;
        size_t length = piece == p.count
                            ? TC_NPOS
                            : piece_length(&p.pieces[piece], tc_slice_sub(value, at, value.len));
        if (length != TC_NPOS) {
            at += length;
            piece++;
            continue;
        }
        if (star == TC_NPOS || star_at >= value.len) return false;
        (void)tc_utf8_next(tc_slice_sub(value, star_at, value.len), &length);
        size_t start = next_start(p, star, value, star_at + length);
        if (start == TC_NPOS) return false;
        (void)spend(budget, (start - star_at) / 16);
        at = star_at = start;
        piece = star;
    }
}
