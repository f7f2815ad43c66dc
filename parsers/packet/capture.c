/*
 * The format `capture`: exchanges of a packet capture (exchange.h), as events of the logs that
 * would have told of them.
 *
 * A record is a packet: its fate is booked, decoded ones and those of protocols that are not read
 * as what they are, damaged and cut ones as rejected. What packets completed are the events: their
 * place is the packet that completed them.
 */
#include "parsers/packet/datagram.h"
#include "parsers/packet/exchange.h"
#include "parsers/packet/octets.h"
#include "parsers/parser.h"

#define FORMAT "capture"
#define MAGIC TC_LIT(TC_EXCHANGE_MAGIC)

extern const tc_parser tc_parser_capture;

typedef struct carry {
    const tc_schema *schemas[TC_EXCHANGE_KINDS];
    tc_code failed;
    bool begun; /* behind the magic */
    bool lost;  /* what follows is no exchange */
} carry;

/* -- columns -------------------------------------------------------------------------------- */

static const char *const names[TC_EXCHANGE_COLUMNS] = {
#define TC_EXCHANGE(kind, column, name) name,
#include "parsers/packet/exchange.def"
#undef TC_EXCHANGE
};

typedef struct kind {
    tc_exchange_column from, end;
    tc_logsource labels[2];
    size_t label_count;
} kind;

static const kind kinds[TC_EXCHANGE_KINDS] = {
    [TC_EXCHANGE_WEB] = {TC_WEB_S_IP,
                         TC_MAIL_CLIENT_IP,
                         {{"webserver", NULL, NULL}, {NULL, "windows", "iis"}},
                         2},
    [TC_EXCHANGE_MAIL] = {TC_MAIL_CLIENT_IP,
                          TC_ACCOUNT_EVENT,
                          {{NULL, "exchange", "messagetracking"}},
                          1},
    [TC_EXCHANGE_ACCOUNT] = {TC_ACCOUNT_EVENT, TC_FLOW_C_IP, {{NULL, "windows", "security"}}, 1},
    [TC_EXCHANGE_FLOW] = {TC_FLOW_C_IP, TC_EXCHANGE_COLUMNS, {{"firewall", NULL, "tls"}}, 1},
};

static TC_STATUS get_schema(const tc_parse_options *options, const kind *k, const tc_schema **ret)
{
    tc_slice columns[TC_EXCHANGE_COLUMNS];
    size_t count = (size_t)k->end - (size_t)k->from;
    for (size_t i = 0; i < count; i++)
        columns[i] = tc_slice_of(names[k->from + i]);
    return tc_schemas_get(options->schemas, FORMAT, k->labels, k->label_count, columns, count, ret);
}

static void begin(const tc_parser *self, tc_carry *state, const tc_parse_options *options)
{
    (void)self;
    carry *own = TC_CARRY_OF(carry, state);
    *own = (carry){.failed = options->schemas ? TC_OK : TC_EUNSUPPORTED};
    for (size_t i = TC_EXCHANGE_WEB; i < TC_EXCHANGE_KINDS && own->failed == TC_OK; i++)
        own->failed = get_schema(options, &kinds[i], &own->schemas[i]).code;
}

static void carry_visit(const tc_parser *self, tc_carry *state, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    carry *own = TC_CARRY_OF(carry, state);
    tc_visit_bool(visit, &own->begun);
    tc_visit_bool(visit, &own->lost);
}

/* -- frame ---------------------------------------------------------------------------------- */

/* Whole exchanges at the front; *ret_units are the packets in them. */
static size_t whole_exchanges(tc_slice bytes, uint64_t *ret_units)
{
    size_t at = 0;
    tc_exchange e;
    while (tc_exchange_read(tc_octets_from(bytes, at), &e) > 0) {
        *ret_units += e.kind == TC_EXCHANGE_FATES ? e.body.len : 0;
        at += e.length;
    }
    return at;
}

