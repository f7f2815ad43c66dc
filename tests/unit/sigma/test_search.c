/* Words in texts: what the search finds is what comparing every word at every place finds. */
#include "detector/sigma/search.h"

#include <criterion/criterion.h>

#define WORDS 40
#define TEXT 300

static uint32_t random_state = 1;
static uint32_t next_random(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Which words, of which the text holds at least one. */
static void note(void *context, uint32_t id, size_t end)
{
    bool *seen = context;
    (void)end;
    seen[id] = true;
}

/* A word must end where the search says it does. */
typedef struct check {
    tc_slice text;
    tc_slice words[WORDS];
    size_t wrong, told;
} check;

static void check_place(void *context, uint32_t id, size_t end)
{
    check *c = context;
    tc_slice word = c->words[id];
    c->told++;
    if (end < word.len || end > c->text.len ||
        !tc_slice_equal(tc_slice_sub(c->text, end - word.len, word.len), word))
        c->wrong++;
}

static void fill(uint8_t *out, size_t length, uint32_t letters)
{
    for (size_t i = 0; i < length; i++)
        out[i] = (uint8_t)('a' + next_random(letters));
}

static void one_round(uint32_t letters)
{
    static uint8_t room[WORDS][12];
    static uint8_t bytes[TEXT];
    tc_automaton_word words[WORDS];
    check c = {.wrong = 0};
    for (uint32_t i = 0; i < WORDS; i++) {
        size_t length = 1 + next_random(12);
        fill(room[i], length, letters);
        c.words[i] = tc_slice_make(room[i], length);
        words[i] = (tc_automaton_word){.text = c.words[i], .id = i};
    }
    tc_search *search = tc_search_new(words, WORDS);
    cr_assert(search);
    for (int round = 0; round < 20; round++) {
        size_t length = next_random(TEXT);
        bool seen[WORDS] = {false};
        fill(bytes, length, letters);
        c.text = tc_slice_make(bytes, length);
        tc_search_scan(search, c.text, note, seen);
        tc_search_scan(search, c.text, check_place, &c);
        for (size_t i = 0; i < WORDS; i++)
            cr_expect(seen[i] == (tc_slice_search(c.text, c.words[i]) != TC_NPOS),
                      "word %zu '%.*s' in '%.*s'", i, (int)c.words[i].len,
                      (const char *)c.words[i].ptr, (int)length, (const char *)bytes);
    }
    cr_expect_eq(c.wrong, 0);
    tc_search_free(search);
}

Test(search, finds_what_a_plain_comparison_finds)
{
    for (uint32_t letters = 1; letters <= 8; letters++)
        for (int i = 0; i < 10; i++)
            one_round(letters);
}

Test(search, text_made_against_it_goes_through_the_automaton)
{
    /* Thousands of words under one gram: without the automaton this would compare 400 million. */
    enum { MANY = 4000, LENGTH = 100000 };
    static uint8_t room[MANY][12];
    static tc_automaton_word words[MANY];
    static uint8_t text[LENGTH];
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(room[i], "aaaa", 4);
        (void)snprintf((char *)room[i] + 4, 8, "%u", i);
        words[i] = (tc_automaton_word){.text = tc_slice_of((const char *)room[i]), .id = i};
    }
    memset(text, 'a', sizeof text);
    memcpy(text + LENGTH - 4, "3999", 4);
    static bool seen[MANY];
    tc_search *search = tc_search_new(words, MANY);
    cr_assert(search);
    tc_search_scan(search, tc_slice_make(text, sizeof text), note, seen);
    size_t count = 0;
    for (size_t i = 0; i < MANY; i++)
        count += seen[i];
    cr_expect(seen[3999] && seen[399] && seen[39] && seen[3]);
    cr_expect_eq(count, 4);
    tc_search_free(search);
}

Test(search, words_for_one_end_are_told_there)
{
    tc_automaton_word words[] = {
        {.text = TC_LIT("start"), .id = 0, .front = true},
        {.text = TC_LIT("ending"), .id = 1, .back = true},
        {.text = TC_LIT("xy"), .id = 2, .back = true},
    };
    bool seen[3] = {false};
    tc_search *search = tc_search_new(words, 3);
    cr_assert(search);
    tc_search_scan(search, TC_LIT("a start, ending xyz"), note, seen);
    cr_expect(!seen[0] && !seen[1] && !seen[2]);
    tc_search_scan(search, TC_LIT("start xy"), note, seen);
    cr_expect(seen[0] && !seen[1] && seen[2]);
    tc_search_scan(search, TC_LIT("ending"), note, seen);
    cr_expect(seen[1]);
    tc_search_free(search);
}
