/* Walks over input by index: a hot loop. */
#include "parsers/windows/windows_xml_frame.h"

#include "parsers/open/xml_reader.h"

#define TAG_NAME_MAX 64 /* longer names are not the ones that are looked for */
#define REMARK_MAX 4096 /* longest tag of a root, declaration or comment */
#define SAMPLE_TRIES 64 /* elements of a sample that are read to find a record */
#define HEADING_MAX 512 /* longest text that a converter writes before an element */

typedef enum tag_kind {
    TAG_OTHER,
    TAG_EVENT,     /* <Event */
    TAG_EVENT_END, /* </Event */
    TAG_EVENTS,    /* <Events or </Events */
    TAG_UNKNOWN    /* more bytes would tell */
} tag_kind;

typedef enum item_kind {
    ITEM_END,     /* no more bytes */
    ITEM_MORE,    /* something whose end is not in sight */
    ITEM_BLANK,   /* structure */
    ITEM_ELEMENT, /* from <Event to </Event> */
    ITEM_DAMAGE,  /* up to the next <Event */
    ITEM_TAIL     /* damage, and no such tag is in sight */
} item_kind;

struct item {
    item_kind kind;
    size_t end;
    tc_reason reason;
    size_t begin; /* of an element behind lines of text; 0: it begins where the item does */
};

struct scan {
    tc_slice bytes;
    bool last;
    size_t record_max;
    size_t clear_from; /* no CDATA section ends from here */
    size_t clear_to;   /* to here */
};

static inline bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static inline bool ends_name(uint8_t byte)
{
    return is_blank(byte) || byte == '>' || byte == '/' || byte == '<';
}

/* What tag begins at `at`, a '<'; *ret_end is where its name ends. */
static tag_kind tag_at(tc_slice bytes, size_t at, bool last, size_t *ret_end)
{
    size_t from = at + 1;
    bool closing = from < bytes.len && bytes.ptr[from] == '/';
    from += closing ? 1 : 0;
    size_t end = from;
    while (end < bytes.len && end - from < TAG_NAME_MAX && !ends_name(bytes.ptr[end]))
        end++;
    *ret_end = end;
    if (end == bytes.len && end - from < TAG_NAME_MAX) return last ? TAG_OTHER : TAG_UNKNOWN;
    tc_slice name = tc_slice_sub(bytes, from, end - from);
    if (name.len < 5 || end - from == TAG_NAME_MAX) return TAG_OTHER;
    name = tc_xml_local(name);
    if (tc_slice_equal(name, TC_LIT("Event"))) return closing ? TAG_EVENT_END : TAG_EVENT;
    return tc_slice_equal(name, TC_LIT("Events")) ? TAG_EVENTS : TAG_OTHER;
}

static size_t find_byte(tc_slice bytes, size_t from, size_t end, uint8_t byte)
{
    if (from >= end) return TC_NPOS;
    const uint8_t *found = memchr(bytes.ptr + from, byte, end - from);
    return found ? (size_t)(found - bytes.ptr) : TC_NPOS;
}

/* The first <Event from `from` on; TC_NPOS if there is none. *ret_open is where something begins
 * that could be one, or the end. */
static size_t find_start(tc_slice bytes, size_t from, bool last, size_t *ret_open)
{
    *ret_open = bytes.len;
    for (size_t at = from;; at++) {
        at = find_byte(bytes, at, bytes.len, '<');
        if (at == TC_NPOS) return TC_NPOS;
        size_t end;
        tag_kind kind = tag_at(bytes, at, last, &end);
        if (kind == TAG_EVENT) return at;
        if (kind == TAG_UNKNOWN && at < *ret_open) *ret_open = at;
    }
}

size_t tc_windows_event_start(tc_slice bytes, size_t from)
{
    size_t open;
    return find_start(bytes, from, true, &open);
}

