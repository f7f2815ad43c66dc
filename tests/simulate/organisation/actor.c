#include "tests/simulate/organisation/actor.h"

#include "tests/simulate/organisation/life.h"
#include "tests/simulate/organisation/truth.h"
#include "tests/simulate/organisation/webmail.h"

static const char *const rare_agents[] = {
    "Mozilla/5.0+(Windows+NT+5.2;+rv:31.0)+Gecko/20100101+Firefox/31.0",
    "Mozilla/5.0+(compatible;+MSIE+10.0;+Windows+NT+6.2;+Win64;+x64;+Trident/6.0)",
    "Mozilla/5.0+(Windows+NT+6.3;+WOW64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
    "41.0.2272.101+"
    "Safari/537.36",
    "Mozilla/5.0+(X11;+Ubuntu;+Linux+i686;+rv:52.0)+Gecko/20100101+Firefox/52.0",
    "Mozilla/4.0+(compatible;+MSIE+6.0;+Windows+NT+5.1;+SV1;+Maxthon)",
    "Mozilla/5.0+(Windows+NT+6.1)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/50.0.2661.87+"
    "Safari/537.36+OPR/37.0.2178.32",
    "Mozilla/5.0+(Windows+NT+10.0;+WOW64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
    "69.0.3497.100+QQBrowser/9.6.4",
    "python-requests/2.18.4",
    "Mozilla/5.0+(Windows+NT+6.1;+WOW64;+rv:40.0)+Gecko/20100101+Goanna/3.4+PaleMoon/27.6.2"};
/* As everyday as any. */
static const char *const common_agents[] = {
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
    "84.0.4588.0+Safari/537.36",
    "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:75.0)+Gecko/20100101+Firefox/78.0",
    "Mozilla/4.0+(compatible;+MSIE+8.0;+Windows+NT+6.1;+WOW64;+Trident/"
    "4.0;+SLCC2;+.NET+CLR+2.0.50727)",
    "Mozilla/5.0+(Windows+NT+6.1;+Trident/7.0;+rv:11.0)+like+Gecko"};

static const struct {
    const char *tag;
    int share;
} languages[] = {{"zh-CN", 52}, {"zh-TW", 7}, {"ru-RU", 13}, {"ko-KR", 5}, {"fa-IR", 5},
                 {"vi-VN", 3},  {"ar-SA", 3}, {"he-IL", 2},  {"tr-TR", 2}, {"hi-IN", 1},
                 {"th-TH", 1},  {"ja-JP", 1}, {"de-DE", 2},  {"en-US", 2}, {"ro-RO", 1}};

static const char *const trick_names[] = {"probe", "mapi", "ews",     "reminders",
                                          "early", "eas",  "routine", "exit"};

uint32_t actor_tricks(const char *names)
{
    uint32_t tricks = 0;
    while (*names) {
        size_t length = strcspn(names, "+");
        uint32_t found = 0;
        for (uint32_t i = 0; i < TC_COUNT_OF(trick_names); i++)
            if (strlen(trick_names[i]) == length && strncmp(trick_names[i], names, length) == 0)
                found = 1u << i;
        if (found == 0) return 0;
        tricks |= found;
        names += length + (names[length] == '+');
    }
    return tricks;
}

const char *actor_trick_name(uint32_t bit)
{
    return trick_names[bit % TC_COUNT_OF(trick_names)];
}

static const culture *draw_language(rng *r)
{
    int at = (int)rng_below(r, 100);
    for (size_t i = 0; i < TC_COUNT_OF(languages); i++)
        if ((at -= languages[i].share) < 0) return culture_of(languages[i].tag);
    return culture_of("zh-CN");
}

/* Rented machines half the time, access lines abroad, broken-into machines of the neighbourhood. */
static const network *draw_network(const org *o, const culture *c, rng *r)
{
    double kind = rng_between(r, 0, 1);
    if (kind < 0.08) return internet_find(o, NET_RENTED, NULL, rng_below(r, 3));
    if (kind < 0.5)
        return internet_find(o, NET_HOSTING, internet_country(r, false), rng_below(r, 9));
    if (kind < 0.8)
        return internet_find(o, NET_HOME,
                             rng_chance(r, 0.6) ? c->country : internet_country(r, false),
                             rng_below(r, 9));
    return internet_find(o, rng_chance(r, 0.5) ? NET_HOSTING : NET_HOME, internet_country(r, true),
                         rng_below(r, 9));
}

static void draw_sources(const org *o, actor *a, rng *r)
{
    const network *nets[3];
    uint32_t systems = 1 + rng_below(r, 3);
    for (uint32_t i = 0; i < systems; i++)
        nets[i] = draw_network(o, a->language, r);
    a->source_count = 1 + rng_below(r, (uint32_t)ACTOR_SOURCES);
    for (uint32_t i = 0; i < a->source_count; i++) {
        internet_v4(nets[i % systems], rng_next(r), a->sources[i]);
        if (a->tricks & TRICK_EXIT) snprintf(a->sources[i], ADDRESS_TEXT, "%s", life_exit(o, i).ip);
    }
}

static void draw_agents(actor *a, rng *r)
{
    a->agent_count = rng_chance(r, 0.4) ? 2 : 1;
    for (uint32_t i = 0; i < a->agent_count; i++) {
        const char *agent = rng_chance(r, 0.7)
                                ? rare_agents[rng_below(r, TC_COUNT_OF(rare_agents))]
                                : common_agents[rng_below(r, TC_COUNT_OF(common_agents))];
        if (a->tricks & TRICK_EWS)
            agent = "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.4999;+Pro)";
        snprintf(a->agents[i], AGENT_TEXT, "%.180s%s", agent,
                 a->tricks & TRICK_PROBE ? "+AMProbe" : "");
    }
}

