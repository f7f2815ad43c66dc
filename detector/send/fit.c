#include "detector/send/fit.h"

#include "detector/send/fit_json.h"
#include "detector/send/fit_pairs.h"

#define VALUE_LEAST 16 /* a start of a value that is shorter says nothing */
#define WHOLE_MAX 160
#define BODY_MAX ((size_t)8 << 20)

/* What is kept before all others, in this order; names of syslog as they are without dots. */
static const char *const essential[] = {"event_id",
                                        "externalId",
                                        "id",
                                        "tocsin_type",
                                        "cat",
                                        "tocsin_level",
                                        "sev",
                                        "level",
                                        "event_severity",
                                        "timestamp",
                                        "rt",
                                        "devTime",
                                        "devTimeFormat",
                                        "rule_id",
                                        "tocsin_incident_id",
                                        "cs2",
                                        "incident",
                                        "tocsin_incident_transition",
                                        "act",
                                        "transition",
                                        "tocsin_outcome",
                                        "outcome",
                                        "tocsin_incomplete",
                                        "incomplete",
                                        "tocsin_exit_status",
                                        "cn3",
                                        "exitStatus",
                                        "user_name",
                                        "suser",
                                        "usrName",
                                        "user_email",
                                        "duser",
                                        "source_ip",
                                        "src",
                                        "c6a2",
                                        "event_start",
                                        "start",
                                        "event_end",
                                        "end",
                                        "tocsin_mailbox_count",
                                        "cn1",
                                        "mailboxCount"};

typedef struct plan {
    tc_pairs *pairs;
    size_t room;      /* for pairs, what is left of it */
    tc_pair *message; /* NULL: the sentence is no pair */
    bool is_cut, has_stopped;
} plan;

/* -- the flag -------------------------------------------------------------------------------- */

/* Words for a medium: no byte that means something in any of them. */
static void add_plain(tc_str *out, tc_slice text)
{
    for (size_t i = 0; i < TC_MIN(text.len, (size_t)WHOLE_MAX); i++) {
        uint8_t c = text.ptr[i];
        bool is_plain = c >= 32 && c < 127 && strchr("\"\\]=|^,", c) == NULL;
        tc_str_add_byte(out, is_plain ? c : '_');
    }
}

static void add_flag(tc_form form, tc_names names, tc_slice whole, tc_str *out)
{
    const char *dot = names == TC_NAMES_DOTTED ? "." : "_";
    bool is_syslog = form == TC_FORM_SYSLOG || form == TC_FORM_LOCAL;
    if (is_syslog)
        tc_str_addf(out, " tocsin%struncated=\"true\"", dot);
    else
        tc_str_add(out, form == TC_FORM_CEF ? TC_LIT(" tocsinTruncated=true")
                                            : TC_LIT("^truncated=true"));
    if (whole.len == 0) return;
    if (is_syslog)
        tc_str_addf(out, " tocsin%swhole=\"", dot);
    else
        tc_str_add(out, form == TC_FORM_CEF ? TC_LIT(" tocsinWhole=") : TC_LIT("^whole="));
    tc_str_add(out, whole);
    if (is_syslog) tc_str_add_byte(out, '"');
}

/* -- choosing -------------------------------------------------------------------------------- */

static void keep(plan *p, tc_pair *pair)
{
    size_t frame = pair->before.len + tc_pairs_end(p->pairs->form).len;
    if (pair->is_kept || pair == p->message || p->has_stopped) return;
    if (frame + pair->value.len <= p->room) {
        pair->is_kept = true;
        pair->kept_size = pair->value.len;
    } else {
        p->has_stopped = p->is_cut = true;
        if (frame + VALUE_LEAST > p->room) return;
        pair->kept_size = tc_pairs_cut(p->pairs->form, pair->value, p->room - frame, true);
        pair->is_kept = pair->kept_size > 0;
    }
    if (pair->is_kept) p->room -= frame + pair->kept_size;
}

static void keep_all(plan *p)
{
    for (size_t e = 0; e < TC_COUNT_OF(essential); e++)
        for (size_t i = 0; i < p->pairs->count; i++)
            if (tc_pairs_is(p->pairs->pairs[i].key, essential[e])) keep(p, &p->pairs->pairs[i]);
    for (size_t i = 0; i < p->pairs->count; i++)
        keep(p, &p->pairs->pairs[i]);
}

/* -- writing --------------------------------------------------------------------------------- */

