/* Gathers labels while the logs are made. */
#include "tests/simulate/organisation/truth_state.h"

#include "parsers/base/alloc.h"

truth *truth_new(void)
{
    truth *t = sim_alloc(1, sizeof(truth));
    tc_str_init(&t->traps, 256 << 20);
    return t;
}

void truth_free(truth *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        tc_free(t->campaigns[i].victims);
        tc_free(t->campaigns[i].sources);
    }
    tc_str_done(&t->traps);
    tc_free(t);
}

int truth_campaign(org *o, const char *family, const char *variant, const culture *language)
{
    truth *t = o->truth;
    if (t->count == CAMPAIGNS_MAX) return CAMPAIGNS_MAX - 1;
    campaign *c = &t->campaigns[t->count];
    snprintf(c->family, sizeof(c->family), "%s", family);
    snprintf(c->variant, sizeof(c->variant), "%s", variant);
    c->culture = language;
    c->start = c->first_access = c->first_visible = c->first_linked = INT64_MAX;
    c->end = 0;
    return (int)t->count++;
}

static campaign *of(org *o, int number)
{
    return number < 0 ? NULL : &o->truth->campaigns[number];
}

static victim *victim_of(campaign *c, uint32_t mailbox)
{
    for (uint32_t i = 0; i < c->victim_count; i++)
        if (c->victims[i].mailbox == mailbox) return &c->victims[i];
    sim_grow(&c->victims, &c->victim_capacity, c->victim_count + 1, sizeof(victim));
    c->victims[c->victim_count] = (victim){.mailbox = mailbox, .first = INT64_MAX};
    return &c->victims[c->victim_count++];
}

void truth_variant(org *o, int number, const char *kind)
{
    campaign *c = of(o, number);
    if (c == NULL) return;
    size_t n = strlen(c->variant);
    snprintf(c->variant + n, sizeof(c->variant) - n, "/%s", kind);
}

bool truth_is_victim(const org *o, int number, uint32_t mailbox)
{
    const campaign *c = number < 0 ? NULL : &o->truth->campaigns[number];
    for (uint32_t i = 0; c && i < c->victim_count; i++)
        if (c->victims[i].mailbox == mailbox) return true;
    return false;
}

void truth_seen(org *o, int number, tc_time t)
{
    campaign *c = of(o, number);
    if (c == NULL) return;
    c->start = TC_MIN(c->start, t);
    c->end = TC_MAX(c->end, t);
}

void truth_access(org *o, int number, uint32_t mailbox, tc_time t)
{
    campaign *c = of(o, number);
    if (c == NULL) return;
    victim *v = victim_of(c, mailbox);
    v->first = TC_MIN(v->first, t);
    c->first_access = TC_MIN(c->first_access, t);
    c->accesses++;
    truth_seen(o, number, t);
}

void truth_linked(org *o, int number, tc_time t)
{
    campaign *c = of(o, number);
    if (c != NULL) c->first_linked = TC_MIN(c->first_linked, t);
}

void truth_source(org *o, int number, const char *ip, bool only_spray)
{
    campaign *c = of(o, number);
    if (c == NULL) return;
    for (uint32_t i = 0; i < c->source_count; i++) {
        if (strcmp(c->sources[i].ip, ip) != 0) continue;
        c->sources[i].only_spray = c->sources[i].only_spray && only_spray;
        return;
    }
    sim_grow(&c->sources, &c->source_capacity, c->source_count + 1, sizeof(source));
    source *s = &c->sources[c->source_count++];
    snprintf(s->ip, sizeof(s->ip), "%s", ip);
    s->only_spray = only_spray;
}

void truth_evidence(org *o, int number, uint32_t mailbox, evidence kind, tc_time t)
{
    campaign *c = of(o, number);
    /* A request that names nobody shows nobody's mailbox. */
    if (c == NULL || (kind == EVIDENCE_ACCESS && o->opt.without.names)) return;
    victim *v = victim_of(c, mailbox);
    if (v->first == INT64_MAX) v->first = t;
    v->evidence |= (uint32_t)kind;
    if (kind != EVIDENCE_ACCESS) c->first_visible = TC_MIN(c->first_visible, t);
    truth_seen(o, number, t);
}

void truth_flipped(org *o, int number, uint32_t mailbox)
{
    campaign *c = of(o, number);
    if (c != NULL) victim_of(c, mailbox)->flipped = true;
}

void truth_actor(org *o, int number, const char *account)
{
    campaign *c = of(o, number);
    if (c != NULL) snprintf(c->actor, sizeof(c->actor), "%s", account);
}

void truth_trap(org *o, const char *trap, tc_time from, tc_time until, uint32_t mailbox,
                const char *ip, const char *note)
{
    char start[TC_TIME_TEXT], end[TC_TIME_TEXT];
    tc_str *out = &o->truth->traps;
    tc_str_addf(out, "{\"trap\":\"%s\",\"start\":\"%s\",\"end\":\"%s\"", trap,
                tc_time_format(from, start), tc_time_format(until, end));
    if (mailbox < o->opt.mailboxes)
        tc_str_addf(out, ",\"mailbox\":\"%s\"", o->mailboxes[mailbox].mail);
    if (ip != NULL) tc_str_addf(out, ",\"source\":\"%s\"", ip);
    tc_str_addf(out, ",\"note\":\"%s\"}\n", note);
}