static bool shares(const actor *a, const actor *b)
{
    /* Every network lies in a block of 65,536 of its own. */
    for (uint32_t i = 0; i < a->source_count; i++)
        for (uint32_t k = 0; k < b->source_count; k++)
            if (internet_same_block(a->sources[i], b->sources[k])) return true;
    for (uint32_t i = 0; i < a->agent_count; i++)
        for (uint32_t k = 0; k < b->agent_count; k++)
            if (strcmp(a->agents[i], b->agents[k]) == 0) return true;
    return false;
}

actor actor_apart(const org *o, const actor *a, rng *r)
{
    actor other = *a;
    other.tricks = 0; /* a trick may leave one block or one agent to choose from */
    do {
        draw_sources(o, &other, r);
        draw_agents(&other, r);
    } while (shares(a, &other));
    return other;
}

actor actor_draw(org *o, const char *family, const char *base, uint32_t tricks, rng *r)
{
    char variant[64];
    size_t n = 0;
    actor a = {.family = family, .tricks = tricks, .language = draw_language(r)};
    a.flip = strcmp(base, "A2") == 0 ? rng_between(r, 0.2, 0.5) : rng_between(r, 0.35, 0.9);
    draw_sources(o, &a, r);
    draw_agents(&a, r);
    double h = rng_between(r, 0, 1);
    a.hours = h < 0.5 ? 0 : h < 0.85 ? 1 : 2;
    uint32_t room = o->opt.days - o->opt.learn_days;
    a.first_day = o->opt.learn_days + 1 + rng_below(r, TC_MAX(1u, room * 6 / 10));
    a.days = TC_MIN(3 + rng_below(r, 12), o->opt.days - a.first_day);
    a.days = TC_MAX(a.days, 1u);
    n = (size_t)snprintf(variant, sizeof(variant), "%s", base);
    for (uint32_t i = 0; i < TC_COUNT_OF(trick_names); i++)
        if (tricks & 1u << i && n < sizeof(variant))
            n += (size_t)snprintf(variant + n, sizeof(variant) - n, "/%s", trick_names[i]);
    a.campaign = truth_campaign(o, family, variant, a.language);
    return a;
}

static bool is_chosen(const actor *a, uint32_t mailbox)
{
    for (uint32_t i = 0; i < a->victim_count; i++)
        if (a->victims[i] == mailbox) return true;
    return false;
}

bool actor_spares(const actor *a, uint32_t mailbox)
{
    return a->spares_victims && is_chosen(a, mailbox);
}

void actor_choose_victims(org *o, actor *a, uint32_t least, uint32_t most, rng *r)
{
    most = TC_MIN(most, TC_MAX(least, o->opt.mailboxes / 6));
    uint32_t wanted = TC_MIN(least + rng_below(r, most - least + 1), (uint32_t)ACTOR_VICTIMS);
    for (uint32_t tries = 0; a->victim_count < wanted && tries < 20000; tries++) {
        uint32_t i = people_any(o, r, BOX_USER);
        const person *m = &o->mailboxes[i];
        bool liked = strcmp(m->role, "vip") == 0 || strcmp(m->role, "assistant") == 0 ||
                     strcmp(m->role, "policy") == 0;
        if (is_chosen(a, i) || (!liked && !rng_chance(r, 0.4))) continue;
        a->victims[a->victim_count++] = i;
    }
}

tc_time actor_time(const org *o, const actor *a, uint32_t day, rng *r)
{
    day = TC_MIN(day, o->opt.days - 1);
    double hour = a->hours == 0   ? rng_between(r, 7, 17)
                  : a->hours == 1 ? rng_between(r, 0.5, 10)
                                  : rng_between(r, 0, 23.5);
    return org_day(o, day) + (tc_time)(hour * 3600e9);
}

static void intrude(org *o, const errand *e, rng *r)
{
    static const struct {
        uint32_t trick, disguise;
    } disguises[] = {{TRICK_MAPI, DISGUISE_MAPI},
                     {TRICK_EWS, DISGUISE_EWS},
                     {TRICK_REMINDERS, DISGUISE_REMINDERS},
                     {TRICK_EAS, DISGUISE_EAS}};
    const person *m = &o->mailboxes[e->mailbox];
    visit v = {.at = e->at,
               .mailbox = e->mailbox,
               .ip = e->ip,
               .agent = e->agent,
               .typed = people_typed(m, (int)e->b),
               .browser = e->culture,
               .minutes = e->a,
               .reads = e->a * 2 + rng_below(r, 40),
               .attachments = rng_below(r, 12),
               .opens = UINT32_MAX,
               .campaign = e->campaign};
    if (v.browser == NULL) v.browser = marks_culture(o, e->mailbox, e->at);
    v.writes_language = e->culture != NULL;
    v.fetches_resources = rng_chance(r, 0.45);
    v.names_market = e->culture != NULL && rng_chance(r, 0.2);
    for (size_t i = 0; i < TC_COUNT_OF(disguises); i++)
        if (e->tricks & disguises[i].trick) v.disguise |= disguises[i].disguise;
    (void)webmail_visit(o, &v, r);
}

errand actor_visit(const actor *a, uint32_t mailbox, tc_time at, rng *r)
{
    errand e = {.at = at,
                .run = intrude,
                .mailbox = mailbox,
                .campaign = a->campaign,
                .a = 5 + rng_below(r, 36),
                .b = a->campaign % 2 ? 2 : 1,
                .tricks = a->tricks};
    snprintf(e.ip, sizeof(e.ip), "%s", a->sources[rng_below(r, a->source_count)]);
    snprintf(e.agent, sizeof(e.agent), "%s", a->agents[rng_below(r, a->agent_count)]);
    return e;
}
