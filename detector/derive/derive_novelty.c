/* Whether a session's source is new to its mailbox (what the organisation knows is in familiar.c
 * and habits.c). */
#include "detector/derive/derive_state.h"
#include "detector/derive/place.h"

static bool is_new(const tc_deriver *d, tc_time first, tc_time now)
{
    return first >= tc_time_add(d->coverage.first_web, d->options.learn_ns) &&
           tc_time_between(first, now) < d->options.novelty_ns;
}

/* Whether the organisation has long known it. Notes the mailbox's use. */
static bool org_knows(tc_deriver *d, tc_trait_kind kind, uint64_t value, const tc_person *p,
                      tc_time now)
{
    tc_time third = tc_familiars_note(d->familiars, value * TC_TRAIT_COUNT + kind, p->key, now);
    return third != TC_TIME_NONE && !is_new(d, third, now);
}

/* The traits of a session: what they are, which the mailbox never had before (or never lately), and
 * what the organisation knows of them. */
typedef struct sighting {
    uint64_t value[TC_TRAIT_COUNT]; /* 0 = not known */
    bool unknown[TC_TRAIT_COUNT];   /* the mailbox never had it before this session */
    bool recent[TC_TRAIT_COUNT];    /* ... or has it for less than novelty lasts */
    bool has_history;               /* something was known of the mailbox before */
    bool agent_told;                /* some servers log none: then nothing is known of devices */
    bool known_country, known_asn;  /* by the organisation */
} sighting;

static void note_trait(tc_deriver *d, tc_person *p, tc_trait_kind kind, uint64_t value,
                       const tc_observation *o, sighting *s)
{
    tc_time now = o->order.time;
    s->value[kind] = value;
    s->unknown[kind] = !tc_people_has_trait(d->people, p, kind, value);
    s->recent[kind] = is_new(d, tc_people_trait(d->people, p, kind, value, now), now);
}

/* The agent without its figures: an update changes only these. */
static uint64_t family_of(tc_slice agent)
{
    uint8_t text[512];
    size_t length = 0;
    for (size_t i = 0; i < agent.len && length < sizeof(text); i++) {
        bool figure = (agent.ptr[i] >= '0' && agent.ptr[i] <= '9') || agent.ptr[i] == '.';
        if (!figure) text[length++] = agent.ptr[i];
    }
    return tc_content_hash(tc_slice_make(text, length));
}

static sighting note_traits(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice agent)
{
    tc_time now = o->order.time;
    sighting s = {.has_history = tc_person_has_traits(p)};
    s.agent_told = agent.len > 0 && !tc_slice_equal(agent, TC_AGENT_NOT_LOGGED);
    if (!tc_is_use_inside(o)) note_trait(d, p, TC_TRAIT_NETWORK, tc_place_network(o->ip), o, &s);
    if (s.agent_told) {
        note_trait(d, p, TC_TRAIT_AGENT, tc_content_hash(agent), o, &s);
        note_trait(d, p, TC_TRAIT_FAMILY, family_of(agent), o, &s);
    }
    if (o->country[0] != 0) {
        uint64_t country = tc_place_country(o);
        note_trait(d, p, TC_TRAIT_COUNTRY, country, o, &s);
        s.known_country = org_knows(d, TC_TRAIT_COUNTRY, country, p, now);
    }
    if (o->asn != 0) {
        uint64_t asn = tc_place_asn(o);
        note_trait(d, p, TC_TRAIT_ASN, asn, o, &s);
        s.known_asn = org_knows(d, TC_TRAIT_ASN, asn, p, now);
    }
    if (!s.has_history) tc_habits_person(d->habits);
    return s;
}

static void note_once(tc_deriver *d, unsigned kind, uint64_t network)
{
    if (tc_habits_of(d->habits, kind, network) == 0) tc_habits_note(d->habits, kind, network);
}

/* Three families of agents at a network, each known to the mailbox that came with it, are people
 * with devices of their own: a campaign has one or two, and not those of its victims. Two agents
 * are guests most likely: whoever goes through mailboxes with the agent that everybody has has one.
 */
