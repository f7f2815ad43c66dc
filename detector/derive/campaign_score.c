#include "detector/derive/campaign_score.h"

#define BITS(n) ((int32_t)((n)*TC_CAMPAIGN_BIT))

/* One key in 4,096: chosen so that in six made-up organisations of 150 mailboxes the strangers of
 * ordinary life stay below even odds and those of every campaign rise above. */
#define PRIOR BITS(-12)
/* Strangers of a fortnight per 100 mailboxes that are expected where fewer were seen yet: three to
 * five of them were met in the same organisations. */
#define SHIPPED_RATE 4
/* A term says at most so much. */
#define MAILBOX_MOST BITS(6)
#define SHARED_MOST BITS(4)
/* No agent is rarer than one in so many, or in an eighth of what is known: a browser's update is
 * new to everybody at once. */
#define AGENTS_LEAST 64
/* So many strings of a family are in use at a time. */
#define FAMILY_STRINGS 8
/* Two mailboxes from one address within so long. */
#define SAME_SITTING (15 * TC_MINUTE)
/* Mailboxes that come to a network with their own devices and make it a place. */
#define PLACE_LEAST 2
/* Strangers that make it one when each has another agent: people whose devices we never met. */
#define CROWD_LEAST 4

/* Of the evidence bits in their order, and of what the habits say. */
static const int32_t evidence_weight[] = {BITS(6), BITS(8), BITS(6), BITS(4), BITS(4), BITS(5)};
/* Once for each system and country: where one of them comes from all may. */
#define UNUSED_SYSTEM BITS(2)
#define UNUSED_COUNTRY BITS(1)
#define ONE_SITTING BITS(2)
/* Of an own exit less is known. */
#define WITHOUT_NETWORK BITS(-1)
/* One in two strangers of ordinary life comes with a family of agents that the mailbox has used:
 * its owner, on a journey or at a new provider, behind an update (in made-up organisations 676 and
 * 671 of 1,354 and 1,326). An intruder has it as often as mailboxes do. */
#define OWN_BY_CHANCE 2
#define OWN_LEAST BITS(-3)
/* Everything is new to a mailbox that was never used. */
#define NO_HISTORY BITS(-2)

int32_t tc_log2_1024(uint64_t number)
{
    int32_t whole = 0;
    if (number <= 1) return 0;
    whole = 63 - __builtin_clzll(number);
    /* The mantissa in 1.31, squared ten times: each time one more bit of the logarithm. */
    uint64_t m = whole >= 31 ? number >> (whole - 31) : number << (31 - whole);
    int32_t fraction = 0;
    for (int i = 0; i < 10; i++) {
        m = (m * m) >> 31;
        fraction <<= 1;
        if (m >= UINT64_C(1) << 32) {
            m >>= 1;
            fraction |= 1;
        }
    }
    return whole * TC_CAMPAIGN_BIT + fraction;
}

static const tc_trait_kind trait_of[] = {[TC_STRANGER_AGENT] = TC_TRAIT_AGENT,
                                         [TC_STRANGER_ASN] = TC_TRAIT_ASN,
                                         [TC_STRANGER_NETWORK] = TC_TRAIT_NETWORK};

typedef struct judging {
    tc_strangers *strangers;
    const tc_habits *habits;
    tc_stranger_key which;
    tc_campaign *to;
    uint64_t met;   /* N: strangers on other keys, in hundredths */
    int32_t rarity; /* -log2(N p) */
    int32_t score;
} judging;

/* One in so many strangers has that agent by chance, in 1/1024 bit: no rarer than its family
 * allows, because an update is new to all of a family at once. */
static int32_t agents_of(const judging *j, const tc_stranger *it)
{
    uint64_t uses = tc_habits_uses(j->habits, TC_TRAIT_AGENT);
    uint64_t own =
        (uint64_t)tc_habits_of(j->habits, TC_TRAIT_AGENT, it->keys[TC_STRANGER_AGENT]) + 1;
    uint64_t all = uses + tc_habits_values(j->habits, TC_TRAIT_AGENT) + 1;
    uint64_t families = tc_habits_uses(j->habits, TC_TRAIT_FAMILY);
    uint64_t family = tc_habits_of(j->habits, TC_TRAIT_FAMILY, it->family);
    int32_t one_in = tc_log2_1024(all) - tc_log2_1024(own);
    one_in = TC_MIN(one_in, tc_log2_1024(TC_MAX((uint64_t)AGENTS_LEAST, uses / 8)));
    if (family == 0) return one_in;
    return TC_MIN(one_in, tc_log2_1024(families * FAMILY_STRINGS) - tc_log2_1024(family));
}

