#include "detector/sigma/regex_literal.h"

#define NEST_MAX 12

/* What one atom says about the text. */
typedef enum atom_kind {
    ATOM_CHAR,   /* one ASCII character as it stands */
    ATOM_GROUP,  /* a group, with what it needs */
    ATOM_OPAQUE, /* something of unknown text, or of none */
    ATOM_BAD     /* syntax outside what is understood: nothing can be said of the pattern */
} atom_kind;

typedef struct reader {
    tc_slice pattern;
    size_t at;
    uint8_t *room;
    size_t used;
    unsigned depth;
} reader;

static int peek(const reader *r, size_t ahead)
{
    return r->at + ahead < r->pattern.len ? r->pattern.ptr[r->at + ahead] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool one_of(int c, const char *set)
{
    return c > 0 && strchr(set, c) != NULL;
}

static size_t shortest(const tc_regex_literals *l)
{
    size_t least = l->count ? SIZE_MAX : 0;
    for (size_t i = 0; i < l->count; i++)
        least = TC_MIN(least, l->text[i].len);
    return least;
}

static void offer(tc_regex_literals *best, const tc_regex_literals *candidate)
{
    if (shortest(candidate) > shortest(best)) *best = *candidate;
}

static bool skip_past(reader *r, char stop)
{
    while (r->at < r->pattern.len)
        if (r->pattern.ptr[r->at++] == (uint8_t)stop) return true;
    return false;
}

/* Behind "\x": two hexadecimal digits at most, or braces. */
static bool skip_hex(reader *r)
{
    if (peek(r, 0) == '{') return skip_past(r, '}');
    for (int i = 0; i < 2 && (is_digit(peek(r, 0)) || one_of(peek(r, 0), "abcdefABCDEF")); i++)
        r->at++;
    return true;
}

/* At the character behind a backslash. */
static atom_kind read_escape(reader *r, uint8_t *ret)
{
    int c = peek(r, 0);
    if (c < 0 || is_digit(c) || c >= 0x80) return ATOM_BAD;
    r->at++;
    if (!is_letter(c)) {
        *ret = (uint8_t)c;
        return ATOM_CHAR;
    }
    if (c == 'x') return skip_hex(r) ? ATOM_OPAQUE : ATOM_BAD;
    if (c == 'p' || c == 'P') {
        if (peek(r, 0) == '{') return skip_past(r, '}') ? ATOM_OPAQUE : ATOM_BAD;
        r->at++;
        return ATOM_OPAQUE;
    }
    if (c == 'N' && peek(r, 0) == '{') return ATOM_BAD;
    return one_of(c, "dDwWsShHvVNRXtnrfeabBAzZGK") ? ATOM_OPAQUE : ATOM_BAD;
}

/* Behind "[". */
static atom_kind read_class(reader *r)
{
    if (peek(r, 0) == '^') r->at++;
    if (peek(r, 0) == ']') r->at++;
    for (;;) {
        int c = peek(r, 0);
        if (c < 0) return ATOM_BAD;
        r->at++;
        if (c == ']') return ATOM_OPAQUE;
        if (c == '\\') {
            if (peek(r, 0) < 0 || one_of(peek(r, 0), "QE")) return ATOM_BAD;
            r->at++;
        } else if (c == '[' && peek(r, 0) == ':') {
            size_t ahead = 1;
            while (is_letter(peek(r, ahead)) || peek(r, ahead) == '^')
                ahead++;
            if (peek(r, ahead) == ':' && peek(r, ahead + 1) == ']') r->at += ahead + 2;
        } else if (c == '[' && one_of(peek(r, 0), ".=")) {
            return ATOM_BAD;
        }
    }
}

typedef enum group_kind { GROUP_PLAIN, GROUP_IGNORED, GROUP_FLAGS, GROUP_BAD } group_kind;

/* Behind "(": reads what says which kind of group it is. */
static group_kind read_group_head(reader *r)
{
    if (peek(r, 0) == '*') return GROUP_BAD;
    if (peek(r, 0) != '?') return GROUP_PLAIN;
    r->at++;
    int c = peek(r, 0);
    if (c == 'P' && peek(r, 1) == '<') {
        r->at++;
        c = '<';
    }
    if (c == '<' && one_of(peek(r, 1), "=!")) {
        r->at += 2;
        return GROUP_IGNORED;
    }
    if (c == '<' || c == '\'') {
        r->at++;
        return skip_past(r, c == '<' ? '>' : '\'') ? GROUP_PLAIN : GROUP_BAD;
    }
    if (one_of(c, ":|>")) {
        r->at++;
        return GROUP_PLAIN;
    }
    if (one_of(c, "=!")) {
        r->at++;
        return GROUP_IGNORED;
    }
    while (one_of(peek(r, 0), "ims-"))
        r->at++;
    if (peek(r, 0) != ':' && peek(r, 0) != ')') return GROUP_BAD;
    return r->pattern.ptr[r->at++] == ':' ? GROUP_PLAIN : GROUP_FLAGS;
}

static bool read_alternatives(reader *r, tc_regex_literals *ret);

static atom_kind read_group(reader *r, tc_regex_literals *ret)
{
    group_kind kind = read_group_head(r);
    if (kind == GROUP_BAD || r->depth == NEST_MAX) return ATOM_BAD;
    if (kind == GROUP_FLAGS) return ATOM_OPAQUE;
    r->depth++;
    if (!read_alternatives(r, ret) || peek(r, 0) != ')') return ATOM_BAD;
    r->depth--;
    r->at++;
    return kind == GROUP_PLAIN ? ATOM_GROUP : ATOM_OPAQUE;
}

static atom_kind read_atom(reader *r, uint8_t *ret_char, tc_regex_literals *ret_group)
{
    int c = peek(r, 0);
    r->at++;
    if (c == '\\') return read_escape(r, ret_char);
    if (c == '[') return read_class(r);
    if (c == '(') return read_group(r, ret_group);
    if (one_of(c, ".^$")) return ATOM_OPAQUE;
    if (one_of(c, "*+?")) return ATOM_BAD;
    if (c >= 0x80) {
        /* Beyond ASCII the case rules of PCRE2 and of folding need not be the same. */
        while (peek(r, 0) >= 0x80 && peek(r, 0) < 0xc0)
            r->at++;
        return ATOM_OPAQUE;
    }
    *ret_char = (uint8_t)c;
    return ATOM_CHAR;
}

/* A quantifier behind an atom, if there is one: the least number of times in *ret_least. */
static bool read_quantifier(reader *r, bool *ret_any, unsigned *ret_least)
{
    int c = peek(r, 0);
    *ret_any = true;
    *ret_least = c == '+';
    if (one_of(c, "*+?")) {
        r->at++;
    } else if (c == '{' && is_digit(peek(r, 1))) {
        size_t ahead = 1;
        for (; is_digit(peek(r, ahead)); ahead++)
            *ret_least |= peek(r, ahead) != '0';
        if (peek(r, ahead) == ',')
            for (ahead++; is_digit(peek(r, ahead));)
                ahead++;
        if (peek(r, ahead) != '}') return false;
        r->at += ahead + 1;
    } else if (c == '{' && peek(r, 1) == ',') {
        return false; /* a quantifier or not, by version */
    } else {
        *ret_any = false;
        *ret_least = 1;
        return true;
    }
    if (one_of(peek(r, 0), "?+")) r->at++;
    return true;
}

/* What one alternative needs: the best of its runs of plain characters and of its groups. */
static bool read_sequence(reader *r, tc_regex_literals *ret)
{
    size_t start = r->used;
    ret->count = 0;
    for (;;) {
        int c = peek(r, 0);
        bool end = c < 0 || c == '|' || c == ')';
        uint8_t character = 0;
        tc_regex_literals group = {.count = 0};
        size_t run_end = r->used; /* a group uses room of its own behind it */
        atom_kind kind = end ? ATOM_OPAQUE : read_atom(r, &character, &group);
        bool quantified = false;
        unsigned least = 1;
        if (kind == ATOM_BAD) return false;
        if (!end && !read_quantifier(r, &quantified, &least)) return false;
        if (kind == ATOM_CHAR && least > 0)
            r->room[r->used++] =
                character >= 'A' && character <= 'Z' ? (uint8_t)(character | 0x20) : character;
        if (kind == ATOM_CHAR && !quantified) continue;
        if (kind == ATOM_CHAR) run_end = r->used;
        tc_regex_literals run = {.count = 1};
        run.text[0] = tc_slice_make(r->room + start, run_end - start);
        offer(ret, &run);
        start = r->used;
        if (kind == ATOM_GROUP && least > 0) offer(ret, &group);
        if (end) return true;
    }
}

static bool read_alternatives(reader *r, tc_regex_literals *ret)
{
    bool all = true; /* every alternative needs something */
    ret->count = 0;
    for (;;) {
        tc_regex_literals one;
        if (!read_sequence(r, &one)) return false;
        if (shortest(&one) < TC_REGEX_LITERAL_MIN || ret->count + one.count > TC_REGEX_LITERALS_MAX)
            all = false;
        for (size_t i = 0; all && i < one.count; i++)
            ret->text[ret->count++] = one.text[i];
        if (!all) ret->count = 0;
        if (peek(r, 0) != '|') return true;
        r->at++;
    }
}

void tc_regex_literals_find(tc_slice pattern, uint8_t *room, tc_regex_literals *ret)
{
    reader r = {.pattern = pattern, .room = room};
    if (!read_alternatives(&r, ret) || r.at != pattern.len) ret->count = 0;
}
