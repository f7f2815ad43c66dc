/* People and the heap of lines. */
#include "tests/simulate/world.h"

#include "parsers/base/alloc.h"

#include <stdarg.h>

static const char *const given_names[] = {"anna",  "bruno",  "carla",  "david", "elena",  "frank",
                                          "greta", "hugo",   "ines",   "jonas", "katja",  "luc",
                                          "marta", "nils",   "olga",   "paul",  "quirin", "rosa",
                                          "sven",  "teresa", "ulrich", "vera",  "wim",    "yves"};
static const char *const family_names[] = {
    "adam",  "berger", "costa",  "dubois",  "eriksen", "fontana", "gruber", "huber",
    "ivens", "jansen", "keller", "lambert", "moreau",  "novak",   "olsen",  "peeters",
    "quint", "rossi",  "simon",  "thomas",  "urban",   "vermeer", "wagner", "zimmer"};
static const char *const agents[] = {
    "Mozilla/5.0+(Windows;+U;+Windows+NT+6.1;+en-GB;+rv:1.9.2.13)+Gecko/20101203+Firefox/3.6.13",
    "Mozilla/4.0+(compatible;+MSIE+8.0;+Windows+NT+6.1;+WOW64;+Trident/4.0)",
    "Mozilla/4.0+(compatible;+MSIE+7.0;+Windows+NT+5.1)",
    "Mozilla/5.0+(Macintosh;+U;+Intel+Mac+OS+X+10_6_6;+fr-fr)+AppleWebKit/533.19.4+Safari/533.19.4",
    "Mozilla/5.0+(Windows;+U;+Windows+NT+5.1;+en-US)+AppleWebKit/534.13+Chrome/9.0.597.98"};
/* Share of the mailboxes, in percent. */
static const struct {
    const char *language;
    uint32_t share;
} languages[] = {{"en", 44}, {"fr", 24}, {"de", 14}, {"it", 6}, {"es", 6}, {"nl", 6}};

static const char *language_of(uint32_t number, uint32_t people)
{
    uint32_t at = (uint32_t)((uint64_t)number * 100 / people), sum = 0;
    for (size_t i = 0; i < TC_COUNT_OF(languages); i++) {
        sum += languages[i].share;
        if (at < sum) return languages[i].language;
    }
    return "en";
}

static void habits(person *p, rng *r)
{
    static const char *const phones[] = {"ApplC39DH1A4DTC0", "SAMSUNG358240", "ApplDLXF2JJ8DFJ1",
                                         "HTCAndroid7F10"};
    uint32_t kind = rng_below(r, 100);
    p->webmail_per_day = kind < 30 ? 0 : kind < 70 ? 0.15 : kind < 92 ? 0.6 : 1.6;
    p->agent = agents[rng_below(r, TC_COUNT_OF(agents))];
    p->phone = rng_chance(r, 0.55) ? phones[rng_below(r, TC_COUNT_OF(phones))] : NULL;
    p->logs_on_by_upn = rng_chance(r, 0.8);
    snprintf(p->workstation, sizeof(p->workstation), "10.%u.%u.%u", 20 + p->number / 51200,
             p->number / 200 % 256, 10 + p->number % 200);
    /* Two providers at home, see geo.c. */
    if (rng_chance(r, 0.2))
        snprintf(p->home, sizeof(p->home), "2001:db8:%x::%x", 0x100 + p->number,
                 2 + rng_below(r, 9));
    else
        snprintf(p->home, sizeof(p->home), "192.0.2.%u", 1 + p->number % 250);
}

void world_people(world *w)
{
    w->people = tc_alloc(w->set.people, sizeof(person));
    if (w->people == NULL) return;
    for (uint32_t i = 0; i < w->set.people; i++) {
        person *p = &w->people[i];
        rng r = rng_for(w->set.seed, "person", i);
        const char *given = given_names[i % TC_COUNT_OF(given_names)];
        const char *family =
            family_names[(i / TC_COUNT_OF(given_names) + i * 7) % TC_COUNT_OF(family_names)];
        p->number = i;
        snprintf(p->given, sizeof(p->given), "%s", given);
        if (i < 576)
            snprintf(p->family, sizeof(p->family), "%s", family);
        else
            snprintf(p->family, sizeof(p->family), "%s%u", family, i / 576);
        snprintf(p->mail, sizeof(p->mail), "%s.%s@" DOMAIN_NAME, p->given, p->family);
        if (w->set.accounts_unlike)
            snprintf(p->account, sizeof(p->account), "x%06u", 100003 + i * 7919 % 800000);
        else
            snprintf(p->account, sizeof(p->account), "%s.%s", p->given, p->family);
        snprintf(p->sid, sizeof(p->sid), "S-1-5-21-1004336348-1177238915-682003330-%u", 1200 + i);
        uint64_t a = rng_next(&r), b = rng_next(&r);
        snprintf(p->guid, sizeof(p->guid), "%08x-%04x-4%03x-a%03x-%012" PRIx64, (uint32_t)a,
                 (uint32_t)(a >> 32) & 0xffff, (uint32_t)(a >> 48) & 0xfff, (uint32_t)b & 0xfff,
                 b >> 16);
        p->language = language_of((i * 37) % w->set.people, w->set.people);
        habits(p, &r);
    }
}

void world_line(world *w, tc_time time, log_file file, tc_slice text)
{
    if (tc_failed(tc_grow(&w->lines, &w->line_capacity, w->line_count + 1, sizeof(line), SIZE_MAX)))
        return;
    w->lines[w->line_count] = (line){.time = time,
                                     .order = w->line_count,
                                     .file = file,
                                     .length = (uint32_t)text.len,
                                     .at = w->text.len};
    w->line_count++;
    tc_str_add(&w->text, text);
}

void world_linef(world *w, tc_time time, log_file file, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (n > 0) world_line(w, time, file, tc_slice_make(text, TC_MIN((size_t)n, sizeof(text) - 1)));
}

tc_time world_day(const world *w, uint32_t day)
{
    return w->set.start + (tc_time)day * TC_DAY;
}

/* The world begins on a Monday. */
bool world_is_workday(const world *w, uint32_t day)
{
    (void)w;
    return day % 7 < 5;
}

tc_time world_office_time(const world *w, uint32_t day, rng *r)
{
    double hours = rng_between(r, 7.0, 12.0) + rng_between(r, 0.0, 6.0);
    return world_day(w, day) + (tc_time)(hours * (double)TC_HOUR) / TC_SECOND * TC_SECOND;
}