static int32_t places_of(const judging *j, tc_stranger_key which, uint64_t key)
{
    tc_trait_kind kind = trait_of[which];
    uint64_t all = tc_habits_uses(j->habits, kind) + tc_habits_values(j->habits, kind) + 1;
    uint64_t own = (uint64_t)tc_habits_of(j->habits, kind, key) + 1;
    return tc_log2_1024(all) - tc_log2_1024(own);
}

/* -log2 of how many of the strangers met have that key of the stranger's by chance. */
static int32_t rarity_of(const judging *j, tc_stranger_key which, const tc_stranger *it)
{
    int32_t one_in =
        which == TC_STRANGER_AGENT ? agents_of(j, it) : places_of(j, which, it->keys[which]);
    return one_in + tc_log2_1024(100) - tc_log2_1024(j->met);
}

static int32_t between(int32_t n, int32_t least, int32_t most)
{
    return TC_MIN(TC_MAX(n, least), most);
}

typedef struct crowd {
    size_t mailboxes, agents; /* of the strangers */
} crowd;

static bool put_new(uint64_t *list, size_t *count, uint64_t value)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i] == value) return false;
    list[(*count)++] = value;
    return true;
}

static crowd crowd_at(tc_strangers *s, uint64_t network)
{
    uint64_t mailboxes[TC_CAMPAIGN_LOOKED_AT], agents[TC_CAMPAIGN_LOOKED_AT];
    crowd c = {0, 0};
    const tc_stranger *it = tc_strangers_first(s, TC_STRANGER_NETWORK, network);
    for (size_t looked = 0; it != NULL && looked < TC_CAMPAIGN_LOOKED_AT; looked++) {
        (void)put_new(mailboxes, &c.mailboxes, it->keys[TC_STRANGER_MAILBOX]);
        (void)put_new(agents, &c.agents, it->keys[TC_STRANGER_AGENT]);
        it = tc_strangers_next(s, TC_STRANGER_NETWORK, it);
    }
    return c;
}

bool tc_campaign_is_place(tc_strangers *s, const tc_habits *habits, uint64_t network)
{
    size_t own = tc_habits_of(habits, TC_TRAIT_NETWORK, network);
    if (tc_habits_of(habits, TC_HABIT_CROWD, network)) return true;
    crowd c = crowd_at(s, network);
    if (own >= PLACE_LEAST && own * 2 >= c.mailboxes) return true;
    return c.mailboxes >= CROWD_LEAST && c.agents * 2 > c.mailboxes;
}

bool tc_campaign_has_guests(tc_strangers *s, const tc_habits *habits, uint64_t network)
{
    if (!tc_campaign_is_place(s, habits, network)) return false;
    if (tc_habits_of(habits, TC_HABIT_CROWD, network)) return true;
    if (tc_habits_of(habits, TC_HABIT_GUESTS, network)) return true;
    crowd c = crowd_at(s, network);
    return c.mailboxes >= CROWD_LEAST && c.agents * 2 > c.mailboxes;
}

/* -- members -------------------------------------------------------------------------------- */

static void collect(judging *j, uint64_t key)
{
    tc_campaign *c = j->to;
    tc_stranger *it = tc_strangers_first(j->strangers, j->which, key);
    size_t looked = 0;
    for (; it != NULL && looked < TC_CAMPAIGN_LOOKED_AT; looked++) {
        if (!tc_campaign_is_place(j->strangers, j->habits, it->keys[TC_STRANGER_NETWORK]))
            c->members[c->count++] = it;
        it = tc_strangers_next(j->strangers, j->which, it);
    }
    for (size_t i = 0; i < c->count / 2; i++) {
        tc_stranger *swap = c->members[i];
        c->members[i] = c->members[c->count - 1 - i];
        c->members[c->count - 1 - i] = swap;
    }
}

