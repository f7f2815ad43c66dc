/* Logs that fell silent. */
#include "detector/derive/derive_state.h"

#include "detector/enrich/host.h"

static TC_STATUS tell(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_slice server,
                      const tc_silence *s, const tc_derived_sink *sink)
{
    char began[TC_TIME_TEXT];
    tc_time since = tc_time_sub(o->order.time, (int64_t)s->minutes * TC_MINUTE);
    tc_subject subject = {.host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST)};
    tc_overlay *v = tc_derive_overlay(d);
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, TC_LIT("baseline"));
    tc_overlay_set_text(v, TC_FIELD_METRIC, TC_LIT("log_silence"));
    tc_overlay_set_text(v, TC_FIELD_HOST_NAME, subject.host);
    tc_overlay_set_text(v, TC_FIELD_HOST_SHORT, server);
    tc_overlay_set_text(v, TC_FIELD_KIND, tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA));
    tc_overlay_set_bool(v, TC_FIELD_LOG_FILE_GOES_ON, s->file_goes_on);
    tc_overlay_set_text(v, TC_FIELD_EVENT_START, tc_slice_of(tc_time_format(since, began)));
    tc_derive_number(d, TC_FIELD_VALUE, s->minutes);
    tc_derive_number(d, TC_FIELD_DISTINCT, s->missed);
    tc_derive_number(d, TC_FIELD_SHARE, s->others);
    tc_derive_number(d, TC_FIELD_RATIO, s->ratio);
    tc_derive_number(d, TC_FIELD_DAYS, s->days);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->baseline, NULL, &evidence, &subject, sink);
}

TC_STATUS tc_derive_silence(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink)
{
    tc_silence silence;
    uint8_t room[TC_HOST_SHORT_MAX];
    tc_slice server = tc_host_short(tc_observation_text(o, heap, TC_OBS_TEXT_HOST), room);
    if (server.len == 0) return TC_SUCCESS;
    tc_log_life life = {.host = tc_content_hash(server),
                        .kind = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA)),
                        .source = o->order.source_key,
                        .first = o->order.time,
                        .last = o->last};
    if (!tc_silences_note(d->silences, &life, &silence)) return TC_SUCCESS;
    return tell(d, o, heap, server, &silence, sink);
}