static void note_crowd(tc_deriver *d, const tc_observation *o, const sighting *s)
{
    uint64_t network = s->value[TC_TRAIT_NETWORK];
    tc_time now = o->order.time;
    bool known = s->agent_told && !s->unknown[TC_TRAIT_FAMILY];
    if (o->address_class != TC_ADDRESS_REMOTE || !known || !s->unknown[TC_TRAIT_NETWORK]) return;
    if (tc_familiars_note(d->crowds, network, s->value[TC_TRAIT_FAMILY], now) != TC_TIME_NONE)
        note_once(d, TC_HABIT_CROWD, network);
    if (s->unknown[TC_TRAIT_AGENT]) return;
    /* Of the three that are asked for the network itself stands for one. */
    (void)tc_familiars_note(d->crowds, ~network, network, now);
    if (tc_familiars_note(d->crowds, ~network, s->value[TC_TRAIT_AGENT], now) != TC_TIME_NONE)
        note_once(d, TC_HABIT_GUESTS, network);
}

/* -- strangers ------------------------------------------------------------------------------ */

/* The mailbox's last stranger with that agent, NULL if it has none: whoever it was is here again,
 * or has moved on. */
static const tc_stranger *stranger_with(tc_deriver *d, const tc_person *p, uint64_t agent,
                                        uint64_t network)
{
    const tc_stranger *it = tc_strangers_first(d->strangers, TC_STRANGER_MAILBOX, p->key);
    for (; it != NULL; it = tc_strangers_next(d->strangers, TC_STRANGER_MAILBOX, it))
        if (it->keys[TC_STRANGER_AGENT] == agent &&
            (network == 0 || it->keys[TC_STRANGER_NETWORK] == network))
            return it;
    return NULL;
}

static bool is_newcomer(const tc_person *p, const sighting *s)
{
    return !s->has_history || p->days < 2;
}

/* Nobody of the organisation uses the system, or the country where no system is known. */
static bool is_unused(const tc_deriver *d, const sighting *s)
{
    tc_trait_kind kind = s->value[TC_TRAIT_ASN] ? TC_TRAIT_ASN : TC_TRAIT_COUNTRY;
    return tc_habits_of(d->habits, kind, s->value[kind]) == 0;
}

static bool comes_from_elsewhere(const tc_observation *o, const sighting *s)
{
    if (o->asn != 0) return s->unknown[TC_TRAIT_ASN];
    return o->country[0] == 0 || s->unknown[TC_TRAIT_COUNTRY];
}

/* Where no agent is logged nothing tells owners at a new provider from others: then the country
 * must be new to the mailbox, or the system where no country is known. */
static bool comes_from_abroad(const tc_observation *o, const sighting *s)
{
    if (o->country[0] != 0) return s->unknown[TC_TRAIT_COUNTRY];
    return o->asn != 0 && s->unknown[TC_TRAIT_ASN];
}

/* Network, system (or country, where no system is known) and agent are all unknown, or a stranger
 * goes on from a further network. To a mailbox of which nothing is known everything is new: then
 * the system must be new to the whole organisation. */
static bool comes_as_stranger(tc_deriver *d, const tc_person *p, const tc_observation *o,
                              const sighting *s)
{
    tc_time learned = tc_time_add(d->coverage.first_web, TC_STRANGERS_LEARN);
    if (o->order.time < learned) return false;
    if (o->address_class == TC_ADDRESS_EGRESS)
        return s->has_history && s->agent_told && s->unknown[TC_TRAIT_AGENT] &&
               s->unknown[TC_TRAIT_FAMILY];
    if (o->address_class != TC_ADDRESS_REMOTE) return false;
    if (!s->unknown[TC_TRAIT_NETWORK]) return false;
    if (s->agent_told && stranger_with(d, p, s->value[TC_TRAIT_AGENT], 0) != NULL) return true;
    if (is_newcomer(p, s) && !is_unused(d, s)) return false;
    if (!s->agent_told) return comes_from_abroad(o, s);
    return s->unknown[TC_TRAIT_AGENT] && comes_from_elsewhere(o, s);
}

/* What a stranger brings does not become a habit until it is known to be the owner's. */
static void note_habits(tc_deriver *d, const sighting *s)
{
    for (int kind = 0; kind < TC_TRAIT_COUNT; kind++)
        if (s->unknown[kind] && s->value[kind])
            tc_habits_note(d->habits, (unsigned)kind, s->value[kind]);
}

