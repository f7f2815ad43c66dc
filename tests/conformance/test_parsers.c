/*
 * Every parser of a registry (the product's, or TC_SUBJECTS) keeps the promises of
 * parsers/parser.h, on the files of corpus/<parser name>/: the same events for any cut of the
 * input, a balanced ledger, progress, and damage that costs no more than itself. A parser without a
 * corpus fails. With TC_SHARE="K/N" in the environment only every Nth parser from the Kth on, so
 * that shares can be tried side by side.
 */
#include "tests/support/chunker.h"

#include "parsers/base/poison.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#ifndef TC_SUBJECTS
#define TC_SUBJECTS tc_parsers
#endif
extern const tc_parser *const TC_SUBJECTS[];

#define SAMPLE_MAX 4096
#define SAMPLES_MAX 64

typedef struct sample {
    const tc_parser *parser;
    char name[320];
    uint8_t bytes[SAMPLE_MAX];
    size_t length;
} sample;

static sample samples[SAMPLES_MAX];
static size_t sample_count;

static void load_file(const tc_parser *parser, const char *folder, const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s cannot be read", path);
    cr_assert_lt(sample_count, SAMPLES_MAX);
    sample *s = &samples[sample_count++];
    s->parser = parser;
    snprintf(s->name, sizeof s->name, "%s/%s", parser->name, name);
    s->length = fread(s->bytes, 1, sizeof s->bytes, file);
    cr_assert(s->length > 0 && s->length < sizeof s->bytes, "%s: small samples only", path);
    fclose(file);
}

/* Whether the parser of that number is in the share that is asked for. */
static bool is_shared(size_t number)
{
    unsigned from = 0, of = 1;
    const char *share = getenv("TC_SHARE");
    if (share) cr_assert(sscanf(share, "%u/%u", &from, &of) == 2 && from < of);
    return number % of == from;
}

static void load_samples(void)
{
    for (const tc_parser *const *p = TC_SUBJECTS; *p; p++) {
        if (!is_shared((size_t)(p - TC_SUBJECTS))) continue;
        char folder[1024];
        snprintf(folder, sizeof folder, "%s/%s", TC_CORPUS, (*p)->name);
        DIR *directory = opendir(folder);
        cr_assert(directory, "%s has no corpus", (*p)->name);
        size_t before = sample_count;
        struct dirent *entry;
        do {
            errno = 0;
            entry = readdir(directory);
            cr_assert(entry || errno == 0, "%s cannot be read", folder);
            if (entry && entry->d_name[0] != '.') load_file(*p, folder, entry->d_name);
        } while (entry);
        closedir(directory);
        cr_assert_gt(sample_count, before, "%s has no corpus", (*p)->name);
    }
}

TestSuite(parsers, .init = load_samples, .timeout = 300);

static tc_slice bytes_of(const sample *s)
{
    return (tc_slice){s->bytes, s->length};
}

static tc_chunker run(const sample *s, tc_slice bytes, tc_chunker how)
{
    how.parser = s->parser;
    tc_chunker_run(&how, bytes);
    cr_expect(tc_chunker_sound(&how, bytes), "%s: unsound (%zu bytes, cut %zu, step %zu)", s->name,
              bytes.len, how.cut, how.step);
    return how;
}

