#include "detector/sigma/automaton.h"

#include <criterion/criterion.h>

typedef struct log {
    char text[512];
} log;

static void note(void *context, uint32_t id, size_t end)
{
    log *l = context;
    size_t used = strlen(l->text);
    (void)snprintf(l->text + used, sizeof l->text - used, "%" PRIu32 "@%zu ", id, end);
}

static const char *scan(tc_automaton_word *words, size_t count, tc_slice text, log *l)
{
    tc_automaton *a = tc_automaton_new(words, count);
    cr_assert(a);
    l->text[0] = '\0';
    tc_automaton_scan(a, text, note, l);
    cr_expect_gt(tc_automaton_bytes(a), 0);
    tc_automaton_free(a);
    return l->text;
}

Test(automaton, overlapping_words_and_words_in_words_are_all_told)
{
    tc_automaton_word words[] = {{.text = TC_LIT("he"), .id = 0},
                                 {.text = TC_LIT("she"), .id = 1},
                                 {.text = TC_LIT("his"), .id = 2},
                                 {.text = TC_LIT("hers"), .id = 3},
                                 {.text = TC_LIT("he"), .id = 4}};
    log l;
    cr_expect_str_eq(scan(words, 5, TC_LIT("ushers his"), &l), "1@4 0@4 4@4 3@6 2@10 ");
}

Test(automaton, every_byte_can_be_in_words)
{
    static uint8_t bytes[256];
    tc_automaton_word words[256];
    bool told[256] = {false};
    log l;
    for (uint32_t i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)i;
        words[i] = (tc_automaton_word){.text = tc_slice_make(&bytes[i], 1), .id = i};
    }
    for (size_t i = 0; i < 256; i++) {
        char expected[16];
        tc_automaton_word copy[256];
        memcpy(copy, words, sizeof copy);
        (void)snprintf(expected, sizeof expected, "%zu@1 ", i);
        told[i] = strcmp(scan(copy, 256, tc_slice_make(&bytes[i], 1), &l), expected) == 0;
        cr_expect(told[i], "byte %zu gives '%s'", i, l.text);
    }
}

Test(automaton, no_words_and_no_text)
{
    log l;
    tc_automaton_word words[1] = {{.text = TC_LIT("a"), .id = 0}};
    cr_expect_str_eq(scan(words, 0, TC_LIT("abc"), &l), "");
    cr_expect_str_eq(scan(words, 1, TC_EMPTY_SLICE, &l), "");
}
