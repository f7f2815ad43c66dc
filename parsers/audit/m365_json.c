#include "parsers/audit/audit_record.h"
#include "parsers/open/json_frame.h"
#include "parsers/registered.h"

#define FORMAT "m365-json"
#define HEAD_OBJECTS 4         /* objects of a head that are read to tell what it is */
#define SAMPLE_TRIES 64        /* objects of a sample that are read to find a time */
#define SCRATCH_MAX (1u << 22) /* arena of a probe or a sample */

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

/* The object that the records stand at, and its length; 0: it is not whole. */
static tc_reason read_object(tc_audit_walk *walk, tc_slice text, size_t *ret_length)
{
    size_t length = tc_json_extent(text);
    *ret_length = length == TC_NPOS ? 0 : length;
    if (*ret_length == 0) return TC_REASON_BAD_JSON;
    return tc_audit_walk_object(walk, tc_slice_sub(text, 0, length));
}

static TC_STATUS take(tc_audit_walk *walk, tc_json_records *records, const tc_sink *sink)
{
    size_t length;
    tc_slice text = records->text;
    tc_reason reason = read_object(walk, text, &length);
    if (length == 0) {
        tc_json_records_broken(records);
        return TC_SUCCESS;
    }
    if (reason != TC_REASON_COUNT) {
        tc_json_records_reject(records, reason, length);
        return TC_SUCCESS;
    }
    tc_place place = tc_json_records_accept(records, length);
    return tc_audit_deliver(walk, place, tc_slice_sub(text, 0, length), sink);
}

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
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_json_records_next(&records)) {
        TC_TRY(take(walk, &records, sink));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

/* -- samples --------------------------------------------------------------------------------- */

/* The objects of a piece of a source, read without an account. */
struct sample {
    tc_arena *arena;
    tc_arena_mark mark;
    tc_audit_walk *walk;
    tc_ledger ledger;
    tc_json_records records;
};

static bool sample_open(struct sample *sample, const tc_parse_options *options,
                        const tc_audit_schemas *schemas, tc_json_state start, tc_slice bytes)
{
    *sample = (struct sample){.arena = tc_arena_new(SCRATCH_MAX)};
    if (sample->arena) sample->walk = tc_arena_get(sample->arena, 1, sizeof *sample->walk);
    tc_json_records_init(&sample->records, &start, bytes, options->record_max, &sample->ledger,
                         NULL);
    if (!sample->walk || !tc_audit_walk_init(sample->walk, options, schemas, sample->arena, 0))
        return false;
    sample->mark = tc_arena_save(sample->arena);
    return true;
}

/* Reads the next object; false at the end. */
static bool sample_next(struct sample *sample, tc_reason *ret)
{
    if (!tc_json_records_next(&sample->records)) return false;
    size_t length;
    tc_arena_rewind(sample->arena, sample->mark);
    *ret = read_object(sample->walk, sample->records.text, &length);
    if (length == 0)
        tc_json_records_broken(&sample->records);
    else
        tc_json_records_reject(&sample->records, TC_REASON_NOT_EVENT, length);
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
    const tc_json_state anywhere = {.column = UINT32_MAX, .inlined = true};
    bool going = sample_open(&sample, options, &own->schemas, anywhere, bytes);
    for (size_t i = 0; going && !found && i < SAMPLE_TRIES; i++) {
        tc_reason reason;
        going = sample_next(&sample, &reason);
        found = going && reason == TC_REASON_COUNT;
        if (found) *ret = sample.walk->time;
    }
    tc_arena_free(sample.arena);
    return found;
}

/* The bid for a head, given names and schemas of its own. */
static int bid(const tc_parse_options *options, tc_slice head)
{
    tc_audit_schemas schemas;
    tc_audit_schemas_init(&schemas, options, FORMAT);
    if (schemas.failed != TC_OK) return TC_PROBE_NO_MEMORY;
    struct sample sample;
    int records = 0;
    int others = 0;
    bool opened = sample_open(&sample, options, &schemas, (tc_json_state){0}, head);
    bool going = opened;
    for (int i = 0; going && i < HEAD_OBJECTS; i++) {
        tc_reason reason;
        going = sample_next(&sample, &reason);
        if (going && reason == TC_REASON_COUNT)
            records++;
        else if (going && reason != TC_REASON_BAD_JSON)
            others++;
    }
    tc_arena_free(sample.arena);
    if (!opened) return TC_PROBE_NO_MEMORY;
    if (records == 0) return 0;
    return others == 0 ? 86 : 60;
}

/* Whether names stand there that records have. */
static bool names_records(tc_slice head)
{
    return (tc_slice_search(head, TC_LIT("CreationTime")) != TC_NPOS &&
            tc_slice_search(head, TC_LIT("Operation")) != TC_NPOS) ||
           tc_slice_search(head, TC_LIT("createdDateTime")) != TC_NPOS;
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
    .summary = "Microsoft 365 audit log and Entra sign-ins, JSON",
    .spec = "Microsoft Learn: Office 365 Management Activity API schema",
    .unit_of_loss = "one object",
    .gives = "mailbox access, logons, passwords, Exchange management",
    .evidence = TC_AUDIT_EVIDENCE,
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