/* Damage from `from` on, up to the next <Event> at or behind `next`. */
static struct item damage(const struct scan *x, size_t from, size_t next, tc_reason reason)
{
    size_t open;
    size_t start = find_start(x->bytes, next, x->last, &open);
    if (start != TC_NPOS) return (struct item){ITEM_DAMAGE, start, reason, 0};
    if (x->last) return (struct item){ITEM_DAMAGE, x->bytes.len, reason, 0};
    /* A byte is left behind, so that the last piece is never empty. */
    size_t end = open > 0 ? open - 1 : 0;
    return (struct item){end > from ? ITEM_TAIL : ITEM_MORE, end, reason, 0};
}

/* -- elements -------------------------------------------------------------------------------- */

/* An element that is not closed within `end`. */
static struct item unclosed(const struct scan *x, size_t from)
{
    size_t length = x->bytes.len - from;
    if (length > x->record_max) return damage(x, from, from + 1, TC_REASON_OVERSIZE);
    if (x->last) return damage(x, from, from + 1, TC_REASON_TRUNCATED);
    return (struct item){ITEM_MORE, from, TC_REASON_COUNT, 0};
}

/* Where the CDATA section ends whose text begins at `from`; TC_NPOS if it does not before `end`.
 * Many beginnings without an end are not searched many times. */
static size_t cdata_end(struct scan *x, size_t from, size_t end)
{
    bool known = x->clear_from <= from && from < x->clear_to;
    size_t search = known ? x->clear_to : from;
    if (search >= end) return TC_NPOS;
    size_t found = tc_slice_search(tc_slice_sub(x->bytes, search, end - search), TC_LIT("]]>"));
    if (found != TC_NPOS) return search + found;
    if (!known) x->clear_from = from;
    x->clear_to = TC_MAX(end - 2, search);
    return TC_NPOS;
}

/* Goes behind the CDATA section that begins at *at, in the element that begins at `from`; false
 * with *ret if the element ends there in some way. */
static bool pass_cdata(struct scan *x, size_t from, size_t end, size_t *at, struct item *ret)
{
    size_t close = cdata_end(x, *at + 9, end);
    if (close == TC_NPOS) {
        *ret = unclosed(x, from);
        return false;
    }
    for (size_t tag = *at;; tag++) {
        size_t name_end;
        tag = find_byte(x->bytes, tag, close, '<');
        if (tag == TC_NPOS) break;
        tag_kind kind = tag_at(x->bytes, tag, x->last, &name_end);
        if (kind == TAG_EVENT || kind == TAG_EVENT_END) {
            *ret = damage(x, from, close, TC_REASON_BAD_XML);
            return false;
        }
    }
    *at = close + 3;
    return true;
}

/* Whether the tag at `at`, a '<' inside an element that is called `own`, can matter to where the
 * element ends: most tags cannot. */
static inline bool can_matter(tc_slice bytes, size_t at, tc_slice own)
{
    if (bytes.len - at < 3) return true;
    uint8_t first = bytes.ptr[at + 1] == '/' ? bytes.ptr[at + 2] : bytes.ptr[at + 1];
    return first == own.ptr[0] || first == 'E' || first == '!';
}

/* The kind of the tag at `at`, for the end of an element that is called `own`: only its own name
 * closes it, and only its own or the plain name begins another. */
static tag_kind inner_tag(const struct scan *x, size_t at, tc_slice own, size_t *ret_end)
{
    if (!can_matter(x->bytes, at, own)) return TAG_OTHER;
    tag_kind kind = tag_at(x->bytes, at, x->last, ret_end);
    if (kind != TAG_EVENT && kind != TAG_EVENT_END) return kind;
    size_t from = at + (kind == TAG_EVENT ? 1 : 2);
    tc_slice name = tc_slice_sub(x->bytes, from, *ret_end - from);
    bool plain = kind == TAG_EVENT && tc_slice_equal(name, TC_LIT("Event"));
    return plain || tc_slice_equal(name, own) ? kind : TAG_OTHER;
}