/* Whether what stands there can still become an exchange. */
static bool may_come(tc_slice rest)
{
    if (rest.len < 8) return true;
    uint32_t length = tc_le32(rest.ptr), what = tc_le32(rest.ptr + 4);
    return length >= TC_EXCHANGE_HEAD && length <= TC_EXCHANGE_MAX && what > 0 &&
           what < TC_EXCHANGE_KINDS && length > rest.len;
}

static TC_STATUS frame(const tc_parser *self, tc_carry *state, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    (void)options;
    carry *own = TC_CARRY_OF(carry, state);
    *ret = (tc_frame){0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    if (!own->begun) {
        if (bytes.len < MAGIC.len && !last) return TC_SUCCESS;
        own->begun = true;
        own->lost = !tc_slice_starts(bytes, MAGIC);
        if (!own->lost) {
            ret->length = MAGIC.len;
            return TC_SUCCESS;
        }
    }
    if (!own->lost) ret->length = whole_exchanges(bytes, &ret->units);
    /* What takes packets in begins anew, and says so. */
    if (!own->lost && ret->length == 0 && tc_slice_starts(bytes, MAGIC)) ret->length = MAGIC.len;
    if (ret->length > 0) return TC_SUCCESS;
    if (!own->lost && may_come(bytes) && !last) return TC_SUCCESS;
    /* Nothing says where the next one begins: parse books it all. */
    own->lost = true;
    ret->length = bytes.len;
    return TC_SUCCESS;
}

/* -- parse ---------------------------------------------------------------------------------- */

typedef struct walk {
    const carry *own;
    tc_arena *arena;
    tc_ledger *ledger;
    const tc_sink *sink;
    size_t at;
    uint64_t packets; /* of the block, so far */
} walk;

static tc_reason reason_of(tc_fate fate)
{
    static const tc_reason reasons[TC_FATE_COUNT] = {[TC_FATE_DAMAGED] = TC_REASON_BAD_BINARY,
                                                     [TC_FATE_TRUNCATED] = TC_REASON_TRUNCATED,
                                                     [TC_FATE_LINK] = TC_REASON_NOT_EVENT,
                                                     [TC_FATE_DEEP] = TC_REASON_NESTED,
                                                     [TC_FATE_TUNNEL] = TC_REASON_TUNNEL};
    return reasons[fate];
}

static void book_packet(walk *w, uint8_t byte, size_t offset)
{
    tc_fate fate = byte < TC_FATE_COUNT ? (tc_fate)byte : TC_FATE_DAMAGED;
    uint64_t packet = w->packets++;
    if (fate == TC_FATE_DECODED) {
        w->ledger->bytes.header++;
        w->ledger->records.header++;
    } else if (fate == TC_FATE_OTHER) {
        w->ledger->bytes.blank++;
        w->ledger->records.blank++;
    } else {
        w->ledger->bytes.rejected++;
        w->ledger->records.rejected[reason_of(fate)]++;
        if (w->sink && w->sink->reject)
            w->sink->reject(w->sink->context, reason_of(fate), (tc_place){offset, 1, packet},
                            TC_EMPTY_SLICE);
    }
}

static TC_STATUS deliver(walk *w, const tc_exchange *e, tc_slice raw)
{
    const kind *k = &kinds[e->kind];
    const tc_schema *schema = w->own->schemas[e->kind];
    tc_arena_mark mark = tc_arena_save(w->arena);
    tc_cell *cells = tc_arena_zero(w->arena, schema->column_count, sizeof *cells);
    tc_slice body = e->body, text;
    tc_exchange_column column;
    if (!cells) return (tc_status){TC_ENOMEM};
    while (tc_exchange_next(&body, &column, &text))
        if (column >= k->from && column < k->end) cells[column - k->from] = tc_cell_text(text);
    w->ledger->bytes.parsed += e->length;
    w->ledger->records.accepted++;
    tc_event event = {.schema = schema,
                      .cells = cells,
                      .time = e->time,
                      .place = {w->at, e->length, w->packets},
                      .raw = raw,
                      .arena = w->arena};
    tc_status status = w->sink ? w->sink->event(w->sink->context, &event) : TC_SUCCESS;
    tc_arena_rewind(w->arena, mark);
    return status;
}

static void reject_exchange(walk *w, tc_slice raw, tc_reason reason)
{
    w->ledger->bytes.rejected += raw.len;
    w->ledger->records.rejected[reason]++;
    if (w->sink && w->sink->reject)
        w->sink->reject(w->sink->context, reason, (tc_place){w->at, raw.len, w->packets}, raw);
}

static void book_losses(walk *w, const tc_exchange *e)
{
    static const tc_reason reasons[TC_EXCHANGE_LOSS_COUNT] = {
        [TC_EXCHANGE_GAVE_WAY] = TC_REASON_LIMIT,
        [TC_EXCHANGE_HOLE] = TC_REASON_HOLE,
        [TC_EXCHANGE_DROPPED] = TC_REASON_DROPPED};
    tc_slice losses = tc_octets_from(e->body, TC_MIN(e->body.len, TC_EXCHANGE_COUNTS));
    w->ledger->bytes.header += e->length - losses.len;
    w->ledger->bytes.rejected += losses.len;
    for (size_t i = 0; i < losses.len; i++) {
        uint8_t loss = losses.ptr[i];
        w->ledger->records
            .rejected[loss < TC_EXCHANGE_LOSS_COUNT ? reasons[loss] : TC_REASON_LIMIT]++;
    }
}

static TC_STATUS take_exchange(walk *w, const tc_exchange *e, tc_slice raw)
{
    if (e->kind >= TC_EXCHANGE_WEB) return deliver(w, e, raw);
    if (e->kind == TC_EXCHANGE_BOUNDS) {
        book_losses(w, e);
        return TC_SUCCESS;
    }
    w->ledger->bytes.header += e->length - e->body.len;
    for (size_t i = 0; i < e->body.len; i++)
        book_packet(w, e->body.ptr[i], w->at + TC_EXCHANGE_HEAD + i);
    return TC_SUCCESS;
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *state,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    walk w = {.own = TC_CARRY_OF(carry, state), .arena = arena, .ledger = ledger, .sink = sink};
    tc_exchange e;
    bool readable = w.own->begun && !w.own->lost;
    if (!w.own->lost && tc_slice_equal(block, MAGIC)) {
        ledger->bytes.header += block.len;
        return TC_SUCCESS;
    }
    while (readable && tc_exchange_read(tc_octets_from(block, w.at), &e) > 0) {
        tc_slice raw = tc_slice_sub(block, w.at, e.length);
        if (e.kind >= TC_EXCHANGE_WEB && e.length > options->record_max)
            reject_exchange(&w, raw, TC_REASON_OVERSIZE);
        else
            TC_TRY(take_exchange(&w, &e, raw));
        w.at += e.length;
    }
    tc_slice rest = tc_octets_from(block, w.at);
    if (rest.len > 0 && w.own->lost) ledger->bytes.rejected += rest.len;
    if (rest.len > 0 && !w.own->lost)
        reject_exchange(&w, rest, may_come(rest) ? TC_REASON_TRUNCATED : TC_REASON_BAD_BINARY);
    return TC_SUCCESS;
}

/* -- the rest ------------------------------------------------------------------------------- */

/* Its bytes are made by the carrier: there is no middle of a file to look into. */
static bool sample_time(const tc_parser *self, const tc_carry *state,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    (void)state;
    (void)options;
    (void)bytes;
    (void)ret;
    return false;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    return tc_slice_starts(head, MAGIC) ? 100 : 0;
}

/* What was done, however its packets were cut and wrapped: the columns and the time. */
static uint64_t identity(const tc_parser *self, const tc_event *event)
{
    (void)self;
    uint64_t id = tc_record_id_begin("packet exchange");
    id = tc_record_id_add_number(id, (uint64_t)event->time);
    for (size_t i = 0; i < event->schema->column_count; i++)
        id = tc_record_id_add(id, tc_slice_make(event->cells[i].ptr, event->cells[i].len));
    return id;
}

/* -- what is hidden -------------------------------------------------------------------------- */

/* What may be said behind a port, or by a protocol before it was sealed; the last: anywhere else.
 */
static const struct {
    const char *what[6];
    uint32_t evidence;
} sealed[] = {
    {{"25", "465", "587", "smtp"}, TC_EVIDENCE_MESSAGES | TC_EVIDENCE_LOGONS},
    {{"143", "993", "imap", "imap-compressed"}, TC_EVIDENCE_MESSAGES | TC_EVIDENCE_LOGONS},
    {{"110", "995", "pop3"}, TC_EVIDENCE_MESSAGES | TC_EVIDENCE_LOGONS},
    {{"389", "636", "3268", "3269", "ldap", "ldap-sasl"},
     TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_LOGONS},
    {{"139", "445", "smb3", "smb3-compressed"}, TC_EVIDENCE_PASSWORDS},
    {{NULL}, TC_EVIDENCE_WEBMAIL},
};

static bool is_any_of(tc_slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && words[i]; i++)
        if (tc_slice_equal(text, tc_slice_of(words[i]))) return true;
    return false;
}