static tc_stranger *keep_stranger(tc_deriver *d, const tc_person *p, const tc_observation *o,
                                  tc_slice heap, const sighting *s)
{
    bool placed = o->address_class == TC_ADDRESS_REMOTE;
    const uint64_t keys[TC_STRANGER_KEYS] = {
        [TC_STRANGER_AGENT] = s->value[TC_TRAIT_AGENT],
        [TC_STRANGER_ASN] = placed ? s->value[TC_TRAIT_ASN] : 0,
        [TC_STRANGER_NETWORK] = placed ? s->value[TC_TRAIT_NETWORK] : 0,
        [TC_STRANGER_MAILBOX] = p->key,
    };
    const tc_stranger *before =
        s->agent_told ? stranger_with(d, p, keys[TC_STRANGER_AGENT], 0) : NULL;
    /* What a stranger brought has not become the mailbox's own when it comes again. */
    bool own = before != NULL ? before->own : s->agent_told && !s->unknown[TC_TRAIT_FAMILY];
    tc_stranger *it = tc_strangers_add(d->strangers, keys, p->entity, o, heap);
    if (it == NULL) return NULL;
    if (placed) it->country = s->value[TC_TRAIT_COUNTRY];
    it->family = s->value[TC_TRAIT_FAMILY];
    for (uint32_t kind = 0; kind < TC_TRAIT_COUNT; kind++)
        if (s->unknown[kind] && s->value[kind])
            tc_derive_withhold(d, TC_WITHHELD_HABIT, p, s->value[kind], kind, o->order.time);
    it->without_history = is_newcomer(p, s);
    it->own = own;
    return it;
}

/* -- novelty -------------------------------------------------------------------------------- */

static void judge_novelty(tc_deriver *d, const tc_observation *o, const sighting *s, tc_novelty *n)
{
    bool located = o->country[0] != 0 || o->asn != 0;
    n->known = o->order.time >= tc_time_add(d->coverage.first_web, d->options.learn_ns);
    if (!n->known || o->address_class != TC_ADDRESS_REMOTE) return;
    if (s->recent[TC_TRAIT_COUNTRY] && (s->has_history || !s->known_country))
        n->what = "country";
    else if (s->recent[TC_TRAIT_ASN] && !s->known_asn)
        n->what = "as";
    else if (!located && s->recent[TC_TRAIT_NETWORK] && s->recent[TC_TRAIT_AGENT])
        n->what = "network+agent";
    else if (n->stranger)
        n->what = "network+as+agent";
    n->novel = n->what != NULL;
}

/* With a database: a country that it never used (its very first session is compared with the
 * organisation's habits), or a system that neither it nor the organisation knows. Without: a new
 * network together with a new agent. A stranger is always new. */
tc_novelty tc_derive_novelty(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice heap)
{
    tc_slice agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT);
    sighting s = note_traits(d, p, o, agent);
    note_crowd(d, o, &s);
    tc_novelty n = {.new_network = s.unknown[TC_TRAIT_NETWORK],
                    .new_agent = s.unknown[TC_TRAIT_AGENT],
                    .own = s.agent_told && !s.unknown[TC_TRAIT_FAMILY],
                    .crowd = tc_habits_of(d->habits, TC_HABIT_CROWD, s.value[TC_TRAIT_NETWORK]) > 0,
                    .place =
                        tc_campaign_has_guests(d->strangers, d->habits, s.value[TC_TRAIT_NETWORK])};
    tc_strangers_expire(d->strangers, o->order.time);
    n.stranger = comes_as_stranger(d, p, o, &s);
    if (n.stranger)
        n.kept = keep_stranger(d, p, o, heap, &s);
    else
        note_habits(d, &s);
    if (!n.stranger)
        n.stranger =
            stranger_with(d, p, s.value[TC_TRAIT_AGENT], s.value[TC_TRAIT_NETWORK]) != NULL;
    judge_novelty(d, o, &s, &n);
    return n;
}

/* -- remembered for what else is seen of the mailbox ----------------------------------------- */

void tc_derive_access_note(tc_person *p, const tc_novelty *n, tc_time time)
{
    if (!n->novel) return;
    p->novel_day = tc_derive_day(time);
    if (n->stranger) p->stranger_day = p->novel_day;
}

static void set_days(tc_deriver *d, tc_field field, uint16_t day, tc_time time)
{
    uint16_t today = tc_derive_day(time);
    if (day != 0 && day <= today) tc_derive_number(d, field, today - day);
}

bool tc_derive_accessed(const tc_deriver *d, const tc_person *p, tc_time time)
{
    tc_time lately = tc_time_sub(time, 2 * d->options.novelty_ns);
    return p->novel_day != 0 && p->novel_day >= tc_derive_day(lately);
}

void tc_derive_access(tc_deriver *d, const tc_person *p, tc_time time)
{
    set_days(d, TC_FIELD_ACCESS_NOVEL_DAYS, p->novel_day, time);
    set_days(d, TC_FIELD_ACCESS_STRANGER_DAYS, p->stranger_day, time);
}