static void add_kept(const tc_pairs *pairs, tc_str *out)
{
    bool is_first = true;
    for (size_t i = 0; i < pairs->count; i++) {
        const tc_pair *pair = &pairs->pairs[i];
        if (!pair->is_kept) continue;
        tc_slice before = pair->before;
        /* Of CEF and LEEF the first one has no separator. */
        bool is_extension = pairs->form == TC_FORM_CEF || pairs->form == TC_FORM_LEEF;
        if (is_extension && is_first && !pair->is_first)
            before = tc_slice_sub(before, 1, before.len);
        tc_str_add(out, before);
        tc_str_add(out, tc_slice_sub(pair->value, 0, pair->kept_size));
        tc_str_add(out, tc_pairs_end(pairs->form));
        is_first = false;
    }
}

static tc_pair *message_of(tc_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (tc_pairs_is(pairs->pairs[i].key, "msg")) return &pairs->pairs[i];
    return NULL;
}

static void write_out(const tc_pairs *pairs, tc_slice head, tc_slice flag, size_t sentence,
                      tc_str *out)
{
    tc_slice told = tc_slice_sub(pairs->sentence, 0, sentence);
    if (pairs->form == TC_FORM_LOCAL) {
        tc_str_add(out, told);
        tc_str_add_byte(out, ' ');
    }
    tc_str_add(out, head);
    add_kept(pairs, out);
    tc_str_add(out, flag);
    if (pairs->form == TC_FORM_LOCAL || pairs->form == TC_FORM_SYSLOG) tc_str_add_byte(out, ']');
    if (pairs->form == TC_FORM_SYSLOG) {
        tc_str_add_byte(out, ' ');
        tc_str_add(out, told);
    }
}

/* The sentence has a quarter of the room for sure, and what the pairs leave. */
static void cut_pairs(tc_pairs *pairs, tc_slice flag, size_t max, tc_str *out)
{
    tc_str head;
    tc_str_init(&head, BODY_MAX);
    tc_pairs_add_head(pairs, pairs->head.len > max / 3 ? max / 12 : max, &head);
    size_t fixed = head.len + flag.len + 3;
    plan p = {.pairs = pairs, .message = message_of(pairs), .is_cut = pairs->has_more};
    size_t room = max > fixed ? max - fixed : 0;
    size_t length = p.message ? p.message->value.len + p.message->before.len : pairs->sentence.len;
    size_t share = TC_MIN(length, room / 4);
    p.room = room - share;
    keep_all(&p);
    share += p.room;
    size_t sentence = tc_pairs_cut(pairs->form, pairs->sentence, share, false);
    if (p.message && share > p.message->before.len + VALUE_LEAST) {
        p.message->is_kept = true;
        p.message->kept_size =
            tc_pairs_cut(pairs->form, p.message->value, share - p.message->before.len, false);
    }
    write_out(pairs, tc_str_view(&head), flag, sentence, out);
    tc_str_done(&head);
}

static bool fit_pairs(tc_form form, tc_names names, tc_slice body, tc_slice whole, size_t max,
                      tc_str *out)
{
    tc_pairs pairs;
    tc_str flag;
    size_t start = out->len;
    bool is_ours = tc_pairs_parse(form, body, &pairs);
    if (body.len <= max && !(is_ours && pairs.is_cut && whole.len > 0)) {
        tc_str_add(out, body);
        return false;
    }
    tc_str_init(&flag, BODY_MAX);
    add_flag(form, names, whole, &flag);
    if (is_ours) cut_pairs(&pairs, tc_str_view(&flag), max, out);
    tc_str_done(&flag);
    /* What is not ours, or has no room even for its head, is cut as text. */
    if (!is_ours || out->len - start > max) {
        out->len = start;
        tc_str_add(out, tc_slice_sub(body, 0, tc_pairs_cut(form, body, max, false)));
    }
    return true;
}

bool tc_fit(tc_form form, tc_names names, tc_slice body, tc_slice whole, size_t max, tc_str *out)
{
    tc_str plain;
    tc_str_init(&plain, WHOLE_MAX);
    add_plain(&plain, whole);
    whole = tc_str_view(&plain);
    bool is_cut = form == TC_FORM_JSON ? tc_fit_json(body, whole, max, out)
                                       : fit_pairs(form, names, body, whole, max, out);
    tc_str_done(&plain);
    return is_cut;
}