/* The element that begins at `from` and is called `own`. */
static struct item element(struct scan *x, size_t from, tc_slice own)
{
    size_t end = from + TC_MIN(x->bytes.len - from, x->record_max);
    size_t close = find_byte(x->bytes, from, end, '>');
    if (close != TC_NPOS && x->bytes.ptr[close - 1] == '/' &&
        find_byte(x->bytes, from + 1, close, '<') == TC_NPOS)
        return (struct item){ITEM_ELEMENT, close + 1, TC_REASON_COUNT, 0};
    struct item item;
    for (size_t at = from + 1;;) {
        at = find_byte(x->bytes, at, end, '<');
        if (at == TC_NPOS) return unclosed(x, from);
        size_t name_end;
        switch (inner_tag(x, at, own, &name_end)) {
        case TAG_EVENT:
            return (struct item){ITEM_DAMAGE, at, TC_REASON_TRUNCATED, 0};
        case TAG_UNKNOWN:
            return (struct item){ITEM_MORE, from, TC_REASON_COUNT, 0};
        case TAG_EVENT_END:
            while (name_end < end && is_blank(x->bytes.ptr[name_end]))
                name_end++;
            if (name_end >= end) return unclosed(x, from);
            if (x->bytes.ptr[name_end] == '>')
                return (struct item){ITEM_ELEMENT, name_end + 1, TC_REASON_COUNT, 0};
            at++;
            break;
        case TAG_OTHER:
        case TAG_EVENTS:
            if (x->bytes.len - at < 2 || x->bytes.ptr[at + 1] != '!' ||
                !tc_slice_starts(tc_slice_sub(x->bytes, at, end - at), TC_LIT("<![CDATA[")))
                at++;
            else if (!pass_cdata(x, from, end, &at, &item))
                return item;
            break;
        }
    }
}

/* -- between elements ------------------------------------------------------------------------ */

/* A root's tag, a declaration or a comment: up to `stop`. */
static struct item remark(const struct scan *x, size_t from, tc_slice stop)
{
    tc_slice window = tc_slice_sub(x->bytes, from, REMARK_MAX);
    size_t found = tc_slice_search(window, stop);
    if (found != TC_NPOS)
        return (struct item){ITEM_BLANK, from + found + stop.len, TC_REASON_COUNT, 0};
    if (window.len < REMARK_MAX && !x->last)
        return (struct item){ITEM_MORE, from, TC_REASON_COUNT, 0};
    return damage(x, from, from + 1, TC_REASON_BAD_XML);
}

static struct item item_at(struct scan *x, size_t at);

/* Lines of text without a tag, before a line that begins with one: the banner or the running number
 * of a converter. What is left of a damaged element has tags; what nothing follows is no XML. */
static struct item heading(struct scan *x, size_t from)
{
    tc_slice window = tc_slice_sub(x->bytes, from, HEADING_MAX);
    for (size_t i = 0; i < window.len; i++) {
        uint8_t byte = window.ptr[i];
        if (byte == '<' && window.ptr[i - 1] == '\n') {
            struct item item = item_at(x, from + i);
            item.begin = from + i;
            return item;
        }
        if (byte == '<' || byte == '>' || (byte < ' ' && !is_blank(byte)))
            return damage(x, from, from + 1, TC_REASON_BAD_XML);
    }
    if (window.len < HEADING_MAX && !x->last)
        return (struct item){ITEM_MORE, from, TC_REASON_COUNT, 0};
    return damage(x, from, from + 1, TC_REASON_BAD_XML);
}

/* A tag that is no event's, as roots of any name are: nothing but other tags follows it. Before
 * text, or the end of an event, it is a piece of a damaged one. */
static struct item root(const struct scan *x, size_t from)
{
    tc_slice window = tc_slice_sub(x->bytes, from, REMARK_MAX);
    size_t at = tc_slice_find(window, '>');
    if (at != TC_NPOS) {
        at++;
        while (at < window.len && is_blank(window.ptr[at]))
            at++;
    }
    bool cut = !x->last && window.len < REMARK_MAX;
    if (cut && (at == TC_NPOS || window.len - at < sizeof("</Event")))
        return (struct item){ITEM_MORE, from, TC_REASON_COUNT, 0};
    bool tag = at != TC_NPOS && (at == window.len || window.ptr[at] == '<');
    size_t end;
    if (tag && at < window.len && tag_at(window, at, x->last, &end) == TAG_EVENT_END) tag = false;
    return tag ? (struct item){ITEM_BLANK, from + at, TC_REASON_COUNT, 0}
               : damage(x, from, from + 1, TC_REASON_BAD_XML);
}

