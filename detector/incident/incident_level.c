/* How grave an incident is.
 *
 * At least as grave as its gravest rule. Rules of the same people add up: three or more that are
 * worth a look and speak of three different kinds of evidence about two people (or four about one)
 * are high, and two high ones of different kinds about two people are critical, when their score
 * says so too. Many findings of one kind raise nothing: they are as likely to have one harmless
 * cause. What concerns somebody whose mailbox weighs more, and would be worth a look, is high; that
 * is never critical by itself. What was raised stays so. */
#include "detector/incident/incident_score.h"
#include "detector/incident/incident_state.h"

enum { RAISED_CONFIDENCE_MAX = 80 };

enum {
    KIND_ACCESS = 1,
    KIND_LANGUAGE = 2,
    KIND_ACCOUNT = 4,
    KIND_MANAGEMENT = 8,
    KIND_SERVER = 16,
};

static uint8_t kind_of_service(tc_slice service)
{
    static const struct {
        const char *service;
        uint8_t kind;
    } kinds[] = {{"webmail", KIND_ACCESS},
                 {"message", KIND_LANGUAGE},
                 {"account", KIND_ACCOUNT},
                 {"security", KIND_ACCOUNT},
                 {"msexchange-management", KIND_MANAGEMENT}};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (tc_slice_equal(service, tc_slice_of(kinds[i].service))) return kinds[i].kind;
    return 0;
}

/* A correlation has no service: what its subjects carry says what it is made of. */
static uint8_t kind_of(const tc_rule *rule, const tc_subject *s)
{
    uint8_t kind = kind_of_service(rule->service);
    if (s->language.len) return KIND_LANGUAGE;
    if (kind) return kind;
    if (rule->service.len && !tc_slice_equal(rule->product, TC_LIT("tocsin"))) return KIND_SERVER;
    return s->actor.len ? KIND_ACCOUNT : KIND_ACCESS;
}

void tc_incident_note_kind(tc_incidents *all, tc_incident *in, tc_victim *v, const tc_rule *rule,
                           const tc_subject *s)
{
    uint8_t kind = kind_of(rule, s);
    if (rule->level < TC_LEVEL_MEDIUM) return;
    tc_members_count_out(&in->members, v);
    v->kinds |= kind;
    if (rule->level >= TC_LEVEL_HIGH) v->grave_kinds |= kind;
    tc_members_count_in(all, &in->members, v);
}

static size_t rules_from(const tc_incident *in, tc_level least)
{
    size_t n = 0;
    for (size_t i = 0; i < in->rule_count; i++)
        n += in->rules[i]->level >= least;
    return n;
}

uint32_t tc_incident_score(const tc_incident *in)
{
    uint32_t score = 0;
    for (size_t i = 0; i < in->rule_count; i++)
        score = tc_score_add(score, tc_score_weight(in->rules[i]->level, in->rules[i]->confidence));
    return tc_score_of_people(score, in->members.victim_count);
}

static tc_level level_of(const tc_incidents *all, const tc_incident *in)
{
    const tc_incident_members *m = &in->members;
    tc_level level = in->lead->level;
    uint32_t score = tc_incident_score(in);
    bool high = rules_from(in, TC_LEVEL_MEDIUM) >= 3 && (m->three_kinds >= 2 || m->four_kinds >= 1);
    bool critical = rules_from(in, TC_LEVEL_HIGH) >= 2 && m->two_grave_kinds >= 2;
    if (critical && score >= TC_SCORE_CRITICAL) return TC_LEVEL_CRITICAL;
    if (high && score >= TC_SCORE_HIGH) return TC_MAX(level, TC_LEVEL_HIGH);
    return level == TC_LEVEL_MEDIUM && tc_incident_has_vip(all, in) ? TC_LEVEL_HIGH : level;
}

void tc_incident_set_level(const tc_incidents *all, tc_incident *in)
{
    tc_level level = level_of(all, in);
    if (level > in->level && level > in->lead->level) {
        uint32_t percent = tc_incident_score(in) * 100 / TC_SCORE_SURE;
        percent = TC_MIN(percent, (uint32_t)RAISED_CONFIDENCE_MAX);
        in->confidence = TC_MAX(in->confidence, (uint8_t)percent);
    }
    in->level = TC_MAX(in->level, level);
}
