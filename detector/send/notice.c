#include "detector/send/notice.h"

#include "parsers/base/hash.h"
#include "parsers/base/str.h"

void tc_notice_identify(tc_notice *n, tc_slice about)
{
    uint64_t first = tc_content_hash_add(tc_content_hash(tc_slice_of(n->kind)), about);
    uint64_t both = tc_content_hash_add(first, tc_slice_make(&n->time, sizeof(n->time)));
    uint64_t second = tc_content_hash_add(both, TC_LIT("notice"));
    snprintf(n->id, sizeof(n->id), "%016" PRIx64 "%016" PRIx64, both, second);
}

/* -- heartbeat ------------------------------------------------------------------------------- */

enum { FACTS = 7, FACT_TEXT = 40 };

static void add_number(tc_notice_fact *fact, char text[FACT_TEXT], const char *name, uint64_t n)
{
    snprintf(text, FACT_TEXT, "%" PRIu64, n);
    *fact = (tc_notice_fact){name, tc_slice_of(text), true};
}

void tc_notice_heartbeat(const tc_heartbeat *b, tc_notice_take take, void *context)
{
    char texts[FACTS][FACT_TEXT], newest[TC_TIME_TEXT], words[240];
    tc_notice_fact facts[FACTS];
    size_t n = 0;
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"number", b->number},   {"events", b->events}, {"alerts", b->alerts},
                   {"pending", b->pending}, {"dead", b->dead},     {"held", b->held}};
    for (; n < TC_COUNT_OF(numbers); n++)
        add_number(&facts[n], texts[n], numbers[n].name, numbers[n].value);
    tc_time_format_ms(b->newest, newest);
    if (b->newest != TC_TIME_NONE)
        facts[n++] = (tc_notice_fact){"newest", tc_slice_of(newest), false};
    snprintf(words, sizeof(words),
             "tocsin is alive: %" PRIu64 " events, %" PRIu64 " alerts since its start; newest "
             "record %s; %" PRIu64 " messages wait, %" PRIu64 " were given up",
             b->events, b->alerts, b->newest == TC_TIME_NONE ? "none" : newest, b->pending,
             b->dead);
    tc_notice notice = {.kind = "heartbeat",
                        .time = b->time,
                        .level = TC_LEVEL_INFORMATIONAL,
                        .message = tc_slice_of(words),
                        .facts = facts,
                        .fact_count = n};
    tc_notice_identify(&notice, TC_EMPTY_SLICE);
    take(context, &notice);
}

/* -- test ------------------------------------------------------------------------------------ */

void tc_notice_test(tc_time time, tc_slice receiver, tc_notice_take take, void *context)
{
    const tc_notice_fact fact = {"test", TC_LIT("true"), true};
    char words[200];
    snprintf(words, sizeof(words),
             "TEST of the way to receiver %.*s: nothing has happened, nothing is to be done",
             (int)TC_MIN(receiver.len, (size_t)64), (const char *)receiver.ptr);
    tc_notice notice = {.kind = "test",
                        .time = time,
                        .level = TC_LEVEL_CRITICAL,
                        .message = tc_slice_of(words),
                        .facts = &fact,
                        .fact_count = 1};
    tc_notice_identify(&notice, receiver);
    take(context, &notice);
}