static uint32_t hidden_in_flow(const tc_cell *cells)
{
    static const tc_exchange_column tells[] = {TC_FLOW_STARTED, TC_FLOW_SEALED, TC_FLOW_S_PORT};
    for (size_t t = 0; t < TC_COUNT_OF(tells); t++) {
        tc_cell cell = cells[tells[t] - TC_FLOW_C_IP];
        tc_slice text = tc_slice_make(cell.ptr, cell.len);
        for (size_t i = 0; i < TC_COUNT_OF(sealed); i++)
            if (is_any_of(text, sealed[i].what, TC_COUNT_OF(sealed[i].what)))
                return sealed[i].evidence;
    }
    return sealed[TC_COUNT_OF(sealed) - 1].evidence;
}

/* A flow is all that is seen of an encrypted connection; of some calls the parameters are sealed,
 * and whose password is set. */
static uint32_t hides(const tc_parser *self, const tc_event *event)
{
    (void)self;
    tc_slice first = event->schema->names[0];
    if (tc_slice_equal(first, tc_slice_of(names[TC_FLOW_C_IP])))
        return hidden_in_flow(event->cells);
    if (!tc_slice_equal(first, tc_slice_of(names[TC_ACCOUNT_EVENT]))) return 0;
    const tc_cell *cells = event->cells;
    tc_cell number = cells[TC_ACCOUNT_EVENT - TC_ACCOUNT_EVENT];
    bool whose = cells[TC_ACCOUNT_TARGET_USER - TC_ACCOUNT_EVENT].len > 0;
    bool set = tc_slice_equal(tc_slice_make(number.ptr, number.len), TC_LIT("4724"));
    bool is_sealed = cells[TC_ACCOUNT_SEALED - TC_ACCOUNT_EVENT].len > 0;
    return is_sealed || (set && !whose) ? TC_EVIDENCE_PASSWORDS : 0;
}

