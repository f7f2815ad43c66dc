#include "parsers/windows/evtx.h"

#include "parsers/windows/binxml.h"
#include "parsers/windows/evtx_chunk.h"
#include "parsers/windows/evtx_take.h"
#include "parsers/windows/windows_deliver.h"
#include "parsers/windows/windows_xml_walk.h"

#define FORMAT "evtx"
#define FILE_MAGIC TC_LIT("ElfFile\0")
#define CHUNK_MAGIC TC_LIT("ElfChnk\0")
#define FILE_HEAD 4096
#define HEAD_SIZE_AT 40                  /* in a file's head: its own size, two bytes */
#define TEXT_MAX ((size_t)TC_RECORD_MAX) /* of one event as XML */
#define START_MAX 704                    /* of one whose first bytes are all that is wanted */

struct carry {
    tc_windows_schemas schemas;
    bool begun; /* behind the file's head, if it has one */
};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){0};
    tc_windows_schemas_init(&own->schemas, options, FORMAT);
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_visit_bool(visit, &own->begun);
}

/* -- frame ----------------------------------------------------------------------------------- */

/* The head of a file as Windows makes it. */
static bool is_sound_head(tc_slice bytes)
{
    return tc_slice_starts(bytes, FILE_MAGIC) && bytes.len >= HEAD_SIZE_AT + 2 &&
           (bytes.ptr[HEAD_SIZE_AT] | bytes.ptr[HEAD_SIZE_AT + 1] << 8) == FILE_HEAD;
}

/* Whether a file's head begins here: by its own signature, or, if that is damaged, by the chunk
 * behind it. */
static bool has_head(tc_slice bytes)
{
    return tc_slice_starts(bytes, FILE_MAGIC) ||
           tc_slice_starts(tc_slice_sub(bytes, FILE_HEAD, bytes.len), CHUNK_MAGIC);
}

/* Records and damage in one chunk: what parse will count. */
static uint64_t units_of(tc_slice bytes)
{
    tc_evtx_chunk chunk = tc_evtx_chunk_of(bytes);
    tc_evtx_item item;
    uint64_t units = 0;
    while (tc_evtx_next(&chunk, &item))
        units += item.kind == TC_EVTX_RECORD || item.kind == TC_EVTX_DAMAGE;
    return units;
}

static void frame_chunks(tc_slice bytes, bool last, tc_frame *ret)
{
    while (ret->length < bytes.len) {
        tc_slice chunk = tc_slice_sub(bytes, ret->length, TC_EVTX_CHUNK);
        if (chunk.len < TC_EVTX_CHUNK && !last) break;
        ret->units += units_of(chunk);
        ret->length += chunk.len;
    }
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    if (own->begun) {
        frame_chunks(bytes, last, ret);
        return TC_SUCCESS;
    }
    if (bytes.len < FILE_HEAD + CHUNK_MAGIC.len && !last) return TC_SUCCESS;
    if (has_head(bytes)) {
        ret->length = TC_MIN(bytes.len, (size_t)FILE_HEAD);
        ret->units = is_sound_head(bytes) ? 0 : 1;
    } else {
        frame_chunks(bytes, last, ret);
    }
    own->begun = ret->length > 0;
    return TC_SUCCESS;
}

/* -- parse ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_windows_schemas *schemas;
    const tc_parse_options *options;
    tc_windows_xml_walk *xml;
    tc_evtx_plans *plans; /* they fill xml->fill, too */
    tc_arena *arena;
    tc_str text, start;
    tc_ledger *ledger;
    const tc_sink *sink;
    tc_slice chunk;
    size_t offset; /* of the chunk in the block */
    uint64_t record;
} walk;

static TC_STATUS reject(walk *w, const tc_evtx_item *item, tc_reason reason)
{
    tc_place place = {w->offset + item->at, item->length, w->record++};
    w->ledger->bytes.rejected += item->length;
    w->ledger->records.rejected[reason]++;
    if (w->sink && w->sink->reject)
        w->sink->reject(w->sink->context, reason, place,
                        tc_slice_sub(w->chunk, item->at, item->length));
    return TC_SUCCESS;
}

/* Writes the record as XML; what fits into `out` then lives as long as the event. */
static tc_binxml_result write_text(walk *w, const tc_evtx_item *item, tc_str *out, tc_slice *ret)
{
    tc_str_clear(out);
    tc_binxml_result result = tc_binxml_write(w->chunk, item->at + TC_EVTX_RECORD_HEAD,
                                              item->at + item->length - 4, w->arena, out);
    return tc_arena_copy(w->arena, tc_str_view(out), ret) ? result : TC_BINXML_NO_MEMORY;
}

/* A record whose text nobody has asked for yet. */
typedef struct untold {
    walk *w;
    const tc_evtx_item *item;
    tc_slice text;
    bool whole;
} untold;

/* Most who ask want to show the beginning. */
static tc_slice make_text(void *context, size_t max)
{
    untold *u = context;
    if (u->whole || u->text.len >= max) return u->text;
    if (max < START_MAX) {
        u->whole = write_text(u->w, u->item, &u->w->start, &u->text) == TC_BINXML_WRITTEN;
        if (u->whole || u->text.len >= max) return u->text;
    }
    if (write_text(u->w, u->item, &u->w->text, &u->text) != TC_BINXML_WRITTEN)
        u->text = TC_EMPTY_SLICE;
    u->whole = true;
    return u->text;
}

