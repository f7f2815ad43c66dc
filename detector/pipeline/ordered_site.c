/* What the site says of its people and languages, handed to the parts of the ordered stage. */
#include "detector/pipeline/ordered_state.h"
#include "detector/settings/config.h"

#include "parsers/base/alloc.h"

/* What the site says of people, for the deriver. */
static void say_people(tc_derive_options *derive, const tc_config *site, const tc_slice *routine,
                       size_t routine_count)
{
    derive->foreign = site->words[TC_CONFIG_FOREIGN].items;
    derive->foreign_count = site->words[TC_CONFIG_FOREIGN].count;
    derive->password_days = site->password_days;
    derive->routine = routine;
    derive->routine_count = routine_count;
}

TC_STATUS tc_ordered_make_deriver(tc_ordered *o, const tc_options *site, tc_error *reterr)
{
    tc_derive_options derive = {.have_country = tc_enricher_has_country(o->run->enricher),
                                .have_asn = tc_enricher_has_asn(o->run->enricher),
                                .languages = o->run->languages.items,
                                .language_count = o->run->languages.count};
    if (site->response_since != TC_TIME_NONE) derive.response_since = site->response_since;
    if (site->site == NULL) return tc_deriver_new(&derive, o->identity, o->run->names, &o->deriver);
    const tc_config_words *helpdesk = &site->site->words[TC_CONFIG_HELPDESK];
    const tc_config_words *service = &site->site->words[TC_CONFIG_SERVICE];
    o->routine = tc_alloc(helpdesk->count + service->count + 1, sizeof(tc_slice));
    if (o->routine == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < helpdesk->count; i++)
        o->routine[i] = helpdesk->items[i];
    for (size_t i = 0; i < service->count; i++)
        o->routine[helpdesk->count + i] = service->items[i];
    say_people(&derive, site->site, o->routine, helpdesk->count + service->count);
    return tc_deriver_new(&derive, o->identity, o->run->names, &o->deriver);
}

void tc_ordered_say_vips(tc_incident_options *incidents, const struct tc_config *site)
{
    if (site == NULL) return;
    incidents->vips = site->words[TC_CONFIG_VIP].items;
    incidents->vip_count = site->words[TC_CONFIG_VIP].count;
}

TC_STATUS tc_ordered_audit(const tc_ordered *o, tc_arena *arena, tc_derive_audit_facts *ret)
{
    return tc_deriver_audit(o->deriver, arena, ret);
}
