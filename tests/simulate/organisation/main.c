/* tocsin-sim: writes the logs of a made-up organisation over two months, with what is true of them.
 */
#include "parsers/base/alloc.h"
#include "tests/simulate/organisation/actor.h"
#include "tests/simulate/organisation/agenda.h"
#include "tests/simulate/organisation/attack.h"
#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/trap_odd.h"
#include "tests/simulate/organisation/truth.h"

#include <getopt.h>
#include <math.h>

static const char usage[] =
    "Usage: tocsin-sim --out FOLDER [OPTION]...\n"
    "  --seed N              another organisation (default 1)\n"
    "  --profile NAME        small (150 mailboxes), middle (1000), large (4000)\n"
    "  --mailboxes N --days N --learn-days N\n"
    "  --era legacy|2013     (default: drawn)\n"
    "  --family NAME+NAME    A1 to A19, A4E, none, or draw (default)\n"
    "  --odd NAME+NAME       conference rollout proxy drill phones merger monitor holiday shared\n"
    "                        pack: what happens once in years\n"
    "  --tricks NAME+NAME    probe mapi ews reminders early eas routine exit: A9 on that family\n"
    "  --without WHAT,...    tracking users names geo subjects forwarded iis winlog\n"
    "  --with WHAT,...       sspr hybrid, whatever is drawn\n"
    "  --names FORM          of accounts: alike, unlike, domain (default: drawn)\n"
    "  --corrupt SHARE       of the lines are damaged\n"
    "  --lose-days SHARE     of the files are missing\n"
    "  --lose-mailboxes SHARE  of the mailboxes are in no log\n"
    "  --lose-host           one of the front ends' web logs are missing\n"
    "  --natural-rates       rare harmless events only as often as they are\n";

static bool read_u32(const char *text, uint32_t least, uint32_t most, uint32_t *ret)
{
    uint64_t n;
    if (!tc_slice_to_u64(tc_slice_of(text), &n) || n < least || n > most) return false;
    *ret = (uint32_t)n;
    return true;
}

static bool read_share(const char *text, double *ret)
{
    char *end = NULL;
    *ret = strtod(text, &end);
    return end != text && *end == 0 && isfinite(*ret) && *ret >= 0 && *ret <= 1;
}

static bool read_profile(const char *name, options *o)
{
    static const struct {
        const char *name;
        uint32_t mailboxes;
    } profiles[] = {{"small", 150}, {"middle", 1000}, {"large", 4000}};
    for (size_t i = 0; i < TC_COUNT_OF(profiles); i++) {
        if (strcmp(profiles[i].name, name) != 0) continue;
        o->mailboxes = profiles[i].mailboxes;
        return true;
    }
    return false;
}

static bool read_era(const char *name, options *o)
{
    if (strcmp(name, "legacy") == 0)
        o->era = ERA_LEGACY;
    else if (strcmp(name, "2013") == 0)
        o->era = ERA_2013;
    else
        return strcmp(name, "draw") == 0;
    return true;
}

static bool read_lack(const char *name, size_t length, options *o)
{
    const struct {
        const char *name;
        bool *lacks;
    } all[] = {{"tracking", &o->without.tracking}, {"users", &o->without.users},
               {"names", &o->without.names},       {"geo", &o->without.geo},
               {"subjects", &o->without.subjects}, {"forwarded", &o->without.forwarded},
               {"iis", &o->without.iis},           {"winlog", &o->without.winlog}};
    for (size_t i = 0; i < TC_COUNT_OF(all); i++) {
        if (strlen(all[i].name) != length || strncmp(all[i].name, name, length) != 0) continue;
        *all[i].lacks = true;
        return true;
    }
    return false;
}

static bool read_habit(const char *name, size_t length, options *o)
{
    if (length == 4 && strncmp(name, "sspr", 4) == 0)
        o->with.sspr = true;
    else if (length == 6 && strncmp(name, "hybrid", 6) == 0)
        o->with.hybrid = true;
    else
        return false;
    return true;
}

static bool read_naming(const char *name, options *o)
{
    static const char *const forms[] = {
        [NAMING_ALIKE] = "alike", [NAMING_UNLIKE] = "unlike", [NAMING_DOMAIN] = "domain"};
    for (size_t i = NAMING_ALIKE; i < TC_COUNT_OF(forms); i++) {
        if (strcmp(forms[i], name) != 0) continue;
        o->names = (naming)i;
        return true;
    }
    return false;
}