static TC_STATUS deliver(walk *w, const tc_evtx_item *item, tc_slice text, const tc_late_text *late)
{
    tc_windows_found found = {
        .time = w->xml->fill.time != TC_TIME_NONE ? w->xml->fill.time : item->written,
        .place = {w->offset + item->at, item->length, w->record++},
        .raw = text,
        .late = late,
    };
    w->ledger->bytes.parsed += item->length;
    w->ledger->records.accepted++;
    return tc_windows_deliver(w->schemas, w->options->names, &w->xml->fill.row, found, w->sink);
}

/* By its XML. */
static TC_STATUS take_text(walk *w, const tc_evtx_item *item)
{
    tc_slice text;
    tc_binxml_result result = write_text(w, item, &w->text, &text);
    if (result == TC_BINXML_NO_MEMORY) return (tc_status){TC_ENOMEM};
    if (result == TC_BINXML_TOO_LONG) return reject(w, item, TC_REASON_OVERSIZE);
    if (result == TC_BINXML_DAMAGED) return reject(w, item, TC_REASON_BAD_BINARY);
    tc_reason reason = tc_windows_xml_walk_element(w->xml, text);
    if (reason != TC_REASON_COUNT) return reject(w, item, reason);
    return deliver(w, item, text, NULL);
}

static TC_STATUS take_record(walk *w, const tc_evtx_item *item)
{
    if (item->length > w->options->record_max) return reject(w, item, TC_REASON_OVERSIZE);
    if (!tc_evtx_take(w->plans, item->at + TC_EVTX_RECORD_HEAD, item->at + item->length - 4,
                      TEXT_MAX, w->arena))
        return take_text(w, item);
    tc_reason reason = tc_windows_fill_end(&w->xml->fill);
    if (reason != TC_REASON_COUNT) return reject(w, item, reason);
    untold u = {.w = w, .item = item};
    const tc_late_text late = {make_text, &u};
    return deliver(w, item, tc_slice_make(w->chunk.ptr + item->at, 0), &late);
}

static TC_STATUS take_item(walk *w, const tc_evtx_item *item)
{
    tc_status status = TC_SUCCESS;
    tc_arena_mark mark = tc_arena_save(w->arena);
    switch (item->kind) {
    case TC_EVTX_RECORD:
        status = take_record(w, item);
        break;
    case TC_EVTX_DAMAGE:
        status = reject(w, item, item->reason);
        break;
    case TC_EVTX_HEAD:
        w->ledger->bytes.header += item->length;
        break;
    case TC_EVTX_FREE:
        w->ledger->bytes.blank += item->length;
        break;
    }
    tc_arena_rewind(w->arena, mark);
    return status;
}

static TC_STATUS take_block(walk *w, tc_slice block, bool begun)
{
    if (!begun && is_sound_head(block)) {
        w->ledger->bytes.header += block.len;
        return TC_SUCCESS;
    }
    for (; w->offset < block.len; w->offset += w->chunk.len) {
        w->chunk = tc_slice_sub(block, w->offset, TC_EVTX_CHUNK);
        tc_evtx_chunk chunk = tc_evtx_chunk_of(w->chunk);
        tc_evtx_plans_begin(w->plans, w->chunk);
        tc_evtx_item item;
        while (tc_evtx_next(&chunk, &item))
            TC_TRY(take_item(w, &item));
    }
    return TC_SUCCESS;
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    walk w = {.schemas = &own->schemas,
              .options = options,
              .xml = tc_arena_get(arena, 1, sizeof(tc_windows_xml_walk)),
              .plans = tc_arena_get(arena, 1, sizeof(tc_evtx_plans)),
              .arena = arena,
              .ledger = ledger,
              .sink = sink};
    if (!w.xml || !w.plans || !tc_windows_xml_walk_init(w.xml, options, &own->schemas, arena) ||
        !tc_evtx_plans_init(w.plans, &w.xml->fill, arena))
        return (tc_status){TC_ENOMEM};
    tc_str_init(&w.text, TEXT_MAX);
    tc_str_init(&w.start, START_MAX);
    tc_status status = take_block(&w, block, own->begun);
    tc_str_done(&w.text);
    tc_str_done(&w.start);
    return status;
}

/* -- the rest -------------------------------------------------------------------------------- */

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    (void)carry;
    (void)options;
    size_t at = tc_evtx_find(bytes, 0, bytes.len);
    for (; at != TC_NPOS; at = tc_evtx_find(bytes, at + 1, bytes.len))
        if (tc_evtx_written(bytes, at, ret)) return true;
    return false;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    if (tc_slice_starts(head, FILE_MAGIC)) return 100;
    if (tc_slice_starts(head, CHUNK_MAGIC)) return 90;
    /* Its first bytes may be damaged; then it still is no text, and not nothing. */
    static const uint8_t others[] = {0, '<', '{', 0xEF, 0xFE, 0xFF};
    bool other = head.len == 0 || memchr(others, head.ptr[0], sizeof others) != NULL;
    return !other && tc_slice_ends_ascii(name, TC_LIT(".evtx")) ? 25 : 0;
}

const tc_parser tc_parser_evtx = {
    .name = FORMAT,
    .summary = "Windows event logs as Windows keeps them (.evtx)",
    .spec = "MS-EVEN6; J. Metz, Windows XML Event Log (EVTX) format",
    .unit_of_loss = "one record",
    .gives = "logons, passwords, account changes, Exchange management",
    .evidence = TC_WINDOWS_EVIDENCE,
    .binary = true,
    .unit = TC_UNIT_RECORD,
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
