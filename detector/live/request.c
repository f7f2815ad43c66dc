#include "detector/live/request.h"

static const char *const words[TC_REQUEST_KINDS] = {"ack",      "close",  "silence",
                                                    "response", "window", "metrics"};

#define UNSAID                                                                                     \
    (tc_request)                                                                                   \
    {                                                                                              \
        .what = TC_INDICATOR_PASSWORDS, .from = TC_TIME_NONE, .until = TC_TIME_NONE,               \
        .now = TC_TIME_NONE                                                                        \
    }

/* -- reading -------------------------------------------------------------------------------- */

static TC_STATUS take_text(tc_slice key, tc_slice value, char *out, size_t size, tc_error *reterr)
{
    if (value.len < size && tc_slice_find(value, 0) == TC_NPOS) {
        (void)tc_slice_to_cstr(value, out, size);
        return TC_SUCCESS;
    }
    return tc_fail(reterr, TC_ESYNTAX, "'%.*s' is longer than %zu bytes, or no text", (int)key.len,
                   (const char *)key.ptr, size - 1);
}

static TC_STATUS take_time(tc_slice value, tc_time *ret, tc_error *reterr)
{
    bool zoned;
    if (tc_time_parse_iso(value, ret, &zoned)) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "a time is wanted, such as 2011-03-09T07:00:00Z");
}

static TC_STATUS take_truth(tc_slice value, tc_request *r, tc_error *reterr)
{
    r->says_true = true;
    r->is_true = tc_slice_equal(value, TC_LIT("true"));
    if (r->is_true || tc_slice_equal(value, TC_LIT("false"))) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "'as' is true or false");
}

static TC_STATUS take_what(tc_slice value, tc_request *r, tc_error *reterr)
{
    static const tc_indicator known[] = {TC_INDICATOR_PASSWORDS, TC_INDICATOR_LANGUAGE};
    for (size_t i = 0; i < TC_COUNT_OF(known); i++) {
        if (!tc_slice_equal(value, tc_slice_of(tc_indicator_name(known[i])))) continue;
        r->what = known[i];
        return TC_SUCCESS;
    }
    return tc_fail(reterr, TC_ESYNTAX, "'what' is %s or %s", tc_indicator_name(known[0]),
                   tc_indicator_name(known[1]));
}

static TC_STATUS take_field(tc_slice field, tc_request *r, tc_error *reterr)
{
    tc_slice value, key = tc_slice_split(field, '=', &value);
    if (tc_slice_equal(key, TC_LIT("incident")))
        return take_text(key, value, r->incident, sizeof(r->incident), reterr);
    if (tc_slice_equal(key, TC_LIT("by")))
        return take_text(key, value, r->by, sizeof(r->by), reterr);
    if (tc_slice_equal(key, TC_LIT("note")))
        return take_text(key, value, r->note, sizeof(r->note), reterr);
    if (tc_slice_equal(key, TC_LIT("as"))) return take_truth(value, r, reterr);
    if (tc_slice_equal(key, TC_LIT("what"))) return take_what(value, r, reterr);
    if (tc_slice_equal(key, TC_LIT("from"))) return take_time(value, &r->from, reterr);
    if (tc_slice_equal(key, TC_LIT("until"))) return take_time(value, &r->until, reterr);
    return tc_fail(reterr, TC_ESYNTAX, "no field '%.*s' is known", (int)TC_MIN(key.len, 40),
                   (const char *)key.ptr);
}

static TC_STATUS check(const tc_request *r, tc_error *reterr)
{
    bool of_incident = r->kind <= TC_REQUEST_SILENCE;
    if (of_incident && strlen(r->incident) < 4)
        return tc_fail(reterr, TC_ESYNTAX, "at least 4 digits of the incident's id are wanted");
    if (r->kind == TC_REQUEST_CLOSE && !r->says_true)
        return tc_fail(reterr, TC_ESYNTAX, "closed as what: true or false");
    if (r->kind == TC_REQUEST_SILENCE && r->until == TC_TIME_NONE)
        return tc_fail(reterr, TC_ESYNTAX, "a silence has an end");
    if (r->kind == TC_REQUEST_RESPONSE && r->from == TC_TIME_NONE)
        return tc_fail(reterr, TC_ESYNTAX, "since when");
    bool window = r->from != TC_TIME_NONE && r->until != TC_TIME_NONE && r->from < r->until;
    if (r->kind == TC_REQUEST_WINDOW && !window)
        return tc_fail(reterr, TC_ESYNTAX, "a window has a beginning and a later end");
    return TC_SUCCESS;
}

TC_STATUS tc_request_read(tc_slice line, tc_request *ret, tc_error *reterr)
{
    tc_slice rest, word = tc_slice_split(line, '\t', &rest);
    *ret = UNSAID;
    ret->kind = TC_REQUEST_KINDS;
    for (int i = 0; i < TC_REQUEST_KINDS; i++)
        if (tc_slice_equal(word, tc_slice_of(words[i]))) ret->kind = (tc_request_kind)i;
    if (ret->kind == TC_REQUEST_KINDS)
        return tc_fail(reterr, TC_ESYNTAX,
                       "not understood: ack, close, silence, response, window and metrics are");
    while (rest.ptr != NULL && rest.len)
        TC_TRY(take_field(tc_slice_split(rest, '\t', &rest), ret, reterr));
    return check(ret, reterr);
}

/* -- writing -------------------------------------------------------------------------------- */

/* Tabs and line ends part fields and lines. */
static void add_text(tc_str *out, const char *key, const char *text)
{
    if (text[0] == 0) return;
    tc_str_addf(out, "\t%s=", key);
    for (; *text != 0; text++)
        tc_str_add_byte(out, *text == '\t' || *text == '\n' ? ' ' : (uint8_t)*text);
}

static void add_time(tc_str *out, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time != TC_TIME_NONE) tc_str_addf(out, "\t%s=%s", key, tc_time_format(time, text));
}

void tc_request_write(const tc_request *r, tc_str *out)
{
    tc_str_add(out, tc_slice_of(words[r->kind]));
    add_text(out, "incident", r->incident);
    add_text(out, "by", r->by);
    add_text(out, "note", r->note);
    if (r->says_true) add_text(out, "as", r->is_true ? "true" : "false");
    if (r->kind == TC_REQUEST_WINDOW) add_text(out, "what", tc_indicator_name(r->what));
    add_time(out, "from", r->from);
    add_time(out, "until", r->until);
    tc_str_add_byte(out, '\n');
}

/* -- saved ---------------------------------------------------------------------------------- */

void tc_request_visit(tc_request *r, tc_visit *v)
{
    uint32_t kind = r->kind, what = r->what;
    tc_visit_below(v, &kind, TC_REQUEST_CHANGES);
    tc_visit_cstr(v, r->incident, sizeof(r->incident));
    tc_visit_cstr(v, r->by, sizeof(r->by));
    tc_visit_cstr(v, r->note, sizeof(r->note));
    tc_visit_bool(v, &r->is_true);
    tc_visit_below(v, &what, TC_INDICATOR_COUNT);
    tc_visit_time(v, &r->from);
    tc_visit_time(v, &r->until);
    tc_visit_time(v, &r->now);
    r->kind = (tc_request_kind)kind;
    r->what = (tc_indicator)what;
}