static bool read_list(const char *names, bool (*read)(const char *, size_t, options *), options *o)
{
    while (*names) {
        size_t length = strcspn(names, ",");
        if (!read(names, length, o)) return false;
        names += length;
        if (*names == ',') names++;
    }
    return true;
}

static bool take(int code, const char *text, options *o)
{
    switch (code) {
    case 's':
        return tc_slice_to_u64(tc_slice_of(text), &o->seed);
    case 'p':
        return read_profile(text, o);
    case 'n':
        return read_u32(text, 10, 20000, &o->mailboxes);
    case 'd':
        return read_u32(text, 3, 400, &o->days);
    case 'l':
        return read_u32(text, 1, 300, &o->learn_days);
    case 'e':
        return read_era(text, o);
    case 'f':
        snprintf(o->families, sizeof(o->families), "%s", text);
        return true;
    case 'b':
        snprintf(o->odd, sizeof(o->odd), "%s", text);
        return true;
    case 't':
        return (o->tricks = actor_tricks(text)) != 0;
    case 'w':
        return read_list(text, read_lack, o);
    case 'a':
        return read_list(text, read_habit, o);
    case 'm':
        return read_naming(text, o);
    case 'z':
        return read_share(text, &o->lose_mailboxes);
    case 'c':
        return read_share(text, &o->corrupt);
    case 'y':
        return read_share(text, &o->lose_days);
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, options *o)
{
    static const struct option longs[] = {{"seed", 1, NULL, 's'},
                                          {"profile", 1, NULL, 'p'},
                                          {"mailboxes", 1, NULL, 'n'},
                                          {"days", 1, NULL, 'd'},
                                          {"learn-days", 1, NULL, 'l'},
                                          {"era", 1, NULL, 'e'},
                                          {"family", 1, NULL, 'f'},
                                          {"without", 1, NULL, 'w'},
                                          {"tricks", 1, NULL, 't'},
                                          {"corrupt", 1, NULL, 'c'},
                                          {"lose-days", 1, NULL, 'y'},
                                          {"lose-host", 0, NULL, 'h'},
                                          {"natural-rates", 0, NULL, 'r'},
                                          {"out", 1, NULL, 'o'},
                                          {"with", 1, NULL, 'a'},
                                          {"names", 1, NULL, 'm'},
                                          {"lose-mailboxes", 1, NULL, 'z'},
                                          {"odd", 1, NULL, 'b'},
                                          {NULL, 0, NULL, 0}};
    int code;
    while ((code = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (code == 'o')
            o->folder = optarg;
        else if (code == 'h')
            o->lose_host = true;
        else if (code == 'r')
            o->natural_rates = true;
        else if (!take(code, optarg, o))
            return false;
    }
    return o->folder != NULL && optind == argc && o->learn_days < o->days;
}

static bool make_days(org *o)
{
    for (o->day = 0; o->day < o->opt.days; o->day++) {
        agenda_run(o);
        life_web(o);
        life_clients(o);
        life_accounts(o);
        life_noise(o);
        life_mail(o);
        tc_time until = o->day + 1 == o->opt.days ? INT64_MAX : org_day(o, o->day + 1);
        if (!sink_flush(o->sink, until)) return false;
    }
    return true;
}

static bool make(org *o)
{
    org_draw(o);
    internet_draw(o);
    people_draw(o);
    o->sink = sink_new(o);
    o->truth = truth_new();
    o->agenda = agenda_new();
    o->marks = marks_new();
    if (!attack_set(o) || !trap_odd_set(o)) return false;
    trap_language_set(o);
    trap_place_set(o);
    trap_password_set(o);
    trap_server_set(o);
    bool ok = make_days(o) && truth_write(o) && config_write(o) &&
              (o->opt.without.geo || internet_write(o));
    sink_free(o->sink);
    truth_free(o->truth);
    agenda_free(o->agenda);
    marks_free(o->marks);
    return ok;
}

int main(int argc, char **argv)
{
    org o = {.opt = {.seed = 1,
                     .mailboxes = 150,
                     .days = 58,
                     .learn_days = 28,
                     .era = -1,
                     .families = "draw"}};
    if (!read_options(argc, argv, &o.opt)) {
        fputs(usage, stderr);
        return 2;
    }
    bool ok = make(&o);
    if (!ok) fprintf(stderr, "tocsin-sim: cannot make it below %s\n", o.opt.folder);
    tc_free(o.networks);
    tc_free(o.mailboxes);
    return ok ? 0 : 1;
}
