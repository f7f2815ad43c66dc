#include "parsers/windows/windows_json.h"

#include "parsers/open/json_sample.h"
#include "parsers/windows/windows_deliver.h"
#include "parsers/windows/windows_json_walk.h"

#define FORMAT "windows-json"

struct carry {
    tc_windows_schemas schemas;
    tc_json_state json;
};
static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){0};
    tc_windows_schemas_init(&own->schemas, options, FORMAT);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    tc_json_frame(&own->json, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_state_visit(&own->json, visit);
}

/* The object that the records stand at. */
static TC_STATUS take(tc_windows_walk *walk, const tc_windows_schemas *schemas,
                      tc_json_records *records, const tc_sink *sink)
{
    size_t length;
    tc_slice text = records->text;
    switch (tc_windows_walk_object(walk, text, &length)) {
    case TC_WINDOWS_WALK_EVENT:
        return tc_windows_deliver(
            schemas, walk->options->names, &walk->row,
            (tc_windows_found){.time = walk->time,
                               .place = tc_json_records_accept(records, length),
                               .raw = tc_slice_sub(text, 0, length)},
            sink);
    case TC_WINDOWS_WALK_NO_EVENT:
        tc_json_records_reject(records, TC_REASON_NOT_EVENT, length);
        break;
    case TC_WINDOWS_WALK_NO_TIME:
        tc_json_records_reject(records, TC_REASON_BAD_TIME, length);
        break;
    case TC_WINDOWS_WALK_NO_JSON:
        tc_json_records_broken(records);
        break;
    }
    return TC_SUCCESS;
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_windows_walk *walk = tc_arena_get(arena, 1, sizeof *walk);
    if (!walk || !tc_windows_walk_init(walk, options, &own->schemas, arena))
        return (tc_status){TC_ENOMEM};
    tc_json_records records;
    tc_json_records_init(&records, &own->json, block, options->record_max, ledger, sink);
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_json_records_next(&records)) {
        TC_TRY(take(walk, &own->schemas, &records, sink));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

/* -- samples --------------------------------------------------------------------------------- */

struct sample {
    tc_json_sample objects;
    tc_windows_walk *walk;
};

static bool sample_open(struct sample *sample, const tc_parse_options *options,
                        const tc_windows_schemas *schemas, tc_json_state start, tc_slice bytes)
{
    sample->walk = NULL;
    if (!tc_json_sample_open(&sample->objects, options, start, bytes)) return false;
    tc_arena *arena = sample->objects.arena;
    sample->walk = tc_arena_get(arena, 1, sizeof *sample->walk);
    return sample->walk && tc_windows_walk_init(sample->walk, options, schemas, arena);
}

/* Reads the next object; false at the end. */
static bool sample_next(struct sample *sample, tc_windows_verdict *ret)
{
    tc_slice text;
    size_t length;
    if (!tc_json_sample_next(&sample->objects, &text)) return false;
    *ret = tc_windows_walk_object(sample->walk, text, &length);
    tc_json_sample_seen(&sample->objects, *ret == TC_WINDOWS_WALK_NO_JSON ? 0 : length);
    return true;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    struct sample sample;
    bool found = false;
    bool going = sample_open(&sample, options, &own->schemas, TC_JSON_ANYWHERE, bytes);
    for (size_t i = 0; going && !found && i < TC_JSON_SAMPLE_TRIES; i++) {
        tc_windows_verdict verdict;
        going = sample_next(&sample, &verdict);
        found = going && verdict == TC_WINDOWS_WALK_EVENT && sample.walk->time != TC_TIME_NONE;
        if (found) *ret = sample.walk->time;
    }
    tc_json_sample_close(&sample.objects);
    return found;
}

/* Whether the event in the row says where it comes from, as Windows events do. */
static bool is_placed(const tc_windows_walk *walk)
{
    static const tc_field_static fields[] = {TC_FIELD_WE_CHANNEL, TC_FIELD_WE_PROVIDER_NAME,
                                             TC_FIELD_WE_COMPUTER, TC_FIELD_WE_TIME_CREATED};
    for (size_t i = 0; i < TC_COUNT_OF(fields); i++)
        if (walk->row.ranks[tc_windows_column(fields[i])] > 0) return true;
    return walk->windows;
}

static bool is_gelf(tc_slice head)
{
    return tc_slice_search(head, TC_LIT("\"_EventID\"")) != TC_NPOS ||
           tc_slice_search(head, TC_LIT("\"_winlog")) != TC_NPOS;
}

/* The bid for a head, given names and schemas of its own. */
static int bid(const tc_parse_options *options, tc_slice head)
{
    tc_windows_schemas schemas = {.failed = TC_OK};
    if (tc_failed(
            tc_schemas_get_open(options->schemas, FORMAT, NULL, 0, TC_FIELD_ECS_END, &schemas.of)))
        return TC_PROBE_NO_MEMORY;
    struct sample sample;
    int events = 0;
    int others = 0;
    bool opened = sample_open(&sample, options, &schemas, (tc_json_state){0}, head);
    bool going = opened;
    for (int i = 0; going && i < TC_JSON_SAMPLE_HEAD; i++) {
        tc_windows_verdict verdict;
        going = sample_next(&sample, &verdict);
        /* A head ends anywhere: what its last object had to say counts. */
        bool event = going && tc_windows_walk_is_event(sample.walk) && is_placed(sample.walk);
        if (event)
            events++;
        else if (going && verdict != TC_WINDOWS_WALK_NO_JSON)
            others++;
    }
    tc_json_sample_close(&sample.objects);
    if (!opened) return TC_PROBE_NO_MEMORY;
    if (events == 0) return 0;
    /* In GELF the event stands beside the message that the envelope would hand on alone. */
    if (others == 0 && is_gelf(head)) return 92;
    return others == 0 ? 85 : 60;
}

/* Whether any of the names stands there that an event's number has. */
static bool names_events(tc_slice head)
{
    static const char *const names[] = {"EventID",       "eventID",     "event_id",
                                        "\"winlog\"",    "\"LogName\"", "\"EventId\"",
                                        "\"EventCode\"", "\"Message\""};
    for (size_t i = 0; i < TC_COUNT_OF(names); i++)
        if (tc_slice_search(head, tc_slice_of(names[i])) != TC_NPOS) return true;
    return false;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    tc_slice start = tc_slice_trim(tc_slice_sub(head, 0, 64));
    if (!tc_slice_starts(start, TC_LIT("{")) && !tc_slice_starts(start, TC_LIT("["))) return 0;
    if (!names_events(head)) return 0;
    tc_names *names = tc_names_new();
    tc_schemas *schemas = names ? tc_schemas_new(names, 1) : NULL;
    int answer = TC_PROBE_NO_MEMORY;
    if (schemas) {
        const tc_parse_options options = {
            .names = names, .schemas = schemas, .record_max = TC_RECORD_MAX};
        answer = bid(&options, head);
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
    return answer;
}

const tc_parser tc_parser_windows_json = {
    .name = FORMAT,
    .summary = "Windows events as JSON: Winlogbeat, NXLog, Wazuh, Sentinel, converted EVTX",
    .spec = "Elastic: exported fields of Winlogbeat",
    .unit_of_loss = "one object",
    .gives = "logons, passwords, account changes, Exchange management",
    .evidence = TC_WINDOWS_EVIDENCE,
    .first = "{[",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_windows_identity,
    .show = tc_windows_show,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