#define SHOWN_MAX 160

static void show(const tc_parser *self, const tc_event *event, tc_str *out)
{
    (void)self;
    for (size_t i = 0; i < event->schema->column_count; i++) {
        const tc_cell *cell = &event->cells[i];
        if (cell->len == 0) continue;
        if (out->len > 0) tc_str_add_byte(out, ' ');
        tc_str_add(out, event->schema->names[i]);
        tc_str_add_byte(out, '=');
        tc_str_add(out, tc_slice_sub(tc_slice_make(cell->ptr, cell->len), 0, SHOWN_MAX));
    }
}

const tc_parser tc_parser_capture = {
    .name = FORMAT,
    .summary = "packet captures (pcap, pcapng)",
    .spec = "IETF draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng",
    .unit_of_loss = "one packet",
    .gives = "webmail, logons, passwords, system messages, if not encrypted",
    .evidence = TC_EVIDENCE_WEBMAIL | TC_EVIDENCE_LOGONS | TC_EVIDENCE_MESSAGES |
                TC_EVIDENCE_PASSWORDS | TC_EVIDENCE_CONNECTIONS,
    .binary = true,
    .unit = TC_UNIT_FRAME,
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = identity,
    .carry_visit = carry_visit,
    .carry_version = 1,
    .hides = hides,
    .show = show,
};
