/* How much there is of sessions, resets and exemptions in the whole organisation. */
#include "detector/derive/derive_state.h"

#define STEP 10 /* told each time that so many more are there */
/* Below these nothing of sessions is a burst, whatever the distance: chance alone spreads counts by
 * their square root. */
#define SPREAD_LEAST 4.0
#define SPREAD_OF_ROOT 0.6

static void begin(tc_deriver *d, const char *metric, const tc_rate_usual *u)
{
    tc_derive_overlay(d);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(&d->overlay, TC_FIELD_METRIC, tc_slice_of(metric));
    tc_derive_number(d, TC_FIELD_VALUE, u->value);
    tc_derive_number(d, TC_FIELD_MEDIAN, u->median);
    tc_derive_number(d, TC_FIELD_MAD, u->mad);
    tc_derive_number(d, TC_FIELD_DAYS, u->days);
}

/* The whole part of the square root. */
static uint32_t root_of(uint32_t number)
{
    uint32_t root = 0;
    for (uint32_t bit = UINT32_C(1) << 15; bit != 0; bit >>= 1)
        if ((uint64_t)(root | bit) * (root | bit) <= number) root |= bit;
    return root;
}

/* About the organisation: nothing that incidents could be joined on. */
static TC_STATUS emit(tc_deriver *d, const tc_observation *o, tc_slice heap,
                      const tc_derived_sink *sink)
{
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &(tc_subject){0}, sink);
}

static TC_STATUS tell_sessions(tc_deriver *d, const tc_observation *o, tc_slice heap,
                               const tc_derived_sink *sink)
{
    tc_rate_usual u;
    tc_rates_usual(d->rates, TC_RATE_SESSIONS, &u);
    double spread = TC_MAX(u.mad, SPREAD_OF_ROOT * root_of((uint32_t)u.median) + SPREAD_LEAST);
    begin(d, "webmail_sessions_of_all", &u);
    tc_derive_number(d, TC_FIELD_RATIO, (u.value - u.median) / spread);
    tc_derive_number(d, TC_FIELD_DISTINCT, tc_rates_novels(d->rates));
    tc_derive_number(d, TC_FIELD_SHARE, u.value / ((double)u.value + tc_rates_others(d->rates)));
    return emit(d, o, heap, sink);
}

static TC_STATUS count_exempt(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_rate which,
                              const char *kind, const tc_derived_sink *sink)
{
    tc_rate_usual u;
    if (tc_rates_count(d->rates, which, o->order.time) % STEP != 0) return TC_SUCCESS;
    tc_rates_usual(d->rates, which, &u);
    begin(d, "exempt_sessions", &u);
    tc_overlay_set_text(&d->overlay, TC_FIELD_KIND, tc_slice_of(kind));
    tc_derive_number(d, TC_FIELD_RATIO, u.value / TC_MAX(u.median, 1.0));
    return emit(d, o, heap, sink);
}

TC_STATUS tc_derive_rates_session(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                  const tc_person *p, const tc_novelty *n,
                                  const tc_derived_sink *sink)
{
    tc_slice protocol = tc_observation_text(o, heap, TC_OBS_TEXT_PROTOCOL);
    bool people = tc_slice_equal(protocol, TC_LIT("owa")) ||
                  tc_slice_equal(protocol, TC_LIT("ecp")) ||
                  tc_slice_equal(protocol, TC_LIT("webmail"));
    if (o->address_class == TC_ADDRESS_EGRESS)
        TC_TRY(count_exempt(d, o, heap, TC_RATE_EGRESS, "egress", sink));
    if (o->address_class != TC_ADDRESS_REMOTE) return TC_SUCCESS;
    if (n->place) TC_TRY(count_exempt(d, o, heap, TC_RATE_PLACE, "place", sink));
    if (!people) {
        tc_rates_other(d->rates, o->order.time);
        return TC_SUCCESS;
    }
    if (n->novel && p != NULL) tc_rates_novel(d->rates, p->key, o->order.time);
    if (tc_rates_count(d->rates, TC_RATE_SESSIONS, o->order.time) % STEP != 0) return TC_SUCCESS;
    return tell_sessions(d, o, heap, sink);
}

TC_STATUS tc_derive_rates_reset(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                const tc_derived_sink *sink)
{
    tc_rate_usual u;
    if (tc_rates_count(d->rates, TC_RATE_RESETS, o->order.time) % STEP != 0) return TC_SUCCESS;
    tc_rates_usual(d->rates, TC_RATE_RESETS, &u);
    begin(d, "password_resets_of_all", &u);
    tc_derive_number(d, TC_FIELD_RATIO, (u.value - u.median) / TC_MAX(u.mad, 1.0));
    return emit(d, o, heap, sink);
}
