/* tocsin-simulate: writes the logs of a made-up organisation, with or without the break-in of 2011.
 */
#include "tests/simulate/world.h"

#include "parsers/base/alloc.h"

#include <getopt.h>

static const char usage[] =
    "Usage: tocsin-simulate --out FOLDER [OPTION]...\n"
    "  --profile march2011|quiet  with the break-in (default) or its quiet twin\n"
    "  --seed N                   another world (default 2011)\n"
    "  --people N, --days N       size (default 60 and 40)\n"
    "  --accounts-unlike          account names that have nothing of the mail address\n"
    "  --nat                      a balancer hides all clients\n";

static bool read_number(const char *text, uint32_t most, uint32_t *ret)
{
    uint64_t n;
    if (!tc_slice_to_u64(tc_slice_of(text), &n) || n == 0 || n > most) return false;
    *ret = (uint32_t)n;
    return true;
}

static bool read_options(int argc, char **argv, settings *s)
{
    static const struct option longs[] = {{"profile", 1, NULL, 'p'},
                                          {"seed", 1, NULL, 's'},
                                          {"people", 1, NULL, 'n'},
                                          {"days", 1, NULL, 'd'},
                                          {"accounts-unlike", 0, NULL, 'u'},
                                          {"nat", 0, NULL, 'b'},
                                          {"out", 1, NULL, 'o'},
                                          {NULL, 0, NULL, 0}};
    int code;
    while ((code = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        bool ok = true;
        switch (code) {
        case 'p':
            s->attack = strcmp(optarg, "march2011") == 0;
            ok = s->attack || strcmp(optarg, "quiet") == 0;
            break;
        case 's':
            ok = tc_slice_to_u64(tc_slice_of(optarg), &s->seed);
            break;
        case 'n':
            ok = read_number(optarg, PEOPLE_MAX, &s->people);
            break;
        case 'd':
            ok = read_number(optarg, 400, &s->days);
            break;
        case 'u':
            s->accounts_unlike = true;
            break;
        case 'b':
            s->nat = true;
            break;
        case 'o':
            s->folder = optarg;
            break;
        default:
            return false;
        }
        if (!ok) return false;
    }
    return s->folder != NULL && optind == argc;
}

int main(int argc, char **argv)
{
    world w = {.set = {.seed = 2011, .people = 60, .days = 40, .attack = true}};
    if (!read_options(argc, argv, &w.set) ||
        !tc_time_from_civil(2011, 2, 7, 0, 0, 0, &w.set.start)) {
        fputs(usage, stderr);
        return 2;
    }
    tc_str_init(&w.text, (size_t)16 << 30);
    world_people(&w);
    if (w.people == NULL) return 1;
    if (w.set.attack) attack_march2011(&w);
    web_everyday(&w);
    mail_everyday(&w);
    directory_everyday(&w);
    bool ok =
        !tc_failed(tc_str_status(&w.text)) && write_logs(&w) && write_geo(&w) && write_expected(&w);
    if (!ok) fprintf(stderr, "tocsin-simulate: cannot write below %s\n", w.set.folder);
    tc_str_done(&w.text);
    tc_free(w.lines);
    tc_free(w.people);
    return ok ? 0 : 1;
}