/* Whether an earlier member than the i-th has the same key, of another mailbox if `other`. */
static bool had_before(const tc_campaign *c, size_t i, tc_stranger_key which, bool other)
{
    const tc_stranger *it = c->members[i];
    if (it->keys[which] == 0) return false;
    for (size_t k = 0; k < i; k++) {
        const tc_stranger *before = c->members[k];
        if (before->keys[which] != it->keys[which]) continue;
        if (!other || before->keys[TC_STRANGER_MAILBOX] != it->keys[TC_STRANGER_MAILBOX])
            return true;
    }
    return false;
}

static bool address_before(const tc_campaign *c, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (tc_ip_equal(c->members[k]->session.o.ip, c->members[i]->session.o.ip)) return true;
    return false;
}

static bool country_before(const tc_campaign *c, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (c->members[k]->country == c->members[i]->country) return true;
    return false;
}

/* Another mailbox was open at the same address and with the same agent shortly before. */
static bool sits_with(const tc_campaign *c, size_t i)
{
    const tc_stranger *it = c->members[i];
    for (size_t k = 0; k < i; k++) {
        const tc_stranger *before = c->members[k];
        if (tc_ip_equal(before->session.o.ip, it->session.o.ip) &&
            before->keys[TC_STRANGER_AGENT] == it->keys[TC_STRANGER_AGENT] &&
            before->keys[TC_STRANGER_MAILBOX] != it->keys[TC_STRANGER_MAILBOX] &&
            tc_time_between(before->session.o.order.time, it->session.o.order.time) <= SAME_SITTING)
            return true;
    }
    return false;
}

static bool day_before(const tc_campaign *c, size_t i)
{
    tc_time day = tc_time_midnight(c->members[i]->session.o.order.time);
    return i > 0 && tc_time_midnight(c->members[i - 1]->session.o.order.time) == day;
}

/* What the next mailbox of the key tells. People meet at a network with many agents, so there only
 * those count that share an agent with another, and no more than that says. */
static int32_t number_term(const judging *j, size_t i)
{
    const tc_stranger *it = j->to->members[i];
    int32_t nth = between(tc_log2_1024(j->to->mailboxes) + j->rarity, 0, MAILBOX_MOST);
    if (j->which == TC_STRANGER_AGENT || j->to->mailboxes == 1) return nth;
    if (!had_before(j->to, i, TC_STRANGER_AGENT, true)) return 0;
    int32_t same = rarity_of(j, TC_STRANGER_AGENT, it);
    return between(same, 0, nth);
}

/* The stranger's family of agents is one of the mailbox's own: the rarer the family, the likelier
 * it was its owner. */
static int32_t own_term(const judging *j, const tc_stranger *it)
{
    uint64_t people = tc_habits_people(j->habits);
    uint64_t family = tc_habits_of(j->habits, TC_TRAIT_FAMILY, it->family);
    if (!it->own || people == 0) return 0;
    return between(tc_log2_1024(OWN_BY_CHANCE * family) - tc_log2_1024(people), OWN_LEAST, 0);
}

/* What a mailbox brings with its first stranger. */
static void weigh_mailbox(judging *j, size_t i)
{
    tc_campaign *c = j->to;
    const tc_stranger *it = c->members[i];
    c->mailboxes++;
    j->score += number_term(j, i) + own_term(j, it);
    if (it->without_history) j->score += NO_HISTORY;
    if (it->keys[TC_STRANGER_NETWORK] == 0) j->score += WITHOUT_NETWORK;
    for (size_t kind = 0; kind < TC_COUNT_OF(evidence_weight); kind++)
        if (it->evidence >> kind & 1) j->score += evidence_weight[kind];
}

/* Where it comes from: a system or country that nobody uses. */
static void weigh_place(judging *j, size_t i)
{
    const tc_stranger *it = j->to->members[i];
    uint64_t asn = it->keys[TC_STRANGER_ASN];
    if (asn && !had_before(j->to, i, TC_STRANGER_ASN, false) &&
        tc_habits_of(j->habits, TC_TRAIT_ASN, asn) == 0)
        j->score += UNUSED_SYSTEM;
    if (it->country && !country_before(j->to, i) &&
        tc_habits_of(j->habits, TC_TRAIT_COUNTRY, it->country) == 0)
        j->score += UNUSED_COUNTRY;
}