/* Whether a name begins at `at`, behind '<' or "</". */
static bool names_tag(tc_slice bytes, size_t at)
{
    uint8_t first = at < bytes.len ? bytes.ptr[at] : 0;
    if (first == '/') first = at + 1 < bytes.len ? bytes.ptr[at + 1] : 0;
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '_';
}

/* What stands at `at`. */
static struct item item_at(struct scan *x, size_t at)
{
    size_t end = at;
    while (end < x->bytes.len && is_blank(x->bytes.ptr[end]))
        end++;
    if (end > at) return (struct item){ITEM_BLANK, end, TC_REASON_COUNT, 0};
    if (end == x->bytes.len) return (struct item){ITEM_END, end, TC_REASON_COUNT, 0};
    uint8_t first = x->bytes.ptr[at];
    if (first == 0) return damage(x, at, at + 1, TC_REASON_NUL_BYTES);
    if (first != '<') return heading(x, at);
    switch (tag_at(x->bytes, at, x->last, &end)) {
    case TAG_EVENT:
        return element(x, at, tc_slice_sub(x->bytes, at + 1, end - at - 1));
    case TAG_EVENTS:
        return remark(x, at, TC_LIT(">"));
    case TAG_UNKNOWN:
        return (struct item){ITEM_MORE, at, TC_REASON_COUNT, 0};
    case TAG_EVENT_END:
        return damage(x, at, at + 1, TC_REASON_BAD_XML);
    case TAG_OTHER:
        break;
    }
    tc_slice rest = tc_slice_sub(x->bytes, at, 4);
    if (tc_slice_starts(rest, TC_LIT("<?"))) return remark(x, at, TC_LIT("?>"));
    if (tc_slice_starts(rest, TC_LIT("<!--"))) return remark(x, at, TC_LIT("-->"));
    if (names_tag(x->bytes, at + 1)) return root(x, at);
    return damage(x, at, at + 1, TC_REASON_BAD_XML);
}

size_t tc_windows_xml_opening(tc_slice head)
{
    struct scan x = {.bytes = head, .record_max = head.len};
    size_t at = 0;
    size_t end;
    struct item item = item_at(&x, at);
    for (; item.kind == ITEM_BLANK; item = item_at(&x, at))
        at = item.end;
    at = TC_MAX(at, item.begin);
    bool tag = at < head.len && head.ptr[at] == '<';
    return tag && tag_at(head, at, false, &end) == TAG_EVENT ? at : TC_NPOS;
}

/* -- frame ----------------------------------------------------------------------------------- */

static void frame_skip(tc_windows_xml_state *state, const struct scan *x, tc_frame *ret)
{
    struct item item = damage(x, 0, 0, (tc_reason)state->reason);
    if (item.end == 0) return;
    bool ended = item.kind == ITEM_DAMAGE;
    *ret = (tc_frame){item.end, true, ended, (tc_reason)state->reason, 0};
    state->skipping = !ended;
}

static void frame_items(tc_windows_xml_state *state, struct scan *x, tc_frame *ret)
{
    struct item item = item_at(x, 0);
    if (item.kind == ITEM_DAMAGE || item.kind == ITEM_TAIL) {
        bool ended = item.kind == ITEM_DAMAGE;
        *ret = (tc_frame){item.end, true, ended, item.reason, 0};
        state->skipping = !ended;
        state->reason = (uint8_t)item.reason;
        return;
    }
    for (; item.kind == ITEM_BLANK || item.kind == ITEM_ELEMENT; item = item_at(x, ret->length))
        ret->length = item.end;
}

