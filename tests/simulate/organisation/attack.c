/* Which campaigns there are. */
#include "tests/simulate/organisation/attack.h"

#include "tests/simulate/organisation/attack_parts.h"

typedef struct family {
    const char *name;
    void (*set)(org *o, actor *a, rng *r);
} family;

static const family families[] = {
    {"A1", attack_2011},          {"A2", attack_patient}, {"A3", attack_quarter},
    {"A4", attack_spray},         {"A5", attack_resets},  {"A6", attack_exploit},
    {"A7", attack_persist},       {"A10", attack_cry},    {"A11", attack_homely},
    {"A4E", attack_elsewhere},    {"A12", attack_guess},  {"A13", attack_babel},
    {"A14", attack_self_service}, {"A15", attack_drip},   {"A16", attack_delegate},
    {"A17", attack_courier},      {"A18", attack_relay},  {"A19", attack_drop}};

static const family *find(const char *name, size_t length)
{
    for (size_t i = 0; i < TC_COUNT_OF(families); i++)
        if (strlen(families[i].name) == length && strncmp(families[i].name, name, length) == 0)
            return &families[i];
    return NULL;
}

/* Tricks that make sense for that base. */
static uint32_t draw_tricks(const char *base, rng *r)
{
    static const uint32_t webmail[] = {TRICK_PROBE, TRICK_MAPI, TRICK_EWS, TRICK_REMINDERS,
                                       TRICK_EARLY, TRICK_EAS,  TRICK_EXIT};
    uint32_t tricks = webmail[rng_below(r, TC_COUNT_OF(webmail))];
    if (strcmp(base, "A5") == 0 && rng_chance(r, 0.6)) tricks = TRICK_ROUTINE;
    if (rng_chance(r, 0.4)) tricks |= webmail[rng_below(r, TC_COUNT_OF(webmail))];
    if (tricks & TRICK_MAPI) tricks &= ~(uint32_t)TRICK_EWS;
    return tricks;
}

static void set_one(org *o, const char *name, size_t length, uint32_t number)
{
    rng r = org_rng(o, "campaign", number), disguise = org_rng(o, "disguise", number);
    const family *base = find(name, length);
    uint32_t tricks = o->opt.tricks;
    const char *label = base ? base->name : "A9";
    if (base == NULL) {
        base = &families[rng_below(&disguise, 5)];
        tricks = draw_tricks(base->name, &disguise);
    } else if (tricks) {
        label = "A9";
    }
    actor a = actor_draw(o, label, base->name, tricks, &r);
    base->set(o, &a, &r);
    if (!(tricks & TRICK_EARLY)) return;
    for (uint32_t i = 0; i < a.victim_count; i++) {
        uint32_t before = 11 + rng_below(&disguise, 9);
        if (before >= a.first_day) continue;
        errand e = actor_visit(&a, a.victims[i], actor_time(o, &a, a.first_day - before, &disguise),
                               &disguise);
        agenda_add(o, e);
    }
}

static bool draw(org *o)
{
    static const char *const names[] = {"A1", "A1", "A1", "A2", "A2", "A3",
                                        "A4", "A5", "A6", "A7", "A9", "A11"};
    rng r = org_rng(o, "families", 0);
    if (rng_chance(&r, 0.5)) {
        snprintf(o->opt.families, sizeof(o->opt.families), "none");
        return true;
    }
    uint32_t count = 1 + rng_below(&r, 2);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = names[rng_below(&r, TC_COUNT_OF(names))];
        set_one(o, name, strlen(name), i);
    }
    return true;
}

bool attack_set(org *o)
{
    const char *at = o->opt.families;
    if (strcmp(at, "none") == 0) return true;
    if (strcmp(at, "draw") == 0) return draw(o);
    for (uint32_t number = 0; *at; number++) {
        size_t length = strcspn(at, "+");
        if (find(at, length) == NULL && strncmp(at, "A9", length) != 0) return false;
        set_one(o, at, length, number);
        at += length + (at[length] == '+');
    }
    return true;
}
