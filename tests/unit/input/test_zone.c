#include "detector/input/tzif.h"
#include "detector/input/zone.h"
#include "tests/unit/input/support.h"

#include <criterion/criterion.h>

TestSuite(zone, .init = init_files, .fini = done_files);

static tc_time at(int year, int month, int day, int hour)
{
    tc_time t = 0;
    cr_assert(tc_time_from_civil(year, month, day, hour, 0, 0, &t));
    return t;
}

static void add_be(tc_str *s, uint64_t value, size_t bytes)
{
    while (bytes-- > 0)
        tc_str_add_byte(s, (uint8_t)(bytes < 8 ? value >> 8 * bytes : 0));
}

/* A block with two types (+3600 and +7200) and transitions to them in turn. */
static void add_block(tc_str *s, char version, size_t time_size, const int64_t *times, size_t count)
{
    tc_str_add(s, TC_LIT("TZif"));
    tc_str_add_byte(s, (uint8_t)version);
    add_be(s, 0, 15);
    uint64_t header[6] = {0, 0, 0, count, 2, 4};
    for (size_t i = 0; i < 6; i++)
        add_be(s, header[i], 4);
    for (size_t i = 0; i < count; i++)
        add_be(s, (uint64_t)times[i], time_size);
    for (size_t i = 0; i < count; i++)
        add_be(s, (i + 1) % 2, 1);
    for (uint64_t i = 0; i < 2; i++) {
        add_be(s, 3600 * (i + 1), 4);
        add_be(s, i, 1);
        add_be(s, 0, 1);
    }
    tc_str_add(s, TC_LIT("CET\0"));
}

Test(zone, follows_the_transitions_of_a_file)
{
    static const int64_t times[] = {1000, 2000, 3000};
    tc_str s;
    int32_t offset = 0;
    tc_str_init(&s, 4096);
    add_block(&s, 0, 4, times, 3);
    static const struct {
        int64_t utc;
        int32_t wanted;
    } rows[] = {{-5, 3600}, {999, 3600}, {1000, 7200}, {1999, 7200}, {2500, 3600}, {9000, 7200}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect(tc_tzif_offset(tc_str_view(&s), rows[i].utc, &offset));
        cr_expect(offset == rows[i].wanted, "%" PRId64 ": %d", rows[i].utc, offset);
    }
    for (size_t cut = 0; cut < s.len; cut++)
        cr_expect(!tc_tzif_offset(tc_slice_sub(tc_str_view(&s), 0, cut), 0, &offset), "%zu", cut);
    tc_str_done(&s);
}

Test(zone, uses_the_wide_block_and_the_footer_behind_the_last_transition)
{
    static const int64_t times[] = {-5000000000, 2000};
    tc_str s;
    int32_t offset = 0;
    tc_str_init(&s, 4096);
    add_block(&s, '2', 4, times, 0);
    add_block(&s, '2', 8, times, 2);
    tc_str_add(&s, TC_LIT("\nEST5EDT,M3.2.0,M11.1.0\n"));
    cr_expect(tc_tzif_offset(tc_str_view(&s), -4000000000, &offset) && offset == 7200);
    int64_t july = at(2020, 7, 1, 0) / TC_SECOND;
    int64_t january = at(2020, 1, 1, 0) / TC_SECOND;
    cr_expect(tc_tzif_offset(tc_str_view(&s), july, &offset) && offset == -4 * 3600);
    cr_expect(tc_tzif_offset(tc_str_view(&s), january, &offset) && offset == -5 * 3600);
    for (size_t i = 0; i < s.len; i++) {
        /* Any damage is refused or answered with an offset of this world. */
        s.data[i] ^= 0xFF;
        if (tc_tzif_offset(tc_str_view(&s), july, &offset)) {
            cr_expect(offset > -93600 && offset < 93600, "byte %zu: %d", i, offset);
        }
        s.data[i] ^= 0xFF;
    }
    tc_str_done(&s);
}

