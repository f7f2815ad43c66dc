/* The audit logs of Exchange as it sends them by mail (SearchResults): elements <Event> whose
 * attributes are the record, and below them the parameters of a cmdlet. Microsoft Learn:
 * New-AdminAuditLogSearch, New-MailboxAuditLogSearch; Exchange: administrator audit log structure.
 */
#include "parsers/audit/export_record.h"
#include "parsers/open/xml_reader.h"
#include "parsers/registered.h"
#include "parsers/windows/windows_xml_frame.h"

#define FORMAT "exchange-audit-xml"
#define SCRATCH_MAX (1u << 22)

struct carry {
    tc_export_schemas schemas;
    tc_windows_xml_state xml;
};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.xml = {0}};
    tc_export_schemas_init(&own->schemas, options, FORMAT);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    tc_windows_xml_cut(&own->xml, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_windows_xml_visit(&own->xml, visit);
}

/* -- one element ----------------------------------------------------------------------------- */

typedef struct walk {
    tc_export_walk events;
    tc_export_record record;
    tc_xml r;
    tc_arena *arena;
} walk;

static bool walk_init(walk *w, const struct carry *own, const tc_parse_options *options,
                      tc_arena *arena, size_t length)
{
    w->arena = arena;
    return tc_export_walk_init(&w->events, options, &own->schemas, arena, length);
}

static bool add_attributes(walk *w, tc_slice attributes)
{
    tc_slice name;
    tc_cell cell;
    while (tc_xml_attribute(&attributes, &name, &cell))
        tc_export_record_add(&w->record, name, cell);
    return attributes.len == 0;
}

/* <Parameter Name="Identity" Value="anna" /> */
static void add_parameter(walk *w, tc_slice attributes)
{
    tc_slice name, key = TC_EMPTY_SLICE;
    tc_cell cell, value = tc_cell_text(TC_EMPTY_SLICE);
    while (tc_xml_attribute(&attributes, &name, &cell)) {
        if (tc_slice_equal(name, TC_LIT("Name"))) key = tc_cell_value(cell, w->arena).text;
        if (tc_slice_equal(name, TC_LIT("Value"))) value = cell;
    }
    tc_export_record_parameter(&w->record, w->arena, key, value);
}

static tc_reason read_element(walk *w, tc_slice text)
{
    tc_xml_token tag;
    w->record.count = 0;
    tc_xml_init(&w->r, text);
    if (!tc_xml_next(&w->r, &tag) || tag.type != TC_XML_OPEN) return TC_REASON_BAD_XML;
    if (!add_attributes(w, tag.attributes)) return TC_REASON_BAD_XML;
    do {
        if (!tc_xml_next(&w->r, &tag)) return TC_REASON_BAD_XML;
        if (tag.type == TC_XML_OPEN && tc_slice_equal(tag.name, TC_LIT("Parameter")))
            add_parameter(w, tag.attributes);
    } while (tag.type != TC_XML_END);
    return tc_export_walk_record(&w->events, &w->record);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    walk *w = tc_arena_get(arena, 1, sizeof *w);
    if (!w || !walk_init(w, own, options, arena, block.len)) return (tc_status){TC_ENOMEM};
    tc_windows_elements elements;
    tc_windows_elements_init(&elements, block, options->record_max, ledger, sink);
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_windows_elements_next(&elements)) {
        tc_slice text = elements.text;
        tc_reason reason = read_element(w, text);
        if (reason == TC_REASON_COUNT)
            TC_TRY(
                tc_export_deliver(&w->events, tc_windows_elements_accept(&elements), text, sink));
        else
            tc_windows_elements_reject(&elements, reason);
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

static bool is_record(void *context, tc_slice element)
{
    return read_element(context, element) == TC_REASON_COUNT;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    walk *w = arena ? tc_arena_get(arena, 1, sizeof *w) : NULL;
    bool found = w && walk_init(w, own, options, arena, 0) &&
                 tc_windows_elements_find(bytes, options->record_max, is_record, w);
    if (found) *ret = w->events.time;
    tc_arena_free(arena);
    return found;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    size_t first = tc_windows_xml_opening(head);
    if (first == TC_NPOS) return 0;
    tc_slice tag = tc_slice_sub(head, first, 4096);
    tag = tc_slice_sub(tag, 0, tc_slice_find(tag, '>'));
    bool admin = tc_slice_search(tag, TC_LIT(" Cmdlet=")) != TC_NPOS &&
                 tc_slice_search(tag, TC_LIT(" RunDate=")) != TC_NPOS;
    bool mailbox = tc_slice_search(tag, TC_LIT(" Operation=")) != TC_NPOS &&
                   tc_slice_search(tag, TC_LIT(" LastAccessed=")) != TC_NPOS;
    return admin || mailbox ? 96 : 0;
}

/* The admin center writes so many of either log into a file. */
static const tc_row_limit limits[] = {
    {1000, TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_WEBMAIL, "a search of Exchange's audit logs",
     "export shorter spans of time"},
    {3000, TC_EVIDENCE_PASSWORDS, "an export of the admin center", "export shorter spans of time"},
    {50000, TC_EVIDENCE_WEBMAIL, "an export of the admin center",
     "export shorter spans of time, or single mailboxes"},
    {0, 0, NULL, NULL},
};

const tc_parser tc_parser_exchange_audit_xml = {
    .name = FORMAT,
    .summary = "Exchange audit logs as XML, which searches send by mail",
    .spec = "Microsoft Learn: New-AdminAuditLogSearch and others",
    .unit_of_loss = "one <Event> element",
    .gives = "Exchange management; mailbox access, for rules",
    .evidence = TC_EVIDENCE_MANAGEMENT,
    .limits = limits,
    .first = "<",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_export_identity,
    .show = tc_export_show,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