/* An offset as it is when so many bytes have been taken. */
static uint32_t behind(size_t offset, size_t taken)
{
    return (uint32_t)TC_MIN(offset - TC_MIN(offset, taken), (size_t)UINT32_MAX);
}

void tc_windows_xml_cut(tc_windows_xml_state *state, tc_slice bytes, bool last, size_t record_max,
                        tc_frame *ret)
{
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    struct scan x = {bytes, last, record_max, state->clear_from, state->clear_to};
    if (state->skipping)
        frame_skip(state, &x, ret);
    else if (last)
        ret->length = bytes.len;
    else
        frame_items(state, &x, ret);
    state->clear_from = behind(x.clear_from, ret->length);
    state->clear_to = behind(x.clear_to, ret->length);
}

void tc_windows_xml_visit(tc_windows_xml_state *state, tc_visit *visit)
{
    uint32_t reason = state->reason;
    tc_visit_bool(visit, &state->skipping);
    tc_visit_below(visit, &reason, TC_REASON_COUNT);
    state->reason = (uint8_t)reason;
    /* What is clear is found again. */
}

/* -- elements of a block --------------------------------------------------------------------- */

void tc_windows_elements_init(tc_windows_elements *elements, tc_slice block, size_t record_max,
                              tc_ledger *ledger, const tc_sink *sink)
{
    *elements = (tc_windows_elements){
        .block = block, .record_max = record_max, .ledger = ledger, .sink = sink};
}

static void book_rejected(tc_windows_elements *elements, tc_reason reason, size_t end)
{
    tc_place place = {elements->at, end - elements->at, elements->record++};
    tc_ledger_reject(elements->ledger, tc_slice_sub(elements->block, elements->at, place.length));
    elements->ledger->records.rejected[reason]++;
    if (elements->sink && elements->sink->reject) {
        elements->sink->reject(elements->sink->context, reason, place,
                               tc_slice_sub(elements->block, place.offset, place.length));
    }
    elements->at = end;
}

bool tc_windows_elements_next(tc_windows_elements *elements)
{
    struct scan x = {elements->block, true, elements->record_max, elements->clear_from,
                     elements->clear_to};
    for (;;) {
        struct item item = item_at(&x, elements->at);
        elements->clear_from = x.clear_from;
        elements->clear_to = x.clear_to;
        if (item.kind == ITEM_ELEMENT) {
            size_t begin = TC_MAX(item.begin, elements->at);
            elements->ledger->bytes.blank += begin - elements->at;
            elements->at = begin;
            elements->text = tc_slice_sub(elements->block, elements->at, item.end - elements->at);
            return true;
        }
        if (item.kind == ITEM_DAMAGE) {
            book_rejected(elements, item.reason, item.end);
        } else if (item.kind == ITEM_BLANK) {
            elements->ledger->bytes.blank += item.end - elements->at;
            elements->at = item.end;
        } else {
            return false;
        }
    }
}

tc_place tc_windows_elements_accept(tc_windows_elements *elements)
{
    tc_place place = {elements->at, elements->text.len, elements->record++};
    elements->ledger->bytes.parsed += place.length;
    elements->ledger->records.accepted++;
    elements->at += place.length;
    return place;
}

void tc_windows_elements_reject(tc_windows_elements *elements, tc_reason reason)
{
    book_rejected(elements, reason, elements->at + elements->text.len);
}

bool tc_windows_elements_find(tc_slice bytes, size_t record_max,
                              bool (*is_record)(void *context, tc_slice element), void *context)
{
    size_t start = tc_windows_event_start(bytes, 0);
    if (start == TC_NPOS) return false;
    tc_ledger ledger = {0};
    tc_windows_elements elements;
    tc_windows_elements_init(&elements, tc_slice_sub(bytes, start, bytes.len), record_max, &ledger,
                             NULL);
    for (size_t i = 0; i < SAMPLE_TRIES && tc_windows_elements_next(&elements); i++) {
        if (is_record(context, elements.text)) return true;
        tc_windows_elements_reject(&elements, TC_REASON_NOT_EVENT);
    }
    return false;
}
