/* Whether a session's source is new to its mailbox (what the organisation knows is in familiar.c).
 */
#include "detector/correlate/derive_state.h"

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

/* The traits of a session as the mailbox knew them before it. */
typedef struct sighting {
    bool has_history; /* something was known of the mailbox before */
    bool new_country, new_asn, new_place;
    bool known_country, known_asn; /* by the organisation */
} sighting;

static sighting note_traits(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice agent)
{
    tc_time now = o->order.time;
    char text[TC_IP_TEXT];
    sighting s = {.has_history = tc_person_has_traits(p)};
    uint64_t network = tc_content_hash(tc_slice_of(tc_cidr_format(tc_ip_site(o->ip), text)));
    tc_time network_first = tc_people_trait(d->people, p, TC_TRAIT_NETWORK, network, now);
    tc_time agent_first =
        tc_people_trait(d->people, p, TC_TRAIT_AGENT, tc_content_hash(agent), now);
    s.new_place = is_new(d, network_first, now) && is_new(d, agent_first, now);
    if (o->country[0] != 0) {
        uint64_t country = tc_content_hash(tc_slice_of(o->country));
        tc_time first = tc_people_trait(d->people, p, TC_TRAIT_COUNTRY, country, now);
        s.new_country = is_new(d, first, now);
        s.known_country = org_knows(d, TC_TRAIT_COUNTRY, country, p, now);
    }
    if (o->asn != 0) {
        uint64_t asn = tc_content_hash(tc_slice_make(&o->asn, sizeof(o->asn)));
        tc_time first = tc_people_trait(d->people, p, TC_TRAIT_ASN, asn, now);
        s.new_asn = is_new(d, first, now);
        s.known_asn = org_knows(d, TC_TRAIT_ASN, asn, p, now);
    }
    return s;
}

/* With a database: a country that it never used (its very first session is compared with the
 * organisation's habits), or a system that neither it nor the organisation knows. Without: a new
 * network together with a new agent. */
tc_novelty tc_derive_novelty(tc_deriver *d, tc_person *p, const tc_observation *o, tc_slice agent)
{
    sighting s = note_traits(d, p, o, agent);
    bool known = o->order.time >= tc_time_add(d->coverage.first_web, d->options.learn_ns);
    tc_novelty n = {known, false, NULL};
    if (!n.known || o->address_class != TC_ADDRESS_REMOTE) return n;
    bool located = o->country[0] != 0 || o->asn != 0;
    if (s.new_country && (s.has_history || !s.known_country))
        n = (tc_novelty){true, true, "country"};
    else if (s.new_asn && !s.known_asn)
        n = (tc_novelty){true, true, "as"};
    else if (!located && s.new_place)
        n = (tc_novelty){true, true, "network+agent"};
    return n;
}
