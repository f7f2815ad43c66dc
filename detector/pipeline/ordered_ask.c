/* What incidents ask the ordered stage: who is who, where a record stands, and what weighs on a
 * finding. */
#include "detector/pipeline/ordered_state.h"

static tc_slice source_path(void *context, uint32_t source)
{
    const tc_ordered *o = context;
    size_t own = tc_input_count(o->run->input);
    if (source < own) return tc_input_source(o->run->input, source)->path;
    if (source == TC_SOURCE_UNLISTED) return TC_LIT("(a file of an earlier scan)");
    return tc_known_sources_at(o->known, source - own)->path;
}

static const char *source_unit(void *context, uint32_t source)
{
    const tc_ordered *o = context;
    size_t own = tc_input_count(o->run->input);
    const tc_parser *parser = NULL;
    if (source < own)
        parser = tc_input_source(o->run->input, source)->parser;
    else if (source != TC_SOURCE_UNLISTED)
        parser = tc_parser_named(tc_known_sources_at(o->known, source - own)->format);
    return parser ? tc_unit_word(parser->unit) : NULL;
}

static bool speaks_of_novelty(const tc_finding *f)
{
    /* A raw event is told for what it is, wherever it came from. */
    if (f->rule->kind == TC_RULE_DETECTION &&
        !tc_slice_equal_ascii(f->rule->product, TC_LIT("tocsin")))
        return false;
    for (size_t i = 0; i < f->subject_count; i++)
        if (f->subjects[i].novel) return true;
    return false;
}

static tc_slice label(void *context, uint32_t entity)
{
    const tc_ordered *o = context;
    return tc_identity_label(o->identity, entity);
}

static uint32_t entity(void *context, tc_slice name)
{
    const tc_ordered *o = context;
    return tc_identity_find(o->identity, name);
}

static size_t mailboxes(void *context)
{
    const tc_ordered *o = context;
    uint64_t seen, joined;
    tc_deriver_joined(o->deriver, &seen, &joined);
    return (size_t)seen;
}

static size_t changers(void *context, uint32_t *out, size_t max, tc_usual *ret)
{
    const tc_ordered *o = context;
    tc_derive_usual usual;
    size_t count = tc_deriver_changers(o->deriver, out, max, &usual);
    *ret = (tc_usual){usual.days, usual.most, usual.accounts};
    return count;
}

/* What weighs on a finding: no geo database, mailboxes whose names could not be joined. */
static size_t doubts(void *context, const tc_finding *f, tc_doubt *out, size_t max)
{
    tc_ordered *o = context;
    size_t n = 0;
    if (!speaks_of_novelty(f)) return 0;
    if (n < max && !tc_enricher_has_country(o->run->enricher) &&
        !tc_enricher_has_asn(o->run->enricher))
        out[n++] =
            (tc_doubt){10, TC_LIT("no geo database: new sources are told by network and agent")};
    uint64_t seen, joined;
    tc_deriver_joined(o->deriver, &seen, &joined);
    if (n < max && joined * 20 < seen * 19) {
        snprintf(o->join_doubt, sizeof(o->join_doubt),
                 "only %" PRIu64 " of %" PRIu64
                 " mailboxes could be joined across webmail and mail logs",
                 joined, seen);
        out[n++] = (tc_doubt){10, tc_slice_of(o->join_doubt)};
    }
    return n;
}

/* A victim's names stay. */
static void pin(void *context, uint32_t entity)
{
    tc_ordered *o = context;
    tc_identity_raise(o->identity, entity, TC_RANK_PINNED);
}

void tc_ordered_answer(tc_ordered *o, tc_incident_options *incidents)
{
    incidents->source_path = source_path;
    incidents->source_unit = source_unit;
    incidents->doubts = doubts;
    incidents->label = label;
    incidents->entity = entity;
    incidents->mailboxes = mailboxes;
    incidents->changers = changers;
    incidents->pin = pin;
    incidents->context = o;
}