/* Both ways of cutting the bytes give the same. */
static void expect_equal(const sample *s, tc_slice bytes, tc_chunker one, tc_chunker other)
{
    tc_chunker a = run(s, bytes, one), b = run(s, bytes, other);
    cr_expect(tc_chunker_equal(&a, &b), "%s: cut %zu step %zu differs from cut %zu step %zu",
              s->name, b.cut, b.step, a.cut, a.step);
    tc_chunker_done(&a);
    tc_chunker_done(&b);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Sanitisers look for faults of memory, and are five times as slow: they see each fifth byte,
 * another one in each sample, unless TOCSIN_SLOW is set. Other builds see all. */
static size_t stride(void)
{
#ifdef TC_WITH_ASAN
    return getenv("TOCSIN_SLOW") ? 1 : 5;
#else
    return 1;
#endif
}

Test(parsers, bring_samples_that_hold_events)
{
    for (size_t i = 0; i < sample_count; i++) {
        tc_chunker whole = run(&samples[i], bytes_of(&samples[i]), (tc_chunker){0});
        cr_expect_gt(whole.memory.events, 0, "%s", samples[i].name);
        tc_chunker_done(&whole);
    }
}

Test(parsers, give_the_same_for_a_cut_at_any_byte)
{
    for (size_t i = 0; i < sample_count; i++) {
        tc_slice bytes = bytes_of(&samples[i]);
        tc_chunker whole = run(&samples[i], bytes, (tc_chunker){0});
        for (size_t cut = 1 + i % stride(); cut < bytes.len; cut += stride()) {
            tc_chunker part =
                run(&samples[i], bytes, (tc_chunker){.cut = cut, .late_end = cut % 2 == 0});
            cr_expect(tc_chunker_equal(&whole, &part), "%s: cut %zu", samples[i].name, cut);
            tc_chunker_done(&part);
        }
        tc_chunker_done(&whole);
    }
}

Test(parsers, give_the_same_for_any_size_of_block)
{
    for (size_t i = 0; i < sample_count; i++)
        for (size_t step = 1; step <= 65; step++)
            expect_equal(&samples[i], bytes_of(&samples[i]),
                         (tc_chunker){.late_end = step % 3 == 0},
                         (tc_chunker){.step = step == 65 ? 4096 : step});
}

Test(parsers, reject_what_is_too_long_alike_for_any_cut)
{
    static const size_t limits[] = {64, 100, 150, 255, 300, 400, 700};
    for (size_t i = 0; i < sample_count; i++)
        for (size_t k = 0; k < TC_COUNT_OF(limits); k++)
            for (size_t step = 1; step < 600; step += 1 + step / 3)
                expect_equal(
                    &samples[i], bytes_of(&samples[i]), (tc_chunker){.record_max = limits[k]},
                    (tc_chunker){.record_max = limits[k], .step = step, .late_end = step % 2 == 0});
}

Test(parsers, survive_an_end_at_any_byte)
{
    for (size_t i = 0; i < sample_count; i++)
        for (size_t length = i % stride(); length < samples[i].length; length += stride())
            expect_equal(&samples[i], tc_slice_sub(bytes_of(&samples[i]), 0, length),
                         (tc_chunker){.late_end = true}, (tc_chunker){.step = 37});
}

Test(parsers, go_on_from_a_saved_carry_at_any_byte)
{
    for (size_t i = 0; i < sample_count; i++) {
        tc_slice bytes = bytes_of(&samples[i]);
        tc_chunker whole = run(&samples[i], bytes, (tc_chunker){0});
        for (size_t cut = 1 + i % stride(); cut < bytes.len; cut += stride()) {
            tc_chunker part = run(&samples[i], bytes,
                                  (tc_chunker){.cut = cut, .late_end = cut % 2, .reload = true});
            cr_expect(tc_chunker_equal(&whole, &part), "%s: cut %zu", samples[i].name, cut);
            tc_chunker_done(&part);
        }
        tc_chunker_done(&whole);
    }
}

/* In the middle of records that are too long, too. */
Test(parsers, go_on_from_a_carry_saved_at_every_byte)
{
    static const size_t limits[] = {0, 150};
    for (size_t i = 0; i < sample_count; i++)
        for (size_t k = 0; k < TC_COUNT_OF(limits); k++)
            for (size_t step = 1; step < 100; step *= 8)
                expect_equal(&samples[i], bytes_of(&samples[i]),
                             (tc_chunker){.record_max = limits[k]},
                             (tc_chunker){.record_max = limits[k], .step = step, .reload = true});
}

/* What a stranger wrote into saved state is refused, or a carry like any other. */
Test(parsers, refuse_or_survive_a_carry_of_a_stranger)
{
    uint64_t random = UINT64_C(0x6361727279), refused = 0, taken = 0;
    for (uint64_t round = 0; round < 4000; round++) {
        sample *s = &samples[round % sample_count];
        tc_chunker how = {.parser = s->parser,
                          .step = 1 + next_random(&random) % 300,
                          .record_max = round % 3 == 0 ? 150 : 0,
                          .reload = true,
                          .dice = next_random(&random)};
        tc_chunker_run(&how, bytes_of(s));
        cr_expect(how.refused ? how.failed == TC_ESYNTAX : tc_chunker_sound(&how, bytes_of(s)),
                  "%s: round %" PRIu64, s->name, round);
        refused += how.refused;
        taken += !how.refused;
        tc_chunker_done(&how);
    }
    cr_expect(refused > 400 && taken > 40, "%" PRIu64 " and %" PRIu64, refused, taken);
}

static void replace_each_byte(uint8_t with)
{
    for (size_t i = 0; i < sample_count; i++)
        for (size_t at = i % stride(); at < samples[i].length; at += stride()) {
            uint8_t kept = samples[i].bytes[at];
            samples[i].bytes[at] = with;
            expect_equal(&samples[i], bytes_of(&samples[i]), (tc_chunker){0},
                         (tc_chunker){.step = 61, .late_end = true});
            samples[i].bytes[at] = kept;
        }
}

Test(parsers, survive_a_nul_in_place_of_any_byte)
{
    replace_each_byte(0);
}

Test(parsers, survive_a_quote_in_place_of_any_byte)
{
    replace_each_byte('"');
}

Test(parsers, survive_a_line_end_in_place_of_any_byte)
{
    replace_each_byte('\n');
}

/* One change: a byte, a piece taken out, a piece written twice, or bytes that mean something. */
static size_t mutate(uint8_t *bytes, size_t length, uint64_t *random)
{
    static const char *const words[] = {"\n#Fields: time",
                                        "\"",
                                        "\n\"",
                                        "\r\n",
                                        "-",
                                        " ",
                                        ",",
                                        "\t",
                                        "\n2011-03-09T07:00:01.130Z,",
                                        "<Event",
                                        "</Event>",
                                        "{\"",
                                        "}",
                                        "\\u00",
                                        "&#x0;",
                                        "]]>"};
    size_t at = next_random(random) % length, run = 1 + next_random(random) % 40;
    run = TC_MIN(run, length - at);
    switch (next_random(random) % 4) {
    case 0:
        bytes[at] = (uint8_t)next_random(random);
        return length;
    case 1:
        memmove(bytes + at, bytes + at + run, length - at - run);
        return TC_MAX(length - run, 1);
    case 2:
        run = TC_MIN(run, SAMPLE_MAX - length);
        memmove(bytes + at + run, bytes + at, length - at);
        return length + run;
    default: {
        tc_slice word = tc_slice_of(words[next_random(random) % TC_COUNT_OF(words)]);
        memcpy(bytes + at, word.ptr, TC_MIN(word.len, length - at));
        return length;
    }
    }
}

Test(parsers, survive_random_damage)
{
    uint64_t random = UINT64_C(0x7469636B6C65), rounds = 3000;
    for (uint64_t round = 0; round < rounds; round++) {
        sample *s = &samples[round % sample_count];
        static uint8_t bytes[SAMPLE_MAX];
        memcpy(bytes, s->bytes, s->length);
        size_t length = s->length;
        for (uint64_t n = 1 + next_random(&random) % 6; n > 0; n--)
            length = mutate(bytes, length, &random);
        tc_chunker other = {.step = 1 + next_random(&random) % 200,
                            .late_end = next_random(&random) % 2 == 0};
        other.record_max = next_random(&random) % 4 == 0 ? 300 : 0;
        expect_equal(s, (tc_slice){bytes, length}, (tc_chunker){.record_max = other.record_max},
                     other);
    }
}

static bool is_registered(const tc_parser *parser)
{
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        if (*p == parser) return true;
    return false;
}

Test(parsers, have_names_of_their_own_and_say_what_they_are)
{
    for (const tc_parser *const *p = TC_SUBJECTS; *p; p++) {
        const tc_parser *named = tc_parser_named(tc_slice_of((*p)->name));
        cr_expect_eq(named, is_registered(*p) ? *p : NULL, "%s", (*p)->name);
        cr_expect((*p)->summary && (*p)->spec && (*p)->unit_of_loss && (*p)->gives, "%s",
                  (*p)->name);
        cr_expect((*p)->any || (*p)->envelope || (*p)->evidence != 0, "%s is evidence of nothing",
                  (*p)->name);
        cr_expect((*p)->unit == TC_UNIT_LINE || (*p)->unit < TC_UNIT_COUNT, "%s", (*p)->name);
    }
}