/* There are strangers at the same system or network with other agents: where people meet it is no
 * wonder that two of them have one agent. */
static bool meets_others(const judging *j, tc_stranger_key other, const tc_stranger *it)
{
    const tc_stranger *at = tc_strangers_first(j->strangers, other, it->keys[other]);
    for (int looked = 0; at != NULL && looked < TC_CAMPAIGN_LOOKED_AT; looked++) {
        if (at->keys[TC_STRANGER_AGENT] != it->keys[TC_STRANGER_AGENT]) return true;
        at = tc_strangers_next(j->strangers, other, at);
    }
    return false;
}

/* The other key that makes a coincidence two: of those that share an agent the system, of those
 * that share a system or network the agent. */
static bool weigh_shared(judging *j, size_t i)
{
    const tc_stranger *it = j->to->members[i];
    tc_stranger_key other = j->which == TC_STRANGER_AGENT ? TC_STRANGER_ASN : TC_STRANGER_AGENT;
    if (other == TC_STRANGER_ASN && it->keys[other] == 0) other = TC_STRANGER_NETWORK;
    if (!had_before(j->to, i, other, true)) return false;
    if (other != TC_STRANGER_AGENT && meets_others(j, other, it)) return true;
    j->score += between(rarity_of(j, other, it), 0, SHARED_MOST);
    return true;
}

/* What comes through an own exit has neither. */
static bool is_new_system(const tc_campaign *c, size_t i)
{
    const tc_stranger *it = c->members[i];
    tc_stranger_key which = it->keys[TC_STRANGER_ASN] ? TC_STRANGER_ASN : TC_STRANGER_NETWORK;
    return it->keys[which] != 0 && !had_before(c, i, which, false);
}

static bool is_listed(const uint64_t *list, size_t count, uint64_t mailbox)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == mailbox) return true;
    return false;
}

static void weigh(judging *j)
{
    tc_campaign *c = j->to;
    uint64_t shared[TC_CAMPAIGN_LOOKED_AT]; /* mailboxes: each shares but once */
    size_t shared_count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const tc_stranger *it = c->members[i];
        uint64_t mailbox = it->keys[TC_STRANGER_MAILBOX];
        if (!had_before(c, i, TC_STRANGER_MAILBOX, false)) weigh_mailbox(j, i);
        weigh_place(j, i);
        if (sits_with(c, i)) j->score += ONE_SITTING;
        c->agents += !had_before(c, i, TC_STRANGER_AGENT, false);
        c->addresses += !address_before(c, i);
        c->networks +=
            it->keys[TC_STRANGER_NETWORK] && !had_before(c, i, TC_STRANGER_NETWORK, false);
        c->systems += is_new_system(c, i);
        c->days += !day_before(c, i);
        c->evidence |= it->evidence;
        if (!is_listed(shared, shared_count, mailbox) && weigh_shared(j, i))
            shared[shared_count++] = mailbox;
    }
}

void tc_campaign_judge(tc_strangers *s, const tc_habits *habits, tc_stranger_key which,
                       uint64_t key, tc_campaign *ret)
{
    judging j = {.strangers = s, .habits = habits, .which = which, .to = ret};
    *ret = (tc_campaign){.score = INT32_MIN};
    collect(&j, key);
    if (ret->count == 0) return;
    size_t here = 0;
    for (size_t i = 0; i < ret->count; i++)
        here += ret->members[i]->keys[TC_STRANGER_NETWORK] != 0 &&
                !had_before(ret, i, TC_STRANGER_MAILBOX, false);
    uint64_t elsewhere = tc_strangers_mailboxes(s) - TC_MIN(here, tc_strangers_mailboxes(s));
    j.met = TC_MAX(elsewhere * 100 + SHIPPED_RATE * tc_habits_people(habits), (uint64_t)1);
    j.rarity = rarity_of(&j, which, ret->members[0]);
    weigh(&j);
    ret->score = PRIOR + j.score;
}
