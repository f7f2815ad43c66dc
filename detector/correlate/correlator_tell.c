#include "detector/correlate/correlator_state.h"

/* Firings put into words for the caller and for outer correlations: to the latter its names are
 * captures and its proof is their evidence. */

static void fill_group(tc_flow *flow, uint32_t position, const tc_arrival *arrival)
{
    const tc_correlation *spec = flow->spec;
    for (size_t g = 0; g < spec->group_count; g++) {
        uint32_t capture = spec->group_captures[(size_t)position * spec->group_count + g];
        flow->group[g] = arrival->captures[capture];
    }
}

void tc_flow_tell_look(tc_flow *flow, uint32_t position, const tc_arrival *arrival,
                       const tc_firing_sink *sink)
{
    if (sink == NULL || sink->looked == NULL || flow->reached < 0) return;
    fill_group(flow, position, arrival);
    sink->looked(sink->context, flow->rule, flow->group, flow->reached);
}

void tc_flow_fill_captures(tc_correlator *k, tc_flow *flow, uint32_t position,
                           const tc_arrival *arrival)
{
    fill_group(flow, position, arrival);
    int length = snprintf(flow->count_text, sizeof(flow->count_text), "%.0f", flow->count);
    for (size_t i = 0; i < flow->rule->capture_count; i++) {
        tc_capture capture = {TC_EMPTY_SLICE, false};
        switch (flow->capture_kinds[i]) {
        case TC_CAPTURE_GROUP:
            capture = flow->group[flow->capture_groups[i]];
            break;
        case TC_CAPTURE_COUNT:
            capture = (tc_capture){tc_slice_make(flow->count_text, (size_t)length), true};
            break;
        case TC_CAPTURE_VALUE:
            capture = (tc_capture){flow->value, true};
            break;
        case TC_CAPTURE_PREVIOUS:
            capture = (tc_capture){flow->previous, true};
            break;
        case TC_CAPTURE_ABSENT:
            break;
        }
        flow->captures[i] = capture;
    }
    flow->told.order = arrival->order;
    flow->told.known = arrival->known;
    flow->told.captures = flow->captures;
    tc_arrival_sort(&k->proofs, &flow->told);
}

/* What lies in pieces, brought into k->evidence and k->subjects. */
static void show(tc_correlator *k, const tc_arrival *told)
{
    uint8_t *text = k->texts;
    for (size_t i = 0; i < told->evidence_count; i++, text += TC_EVIDENCE_TEXT_MAX) {
        tc_evidence_show(&k->proofs, told->evidence[i], text, &k->evidence[i]);
    }
    size_t subject_bytes = (size_t)TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX;
    for (size_t i = 0; i < told->subject_count; i++, text += subject_bytes) {
        tc_subject_show(&k->proofs, told->subjects[i], text, &k->subjects[i]);
    }
}

TC_STATUS tc_flow_tell(tc_correlator *k, const tc_flow *flow, const tc_firing_sink *sink)
{
    k->stats.firings++;
    if (!sink || !sink->fired) return TC_SUCCESS;
    const tc_arrival *told = &flow->told;
    show(k, told);
    const tc_firing firing = {.rule = flow->rule,
                              .order = told->order,
                              .start = flow->start,
                              .group = flow->group,
                              .count = flow->count,
                              .value = flow->value,
                              .previous = flow->previous,
                              .evidence = k->evidence,
                              .evidence_count = told->evidence_count,
                              .subjects = k->subjects,
                              .subject_count = told->subject_count,
                              .degraded = flow->degraded};
    return sink->fired(sink->context, &firing);
}

TC_STATUS tc_flow_tell_going_on(tc_correlator *k, tc_flow *flow, uint32_t position,
                                const tc_arrival *arrival, const tc_firing_sink *sink)
{
    const tc_hit *given = arrival->given;
    fill_group(flow, position, arrival);
    tc_firing firing = {.rule = flow->rule,
                        .order = arrival->order,
                        .start = arrival->order.time,
                        .group = flow->group,
                        .count = flow->count,
                        .degraded = flow->degraded || flow->uncertain};
    if (given) {
        firing.evidence = given->evidence;
        firing.evidence_count = TC_MIN(given->evidence_count, (size_t)TC_FIRING_EVIDENCE_MAX);
        firing.subjects = given->subject;
        firing.subject_count = given->subject != NULL;
    } else {
        show(k, arrival);
        firing.evidence = k->evidence;
        firing.evidence_count = arrival->evidence_count;
        firing.subjects = k->subjects;
        firing.subject_count = arrival->subject_count;
    }
    return sink->went_on(sink->context, &firing);
}
