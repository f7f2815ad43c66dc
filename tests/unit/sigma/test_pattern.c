#include "detector/sigma/pattern.h"

#include <criterion/criterion.h>

/* Pieces as text: [literal] * ? - */
static const char *show(tc_pattern p, char out[128])
{
    static const char signs[TC_PATTERN_KIND_COUNT] = {
        [TC_PATTERN_ANY] = '*', [TC_PATTERN_ONE] = '?', [TC_PATTERN_DASH] = '-'};
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < p.count; i++) {
        if (p.pieces[i].kind == TC_PATTERN_TEXT)
            used += (size_t)snprintf(out + used, 128 - used, "[%.*s]", (int)p.pieces[i].text.len,
                                     (const char *)p.pieces[i].text.ptr);
        else
            used += (size_t)snprintf(out + used, 128 - used, "%c", signs[p.pieces[i].kind]);
    }
    return out;
}

Test(pattern, pieces_of_written_texts)
{
    static const char *const rows[][2] = {
        {"", ""},           {"abc", "[abc]"},       {"*", "*"},         {"**a**", "*[a]*"},
        {"a?b", "[a]?[b]"}, {"??", "??"},           {"a\\*b", "[a*b]"}, {"a\\\\*", "[a\\]*"},
        {"a\\b", "[a\\b]"}, {"a\\\\\\?", "[a\\?]"}, {"\\", "[\\]"},     {"*?*", "*?*"},
    };
    tc_arena *arena = tc_arena_new(1 << 20);
    char shown[128];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_pattern p;
        cr_assert(tc_pattern_parse(arena, tc_slice_of(rows[i][0]), &p));
        cr_expect_str_eq(show(p, shown), rows[i][1], "%s gives %s", rows[i][0], shown);
    }
    tc_arena_free(arena);
}

Test(pattern, windash_at_the_start_of_words)
{
    static const char *const rows[][2] = {
        {" -a", "[ ]-[a]"}, {"-a/b", "-[a/b]"}, {"a -b /c", "[a ]-[b ]-[c]"},
        {"- a", "[- a]"},   {"--a", "[-]-[a]"}, {"–x", "-[x]"},
        {"x–y", "[x–y]"},   {"-é", "-[é]"},     {"é-a", "[é-a]"},
        {"*-a*", "*-[a]*"},
    };
    tc_arena *arena = tc_arena_new(1 << 20);
    char shown[128];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_pattern p;
        cr_assert(tc_pattern_parse(arena, tc_slice_of(rows[i][0]), &p));
        cr_assert(tc_pattern_windash(arena, p, &p));
        cr_expect_str_eq(show(p, shown), rows[i][1], "%s gives %s", rows[i][0], shown);
    }
    tc_arena_free(arena);
}

Test(pattern, opened_and_folded)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    char shown[128];
    tc_pattern p;
    tc_slice plain;
    cr_assert(tc_pattern_parse(arena, TC_LIT("*ÄB"), &p));
    cr_assert(tc_pattern_open(arena, p, true, true, &p));
    cr_assert(tc_pattern_fold(arena, p, &p));
    cr_expect_str_eq(show(p, shown), "*[äb]*");
    cr_expect(!tc_pattern_plain(p, &plain));
    cr_expect(tc_slice_equal(tc_pattern_longest(p), TC_LIT("äb")));
    cr_assert(tc_pattern_parse(arena, TC_LIT("*"), &p));
    cr_expect(tc_pattern_is_any(p));
    cr_assert(tc_pattern_literal(arena, TC_LIT("a*b"), &p));
    cr_expect(tc_pattern_plain(p, &plain) && tc_slice_equal(plain, TC_LIT("a*b")));
    tc_arena_free(arena);
}

/* The obvious matcher, on ASCII. */
static bool plain_match(const char *p, const char *s)
{
    if (*p == '\0') return *s == '\0';
    if (*p == '*') return plain_match(p + 1, s) || (*s && plain_match(p, s + 1));
    return *s && (*p == '?' || *p == *s) && plain_match(p + 1, s + 1);
}

Test(pattern, agrees_with_the_obvious_matcher)
{
    uint32_t seed = 7;
    tc_arena *arena = tc_arena_new(1 << 24);
    for (int round = 0; round < 20000; round++) {
        char pattern[9] = {0};
        char text[11] = {0};
        for (size_t i = 0; i < 8; i++) {
            seed = seed * 1664525u + 1013904223u;
            pattern[i] = "aab**?b\0"[seed >> 29];
            text[i] = "abababa\0"[seed >> 26 & 7];
        }
        tc_pattern p;
        tc_arena_reset(arena);
        cr_assert(tc_pattern_parse(arena, tc_slice_of(pattern), &p));
        size_t budget = 100000;
        bool got = tc_pattern_match(p, tc_slice_of(text), &budget);
        cr_assert(got == plain_match(pattern, text), "%s on %s", pattern, text);
    }
    tc_arena_free(arena);
}

Test(pattern, question_marks_count_code_points_behind_stars)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    static const struct {
        const char *pattern;
        const char *text;
        bool expected;
    } rows[] = {
        {"a*??", "aé", false}, {"a*??", "aéé", true}, {"*?b", "éb", true}, {"a*???", "aéé", false}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_pattern p;
        size_t budget = 1000;
        cr_assert(tc_pattern_parse(arena, tc_slice_of(rows[i].pattern), &p));
        cr_expect(tc_pattern_match(p, tc_slice_of(rows[i].text), &budget) == rows[i].expected,
                  "%s on %s", rows[i].pattern, rows[i].text);
    }
    tc_arena_free(arena);
}

Test(pattern, work_is_bounded)
{
    enum { LENGTH = 200000 };
    static char text[LENGTH + 1];
    memset(text, 'a', LENGTH);
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_pattern p;
    size_t budget = 100000;
    cr_assert(tc_pattern_parse(arena, TC_LIT("*?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b"), &p));
    cr_expect(!tc_pattern_match(p, tc_slice_of(text), &budget));
    cr_expect_eq(budget, 0);
    tc_arena_free(arena);
}