Test(zone, reads_posix_rules)
{
    static const struct {
        const char *rule;
        int month, day, hour; /* of 2024, UTC */
        int32_t wanted;
    } rows[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", 3, 31, 0, 3600},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 3, 31, 1, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 10, 27, 0, 7200},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 10, 27, 1, 3600},
        {"NZST-12NZDT,M9.5.0,M4.1.0/3", 1, 15, 0, 46800},
        {"NZST-12NZDT,M9.5.0,M4.1.0/3", 7, 15, 0, 43200},
        {"<+0330>-3:30", 7, 1, 0, 12600},
        {"UTC0", 7, 1, 0, 0},
        {"EST5EDT,J60,J300", 3, 2, 0, -14400},
        {"EST5EDT,59,300", 2, 29, 8, -14400},
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 3, 31, 0, -10800},
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 3, 31, 1, -7200},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        int32_t offset = 1;
        int64_t utc = at(2024, rows[i].month, rows[i].day, rows[i].hour) / TC_SECOND;
        cr_expect(tc_posix_tz_offset(tc_slice_of(rows[i].rule), utc, &offset), "row %zu", i);
        cr_expect(offset == rows[i].wanted, "row %zu (%s): %d", i, rows[i].rule, offset);
    }
    static const char *const wrong[] = {"",
                                        "C",
                                        "CET",
                                        "CET-1CEST",
                                        "CET-1x",
                                        "CET-1CEST,M3.5.0",
                                        "CET-1CEST,M13.1.0,M1.1.0",
                                        "CET999",
                                        "<CET-1",
                                        "CET-1CEST,M3.5.0,M10.5.0/3x"};
    for (size_t i = 0; i < TC_COUNT_OF(wrong); i++) {
        int32_t offset;
        cr_expect(!tc_posix_tz_offset(tc_slice_of(wrong[i]), 0, &offset), "%s", wrong[i]);
    }
}

static void put_zones(void)
{
    static const int64_t times[] = {1000};
    tc_str s;
    tc_str_init(&s, 4096);
    add_block(&s, 0, 4, times, 1);
    put_folder("zones");
    put_folder("zones/Europe");
    put_bytes("zones/Europe/Somewhere", tc_str_view(&s));
    put_bytes("outside", tc_str_view(&s));
    put_text("zones/notes.txt", "no zone");
    put_text("zones/Broken", "no zone");
    tc_str_done(&s);
}

Test(zone, accepts_offsets_and_names_below_the_folder)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_zone zone;
    tc_error error = {0};
    put_zones();
    static const struct {
        const char *text;
        int64_t minutes;
    } good[] = {{"Z", 0},        {"utc", 0},   {"+02:00", 120},
                {"-0330", -210}, {"+09", 540}, {"Europe/Somewhere", 120}};
    for (size_t i = 0; i < TC_COUNT_OF(good); i++) {
        tc_status status =
            tc_zone_read(tc_slice_of(good[i].text), in_files("zones"), arena, &zone, &error);
        cr_expect(!tc_failed(status), "%s: %s", good[i].text, error.text);
        cr_expect(tc_zone_offset_ns(&zone, TC_DAY) == good[i].minutes * TC_MINUTE, "%s",
                  good[i].text);
    }
    tc_arena_free(arena);
}

Test(zone, refuses_everything_else)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_zone zone;
    tc_error error = {0};
    put_zones();
    static const char *const wrong[] = {"",
                                        "../outside",
                                        "/etc/localtime",
                                        "Europe",
                                        "Broken",
                                        "Nowhere",
                                        "Europe//Somewhere",
                                        "+2",
                                        "+25:00",
                                        "+02:60",
                                        "+02:00x",
                                        "Europe/",
                                        "zones/../outside",
                                        "notes.txt"};
    for (size_t i = 0; i < TC_COUNT_OF(wrong); i++) {
        tc_status status =
            tc_zone_read(tc_slice_of(wrong[i]), in_files("zones"), arena, &zone, &error);
        cr_expect(status.code == TC_ESYNTAX, "%s", wrong[i]);
        cr_expect_str_eq(error.source, "--tz");
    }
    tc_arena_free(arena);
}

Test(zone, takes_the_offset_in_force_at_a_local_time)
{
    static const int64_t times[] = {1000000};
    tc_str s;
    tc_str_init(&s, 4096);
    add_block(&s, 0, 4, times, 1);
    tc_zone zone = {.file = tc_str_view(&s)};
    cr_expect(tc_zone_offset_ns(&zone, (1000000 + 3500) * TC_SECOND) == TC_HOUR);
    cr_expect(tc_zone_offset_ns(&zone, (1000000 + 7300) * TC_SECOND) == 2 * TC_HOUR);
    tc_str_done(&s);
}
