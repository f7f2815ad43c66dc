#include "detector/correlate/campaign_score.h"

#define BITS(n) ((int32_t)((n)*TC_CAMPAIGN_BIT))

/* About 4,000 keys (agents, networks, systems) have a stranger in a fortnight of 1,000 mailboxes.
 */
#define PRIOR BITS(-12)
/* Strangers of a fortnight per 100 mailboxes that are expected where fewer were seen yet. */
#define SHIPPED_RATE 4
/* A term says at most so much. */
#define MAILBOX_MOST BITS(6)
#define SHARED_MOST BITS(4)
/* No agent is rarer than one in so many, or in an eighth of what is known: a browser's update is
 * new to everybody at once. */
#define AGENTS_LEAST 64
/* Members of mixed agents at one network or system are rather a place: their number says less. */
#define MIXED_SHARE 4
/* Two mailboxes from one address within so long. */
#define SAME_SITTING (15 * TC_MINUTE)
/* Mailboxes that come to a network with their own devices and make it a place. */
#define PLACE_LEAST 2

/* Of the evidence bits in their order, and of what the habits say. */
static const int32_t evidence_weight[] = {BITS(6), BITS(8), BITS(6), BITS(4), BITS(4), BITS(5)};
#define UNUSED_SYSTEM BITS(1)
#define UNUSED_COUNTRY BITS(1)
#define ONE_SITTING BITS(2)
/* Of an own exit less is known. */
#define WITHOUT_NETWORK BITS(-1)
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
    uint64_t met;            /* N: strangers on other keys, in hundredths */
    int32_t rarity;          /* -log2(N p) */
    int32_t numbers, others; /* terms of the mailboxes, and all other ones */
} judging;

/* -log2 of how many of the strangers met have the key by chance. */
static int32_t rarity_of(const judging *j, tc_stranger_key which, uint64_t key)
{
    tc_trait_kind kind = trait_of[which];
    uint64_t uses = tc_habits_uses(j->habits, kind);
    uint64_t all = uses + tc_habits_values(j->habits, kind) + 1;
    uint64_t own = (uint64_t)tc_habits_of(j->habits, kind, key) + 1;
    if (which == TC_STRANGER_AGENT) {
        uint64_t least = TC_MAX((uint64_t)AGENTS_LEAST, uses / 8);
        if (own * least < all) return tc_log2_1024(least * 100) - tc_log2_1024(j->met);
    }
    return tc_log2_1024(all * 100) - tc_log2_1024(j->met * own);
}

static int32_t between(int32_t n, int32_t least, int32_t most)
{
    return TC_MIN(TC_MAX(n, least), most);
}

static size_t strangers_at(tc_strangers *s, uint64_t network)
{
    uint64_t seen[TC_CAMPAIGN_LOOKED_AT];
    size_t count = 0, looked = 0;
    const tc_stranger *it = tc_strangers_first(s, TC_STRANGER_NETWORK, network);
    for (; it != NULL && looked < TC_CAMPAIGN_LOOKED_AT; looked++) {
        size_t i = 0;
        while (i < count && seen[i] != it->keys[TC_STRANGER_MAILBOX])
            i++;
        if (i == count) seen[count++] = it->keys[TC_STRANGER_MAILBOX];
        it = tc_strangers_next(s, TC_STRANGER_NETWORK, it);
    }
    return count;
}

bool tc_campaign_is_place(tc_strangers *s, const tc_habits *habits, uint64_t network)
{
    uint32_t own = tc_habits_of(habits, TC_TRAIT_NETWORK, network);
    return own >= PLACE_LEAST && (size_t)own * 2 >= strangers_at(s, network);
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

static bool address_before(const tc_campaign *c, size_t i, int64_t within)
{
    const tc_stranger *it = c->members[i];
    for (size_t k = 0; k < i; k++) {
        const tc_stranger *before = c->members[k];
        if (!tc_ip_equal(before->ip, it->ip)) continue;
        if (within == 0) return true;
        if (before->keys[TC_STRANGER_MAILBOX] != it->keys[TC_STRANGER_MAILBOX] &&
            tc_time_between(before->order.time, it->order.time) <= within)
            return true;
    }
    return false;
}

static bool day_before(const tc_campaign *c, size_t i)
{
    tc_time day = tc_time_midnight(c->members[i]->order.time);
    return i > 0 && tc_time_midnight(c->members[i - 1]->order.time) == day;
}

/* What a mailbox brings with its first stranger. */
static void weigh_mailbox(judging *j, const tc_stranger *it)
{
    tc_campaign *c = j->to;
    c->mailboxes++;
    int32_t nth = tc_log2_1024(c->mailboxes) + j->rarity;
    j->numbers += between(nth, 0, MAILBOX_MOST);
    if (it->keys[TC_STRANGER_ASN] &&
        tc_habits_of(j->habits, TC_TRAIT_ASN, it->keys[TC_STRANGER_ASN]) == 0)
        j->others += UNUSED_SYSTEM;
    if (it->country && tc_habits_of(j->habits, TC_TRAIT_COUNTRY, it->country) == 0)
        j->others += UNUSED_COUNTRY;
    if (it->without_history) j->others += NO_HISTORY;
    if (it->keys[TC_STRANGER_NETWORK] == 0) j->others += WITHOUT_NETWORK;
    for (size_t i = 0; i < TC_COUNT_OF(evidence_weight); i++)
        if (it->evidence >> i & 1) j->others += evidence_weight[i];
}

/* The other key that makes a coincidence two: of those that share an agent the system, of those
 * that share a system or network the agent. */
static bool weigh_shared(judging *j, size_t i)
{
    const tc_stranger *it = j->to->members[i];
    tc_stranger_key other = j->which == TC_STRANGER_AGENT ? TC_STRANGER_ASN : TC_STRANGER_AGENT;
    if (other == TC_STRANGER_ASN && it->keys[other] == 0) other = TC_STRANGER_NETWORK;
    if (!had_before(j->to, i, other, true)) return false;
    j->others += between(rarity_of(j, other, it->keys[other]), 0, SHARED_MOST);
    return true;
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
        if (!had_before(c, i, TC_STRANGER_MAILBOX, false)) weigh_mailbox(j, it);
        if (address_before(c, i, SAME_SITTING)) j->others += ONE_SITTING;
        c->agents += !had_before(c, i, TC_STRANGER_AGENT, false);
        c->addresses += !address_before(c, i, 0);
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
    j.rarity = rarity_of(&j, which, key);
    weigh(&j);
    bool mixed = which != TC_STRANGER_AGENT && ret->agents > 1 && ret->agents * 2 > ret->mailboxes;
    ret->score = PRIOR + (mixed ? j.numbers / MIXED_SHARE : j.numbers) + j.others;
}
