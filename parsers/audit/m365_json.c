#include "parsers/audit/audit_record.h"
#include "parsers/audit/export_kinds.h"
#include "parsers/open/json_objects.h"
#include "parsers/registered.h"

#define FORMAT "m365-json"

struct carry {
    tc_audit_schemas schemas;
    tc_json_state json;
};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){0};
    tc_audit_schemas_init(&own->schemas, options, FORMAT);
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

static tc_reason read_object(void *walk, tc_slice object)
{
    return tc_audit_walk_object(walk, object);
}

static TC_STATUS deliver(void *walk, tc_place place, tc_slice object, const tc_sink *sink)
{
    return tc_audit_deliver(walk, place, object, sink);
}

static tc_time time_of(const void *walk)
{
    return ((const tc_audit_walk *)walk)->time;
}

static const tc_json_form form = {read_object, deliver, time_of};

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_audit_walk *walk = tc_arena_get(arena, 1, sizeof *walk);
    if (!walk || !tc_audit_walk_init(walk, options, &own->schemas, arena, block.len))
        return (tc_status){TC_ENOMEM};
    tc_json_records records;
    tc_json_records_init(&records, &own->json, block, options->record_max, ledger, sink);
    return tc_json_objects_parse(&form, walk, &records, arena);
}

/* -- samples --------------------------------------------------------------------------------- */

/* NULL without memory; the sample is closed in any case. */
static tc_audit_walk *sample_open(tc_json_sample *sample, const tc_parse_options *options,
                                  const tc_audit_schemas *schemas, tc_json_state start,
                                  tc_slice bytes)
{
    bool opened = tc_json_sample_open(sample, options, start, bytes);
    tc_audit_walk *walk = opened ? tc_arena_get(sample->arena, 1, sizeof *walk) : NULL;
    return walk && tc_audit_walk_init(walk, options, schemas, sample->arena, 0) ? walk : NULL;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    tc_json_sample sample;
    tc_audit_walk *walk = sample_open(&sample, options, &own->schemas, TC_JSON_ANYWHERE, bytes);
    bool found = walk && tc_json_objects_time(&form, walk, &sample, ret);
    tc_json_sample_close(&sample);
    return found;
}

/* The bid for a head, given names and schemas of its own. */
static int bid(const tc_parse_options *options, tc_slice head)
{
    tc_audit_schemas schemas;
    tc_audit_schemas_init(&schemas, options, FORMAT);
    if (schemas.failed != TC_OK) return TC_PROBE_NO_MEMORY;
    tc_json_sample sample;
    int records = 0;
    int others = 0;
    tc_audit_walk *walk = sample_open(&sample, options, &schemas, (tc_json_state){0}, head);
    bool going = walk != NULL;
    for (int i = 0; going && i < TC_JSON_SAMPLE_HEAD; i++) {
        tc_reason reason;
        going = tc_json_objects_next(&form, walk, &sample, &reason);
        if (going && reason == TC_REASON_COUNT)
            records++;
        else if (going && reason != TC_REASON_BAD_JSON)
            others++;
    }
    tc_json_sample_close(&sample);
    if (walk == NULL) return TC_PROBE_NO_MEMORY;
    if (records == 0) return 0;
    return others == 0 ? 86 : 60;
}

/* Whether names stand there that records have. */
static bool names_records(tc_slice head)
{
    return (tc_slice_search(head, TC_LIT("CreationTime")) != TC_NPOS &&
            tc_slice_search(head, TC_LIT("Operation")) != TC_NPOS) ||
           tc_slice_search(head, TC_LIT("createdDateTime")) != TC_NPOS ||
           tc_slice_search(head, TC_LIT("ctivityDateTime")) != TC_NPOS ||
           tc_slice_search(head, TC_LIT("OfficeWorkload")) != TC_NPOS ||
           tc_slice_search(head, TC_LIT("UserPrincipalName")) != TC_NPOS;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    tc_slice start = tc_slice_trim(tc_slice_sub(head, 0, 64));
    if (!tc_slice_starts(start, TC_LIT("{")) && !tc_slice_starts(start, TC_LIT("["))) return 0;
    if (!names_records(head)) return 0;
    tc_names *names = tc_names_new();
    tc_schemas *schemas = names ? tc_schemas_new(names, TC_AUDIT_LOG_COUNT) : NULL;
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

const tc_parser tc_parser_m365_json = {
    .name = FORMAT,
    .summary = "Microsoft 365 audit log, Entra sign-ins and audit, JSON",
    .spec = "Microsoft Learn: Office 365 Management Activity API schema",
    .unit_of_loss = "one object",
    .gives = "mailbox access, logons, passwords, Exchange management",
    .evidence = TC_AUDIT_EVIDENCE,
    .limits = tc_export_limits_audit,
    .first = "{[",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_audit_identity,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
