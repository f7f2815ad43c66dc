/* What is told of a client address, and whether a balancer hides the clients. */
#include "detector/derive/derive_state.h"

/* Text for one overlay value: lives in the scratch arena until the event was handed over. */
static tc_slice scratch_text(tc_deriver *d, const char *text)
{
    tc_slice copy = TC_EMPTY_SLICE;
    if (!tc_arena_copy(d->arena, tc_slice_of(text), &copy)) return TC_EMPTY_SLICE;
    return copy;
}

void tc_derive_source(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_subject *subject)
{
    tc_overlay *v = &d->overlay;
    char text[TC_IP_TEXT];
    subject->ip = o->ip;
    subject->asn = o->asn;
    subject->remote = o->address_class == TC_ADDRESS_REMOTE;
    if (tc_ip_is_zero(o->ip)) return;
    tc_overlay_set_text(v, TC_FIELD_SOURCE_IP, scratch_text(d, tc_ip_format(o->ip, text)));
    tc_overlay_set_text(v, TC_FIELD_SOURCE_NETWORK,
                        scratch_text(d, tc_cidr_format(tc_ip_site(o->ip), text)));
    tc_slice name = tc_address_class_name((tc_address_class)o->address_class);
    if (name.len) tc_overlay_set_text(v, TC_FIELD_SOURCE_CLASS, name);
    if (o->country[0] != 0) {
        subject->country = scratch_text(d, o->country);
        tc_overlay_set_text(v, TC_FIELD_SOURCE_COUNTRY, subject->country);
    }
    if (o->asn != 0) {
        char number[16];
        snprintf(number, sizeof(number), "%" PRIu32, o->asn);
        tc_overlay_set_number(v, TC_FIELD_SOURCE_ASN, scratch_text(d, number));
    }
    if (o->as_org.length != 0) {
        subject->as_org = (tc_slice){heap.ptr + o->as_org.offset, o->as_org.length};
        tc_overlay_set_text(v, TC_FIELD_SOURCE_AS_ORG, subject->as_org);
    }
}

static nat_candidate *nat_slot(tc_deriver *d, tc_ip ip)
{
    size_t fewest = 0;
    for (size_t i = 0; i < d->nat_count; i++) {
        if (tc_ip_equal(d->nat[i].ip, ip)) return &d->nat[i];
        if (d->nat[i].sessions < d->nat[fewest].sessions) fewest = i;
    }
    if (d->nat_count < NAT_ADDRESSES) {
        d->nat[d->nat_count] = (nat_candidate){.ip = ip};
        return &d->nat[d->nat_count++];
    }
    /* Space-saving: the newcomer inherits the smallest count, so a frequent address always stays.
     */
    uint64_t inherited = d->nat[fewest].sessions;
    d->nat[fewest] = (nat_candidate){.ip = ip, .sessions = inherited};
    return &d->nat[fewest];
}

void tc_derive_nat_count(tc_deriver *d, const tc_observation *o, uint64_t mailbox)
{
    if (o->address_class != TC_ADDRESS_INTERNAL && o->address_class != TC_ADDRESS_PRIVATE) return;
    nat_candidate *c = nat_slot(d, o->ip);
    c->sessions++;
    for (uint32_t i = 0; i < c->mailbox_count; i++)
        if (c->mailboxes[i] == mailbox) return;
    if (c->mailbox_count < NAT_MAILBOXES) c->mailboxes[c->mailbox_count++] = mailbox;
}

/* At least 70 % of the sessions from at most four non-remote addresses, each with at least ten
 * mailboxes behind it: people do not share a desk like that, a balancer does. */
static void judge_nat(const tc_deriver *d, tc_derive_coverage *ret)
{
    bool taken[NAT_ADDRESSES] = {false};
    uint64_t sum = 0;
    for (size_t n = 0; n < TC_COUNT_OF(ret->nat_address); n++) {
        size_t best = NAT_ADDRESSES;
        for (size_t i = 0; i < d->nat_count; i++) {
            if (taken[i] || d->nat[i].mailbox_count < 10) continue;
            if (best == NAT_ADDRESSES || d->nat[i].sessions > d->nat[best].sessions ||
                (d->nat[i].sessions == d->nat[best].sessions &&
                 tc_ip_compare(d->nat[i].ip, d->nat[best].ip) < 0))
                best = i;
        }
        if (best == NAT_ADDRESSES) break;
        taken[best] = true;
        sum += d->nat[best].sessions;
        ret->nat_address[ret->nat_address_count++] = d->nat[best].ip;
    }
    if (ret->sessions == 0) return;
    ret->nat_share = (double)sum / (double)ret->sessions;
    ret->nat_blind = ret->nat_address_count > 0 && ret->sessions >= 50 && ret->nat_share >= 0.7;
}

typedef struct census {
    const tc_deriver *deriver;
    tc_derive_coverage *coverage;
} census;

static void count_person(void *context, const tc_person *p)
{
    census *c = context;
    bool assumed = false;
    if (!(p->webmail || p->mail)) return;
    c->coverage->mailboxes_seen++;
    /* Who logs on by mail address needs no second name. */
    if (tc_identity_joined(c->deriver->identity, p->entity, &assumed) || (p->webmail && p->mail)) {
        c->coverage->mailboxes_joined++;
        c->coverage->mailboxes_assumed += assumed;
    }
    c->coverage->mailboxes_judged += p->messages >= 3;
}

void tc_deriver_coverage(const tc_deriver *d, tc_derive_coverage *ret)
{
    *ret = d->coverage;
    tc_people_each(d->people, count_person, &(census){d, ret});
    ret->mailboxes_seen += ret->mailboxes_forgotten;
    judge_nat(d, ret);
}
