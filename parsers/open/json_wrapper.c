#include "parsers/open/json_wrapper.h"

#include "parsers/base/json_reader.h"

/* What a wrapper calls its records. */
static const char *const arrays[] = {"events",    "Events",    "records", "Records",
                                     "value",     "hits",      "results", "resourceLogs",
                                     "scopeLogs", "logRecords"};
/* What else it may say: of values, or, in the second list, of objects. */
static const char *const facts[] = {
    "@odata.context", "@odata.count", "@odata.nextLink", "@nextLink", "nextLink", "count",
    "total",          "took",         "timed_out",       "max_score", "preview",  "init_offset",
    "_scroll_id",     "lastrow",      "status",          "schemaUrl"};
static const char *const groups[] = {"_shards", "total", "resource", "scope"};

/* A reading of the head: at the end of what is known it stops for one of two reasons. */
typedef struct reading {
    tc_slice head;
    size_t at;
    bool cut;   /* more bytes would tell */
    bool wrong; /* none would */
    bool whole; /* there are no more bytes, or too many already */
    bool ended; /* there are no more bytes */
} reading;

static reading reading_of(tc_slice s, bool last)
{
    tc_slice head = tc_slice_sub(s, 0, TC_JSON_WRAPPER_MAX);
    return (reading){.head = head,
                     .whole = last || head.len == TC_JSON_WRAPPER_MAX,
                     .ended = last && head.len == s.len};
}

static bool stop(reading *r, bool cut)
{
    r->cut = cut && !r->whole;
    r->wrong = !r->cut;
    return false;
}

/* No wrapper reaches over a line that begins with '{': there an object begins, whatever stood
 * before (json_frame.h). */
static size_t answer(const reading *r)
{
    if (r->wrong) return 0;
    tc_slice read = tc_slice_sub(r->head, 0, r->cut ? r->head.len : r->at);
    if (tc_slice_search(read, TC_LIT("\n{")) != TC_NPOS) return 0;
    return r->cut ? TC_NPOS : r->at;
}

/* The next byte that is no blank, not taken. */
static bool look(reading *r, uint8_t *ret)
{
    while (r->at < r->head.len && (r->head.ptr[r->at] == ' ' || r->head.ptr[r->at] == '\t' ||
                                   r->head.ptr[r->at] == '\r' || r->head.ptr[r->at] == '\n'))
        r->at++;
    if (r->at == r->head.len) return stop(r, true);
    *ret = r->head.ptr[r->at];
    return true;
}

static bool take(reading *r, uint8_t wanted)
{
    uint8_t byte;
    if (!look(r, &byte)) return false;
    if (byte != wanted) return stop(r, false);
    r->at++;
    return true;
}

/* A text up to its quote; what it holds is not looked into. */
static bool take_text(reading *r, tc_slice *ret)
{
    if (!take(r, '"')) return false;
    size_t from = r->at;
    for (; r->at < r->head.len; r->at++) {
        uint8_t byte = r->head.ptr[r->at];
        if (byte == '\\')
            r->at++;
        else if (byte == '"') {
            *ret = tc_slice_sub(r->head, from, r->at - from);
            r->at++;
            return true;
        } else if (byte < ' ')
            return stop(r, false);
    }
    r->at = r->head.len;
    return stop(r, true);
}

/* A number, true, false or null, which must end in sight: with the bytes, if they are all. */
static bool take_word(reading *r)
{
    size_t from = r->at;
    while (r->at < r->head.len) {
        uint8_t byte = r->head.ptr[r->at];
        bool part = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == '-' ||
                    byte == '+' || byte == '.' || byte == 'E';
        if (!part) return r->at > from || stop(r, false);
        r->at++;
    }
    return (r->ended && r->at > from) || stop(r, true);
}

static bool take_object(reading *r)
{
    size_t extent = tc_json_extent(tc_slice_sub(r->head, r->at, SIZE_MAX));
    if (extent == 0) return stop(r, true);
    if (extent == TC_NPOS) return stop(r, false);
    r->at += extent;
    return true;
}

static bool listed(tc_slice name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(name, tc_slice_of(names[i]))) return true;
    return false;
}
#define LISTED(name, list) listed((name), (list), TC_COUNT_OF(list))

/* The value of a member that says something about the records. */
static bool take_fact(reading *r, tc_slice name)
{
    uint8_t byte;
    tc_slice text;
    if (!look(r, &byte)) return false;
    if (byte == '{') return LISTED(name, groups) ? take_object(r) : stop(r, false);
    if (!LISTED(name, facts)) return stop(r, false);
    return byte == '"' ? take_text(r, &text) : take_word(r);
}

static bool take_name(reading *r, tc_slice *ret)
{
    return take_text(r, ret) && take(r, ':');
}

/* One member of the wrapper's beginning; *ret_inside: its records begin now. */
static bool take_member(reading *r, bool *ret_inside)
{
    tc_slice name;
    uint8_t byte;
    if (!take_name(r, &name) || !look(r, &byte)) return false;
    *ret_inside = byte == '[' && LISTED(name, arrays);
    bool enter = *ret_inside || (byte == '{' && tc_slice_equal(name, TC_LIT("hits")));
    if (!enter) return take_fact(r, name) && take(r, ',');
    r->at++;
    return true;
}

size_t tc_json_wrapper(tc_slice s, bool last)
{
    reading r = reading_of(s, last);
    bool inside = false;
    if (!take(&r, '{')) return answer(&r);
    while (!inside)
        if (!take_member(&r, &inside)) return answer(&r);
    return answer(&r);
}

size_t tc_json_wrapper_member(tc_slice s, bool last)
{
    reading r = reading_of(s, last);
    tc_slice name;
    if (!take_name(&r, &name) || !take_fact(&r, name)) return answer(&r);
    return answer(&r);
}
