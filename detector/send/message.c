#include "detector/send/message.h"

#include "detector/send/fit.h"
#include "detector/send/header.h"
#include "detector/send/notice_tell.h"
#include "parsers/base/alloc.h"

#define KIND_MAX 31

struct tc_teller {
    const tc_receiver *receiver;
    tc_output *output;
    tc_str body;
};

/* -- telling -------------------------------------------------------------------------------- */

static const tc_output_format *format_of(tc_form form)
{
    static const tc_output_format *const formats[TC_FORM_COUNT] = {
        [TC_FORM_SYSLOG] = &tc_output_element_first,
        [TC_FORM_LOCAL] = &tc_output_sentence_first,
        [TC_FORM_CEF] = &tc_output_cef,
        [TC_FORM_LEEF] = &tc_output_leef,
        [TC_FORM_JSON] = &tc_output_json,
    };
    return formats[form];
}

tc_teller *tc_teller_new(const tc_receiver *receiver, bool redact)
{
    tc_teller *teller = tc_alloc(1, sizeof(*teller));
    if (teller == NULL) return NULL;
    tc_output_options options = {.format = format_of(receiver->form),
                                 .redact = redact,
                                 .min_level = receiver->min_level,
                                 .host = tc_slice_of(receiver->own_host),
                                 .process_id = receiver->process_id,
                                 .version = receiver->version,
                                 .enterprise = receiver->enterprise,
                                 .flat_names = receiver->names == TC_NAMES_FLAT};
    teller->receiver = receiver;
    teller->output = tc_output_new(&options);
    tc_str_init(&teller->body, TC_PAYLOAD_MAX);
    if (teller->output != NULL) return teller;
    tc_teller_free(teller);
    return NULL;
}

void tc_teller_free(tc_teller *teller)
{
    if (teller == NULL) return;
    tc_output_free(teller->output);
    tc_str_done(&teller->body);
    tc_free(teller);
}

/* "KIND form", a line end, and the body without its own. */
static void add_payload(tc_teller *teller, const char *kind, tc_str *out)
{
    tc_slice body = tc_str_view(&teller->body);
    if (tc_failed(tc_str_status(&teller->body))) {
        if (out->failed == TC_OK) out->failed = teller->body.failed;
        return;
    }
    if (body.len == 0) return;
    if (tc_slice_ends(body, TC_LIT("\n"))) body.len--;
    tc_str_addf(out, "%s %s\n", kind, tc_form_name(teller->receiver->form));
    tc_str_add(out, body);
}

void tc_teller_alert(tc_teller *teller, const tc_alert *alert, tc_str *out)
{
    tc_str_clear(&teller->body);
    tc_output_alert(teller->output, alert, TC_TIME_NONE, &teller->body);
    add_payload(teller, alert->transition == TC_TRANSITION_NONE ? "ALERT" : "INCIDENT", out);
}

void tc_teller_summary(tc_teller *teller, const tc_summary *summary, tc_str *out)
{
    tc_str_clear(&teller->body);
    tc_output_summary(teller->output, summary, TC_TIME_NONE, &teller->body);
    add_payload(teller, "SUMMARY", out);
}

void tc_teller_notice(tc_teller *teller, const tc_notice *notice, tc_str *out)
{
    const tc_receiver *r = teller->receiver;
    char kind[KIND_MAX + 1];
    size_t length = 0;
    for (; notice->kind[length] && length < KIND_MAX; length++)
        kind[length] = (char)(notice->kind[length] & ~0x20); /* letters only */
    kind[length] = 0;
    tc_str_clear(&teller->body);
    tc_notice_tell(notice, r, &teller->body);
    add_payload(teller, kind, out);
}

/* -- composing ------------------------------------------------------------------------------ */

/* Kind and form of a payload; false if it is none. */
static bool read_payload(tc_slice payload, char kind[KIND_MAX + 1], tc_form *ret_form,
                         tc_slice *ret_body)
{
    char form[16];
    size_t end = tc_slice_find(payload, '\n');
    if (end == TC_NPOS) return false;
    tc_slice rest, first = tc_slice_split(tc_slice_sub(payload, 0, end), ' ', &rest);
    if (first.len == 0 || first.len > KIND_MAX || rest.len >= sizeof(form)) return false;
    for (size_t i = 0; i < first.len; i++)
        if (first.ptr[i] < 'A' || first.ptr[i] > 'Z') return false;
    (void)tc_slice_to_cstr(first, kind, KIND_MAX + 1);
    *ret_form = tc_form_of(tc_slice_to_cstr(rest, form, sizeof(form)));
    *ret_body = tc_slice_sub(payload, end + 1, payload.len);
    return *ret_form != TC_FORM_UNSET;
}

/* The kinds that there are, as constants that outlive a payload. */
static const char *constant_of(const char *kind)
{
    static const char *const kinds[] = {"ALERT", "INCIDENT", "SUMMARY", "HEARTBEAT",
                                        "TEST",  "HELD",     "HEALTH"};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (strcmp(kinds[i], kind) == 0) return kinds[i];
    return "NOTICE";
}

TC_STATUS tc_message_compose(const tc_receiver *r, tc_slice payload, tc_slice id,
                             const tc_sending *sending, tc_str *out, tc_parcel *ret,
                             tc_error *reterr)
{
    char kind[KIND_MAX + 1];
    tc_form form = TC_FORM_UNSET;
    tc_slice body;
    size_t start = out->len;
    if (!read_payload(payload, kind, &form, &body))
        return tc_fail(reterr, TC_ESYNTAX, "the outbox holds a row that is no message");
    *ret = (tc_parcel){.id = id,
                       .kind = constant_of(kind),
                       .severity = tc_level_syslog(sending->level),
                       .facility = r->facility};
    tc_header_add(r, form, ret, sending->now, sending->zone, out);
    size_t header = out->len - start;
    TC_ASSERT(header < r->size_max);
    (void)tc_fit(form, r->names, body, tc_slice_of(r->whole), r->size_max - header, out);
    if (tc_failed(tc_str_status(out))) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    ret->text = tc_slice_make(out->data + start, out->len - start);
    ret->body = tc_slice_make(out->data + start + header, out->len - start - header);
    return TC_SUCCESS;
}
