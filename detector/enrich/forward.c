/* Where a cmdlet sends mail on to, and whether that is outside. */
#include "detector/enrich/management.h"

/* The parameters that send mail on. */
static const tc_field_static sends[] = {
    TC_FIELD_PARAMETER_FORWARDING_SMTP_ADDRESS,
    TC_FIELD_PARAMETER_FORWARDING_ADDRESS,
    TC_FIELD_PARAMETER_FORWARD_TO,
    TC_FIELD_PARAMETER_FORWARD_AS_ATTACHMENT_TO,
    TC_FIELD_PARAMETER_REDIRECT_TO,
    TC_FIELD_PARAMETER_BLIND_COPY_TO,
    TC_FIELD_PARAMETER_COPY_TO,
    TC_FIELD_PARAMETER_REDIRECT_MESSAGE_TO,
    TC_FIELD_PARAMETER_ADD_TO_RECIPIENTS,
    TC_FIELD_PARAMETER_JOURNAL_EMAIL_ADDRESS,
};

typedef struct search {
    const tc_enrich_worker *worker;
    tc_slice own[2]; /* domains that the event itself knows for the organisation's */
    tc_forward *forward;
} search;

static bool is_address_byte(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80 ||
           (c != 0 && strchr(".!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* One is the other or lies below it: corp.example and mail.corp.example. */
static bool is_below(tc_slice domain, tc_slice above)
{
    if (above.len == 0 || domain.len < above.len) return false;
    size_t from = domain.len - above.len;
    return tc_slice_equal_ascii(tc_slice_sub(domain, from, TC_NPOS), above) &&
           (from == 0 || domain.ptr[from - 1] == '.');
}

static bool is_own(const search *s, tc_slice domain, bool *ret_judged)
{
    const tc_enricher *e = s->worker->enricher;
    *ret_judged = true;
    for (size_t i = 0; i < e->domain_count; i++)
        if (is_below(domain, e->domains[i])) return true;
    if (e->domain_count > 0) return false;
    *ret_judged = s->own[0].len > 0 || s->own[1].len > 0;
    for (size_t i = 0; i < TC_COUNT_OF(s->own); i++)
        if (is_below(domain, s->own[i]) || is_below(s->own[i], domain)) return true;
    return false;
}

static void note(const search *s, tc_slice address, tc_slice domain)
{
    bool judged, own = is_own(s, domain, &judged), external = judged && !own;
    tc_forward *f = s->forward;
    if (f->judged && (f->external || !external)) return;
    *f = (tc_forward){.to = address, .judged = judged, .external = external};
}

static tc_slice domain_at(tc_slice text, size_t at)
{
    size_t end = at + 1;
    while (end < text.len && is_address_byte(text.ptr[end]))
        end++;
    while (end > at + 1 && text.ptr[end - 1] == '.')
        end--;
    return tc_slice_sub(text, at + 1, end - at - 1);
}

/* Every address in the text, whatever stands around it: "smtp:a@b", "Ana [SMTP:a@b]". */
static void search_text(const search *s, tc_slice text)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t from = at;
        if (text.ptr[at] != '@') continue;
        while (from > 0 && is_address_byte(text.ptr[from - 1]))
            from--;
        tc_slice domain = domain_at(text, at);
        if (from == at || tc_slice_find(domain, '.') == TC_NPOS) continue;
        note(s, tc_slice_sub(text, from, at + 1 + domain.len - from), domain);
        at += domain.len;
    }
    if (s->forward->to.len == 0) s->forward->to = text;
}

static void search_field(const search *s, const tc_event *event, tc_field field)
{
    tc_value value = tc_event_value(event, field);
    if (value.kind == TC_KIND_STRING) search_text(s, value.text);
    if (value.kind != TC_KIND_LIST) return;
    for (size_t i = 0; i < value.item_count; i++)
        search_text(s, tc_cell_value(value.items[i], event->arena).text);
}

static tc_slice domain_of(tc_slice address)
{
    size_t at = tc_slice_rfind(address, '@');
    return at == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(address, at + 1, TC_NPOS);
}

/* corp.example/Users/Ana Weber */
static tc_slice domain_of_caller(tc_slice caller)
{
    size_t slash = tc_slice_find(caller, '/');
    tc_slice domain = slash == TC_NPOS ? TC_EMPTY_SLICE : tc_slice_sub(caller, 0, slash);
    return tc_slice_find(domain, '.') == TC_NPOS ? TC_EMPTY_SLICE : domain;
}

void tc_management_forward(const tc_enrich_worker *w, const tc_event *event, const tc_deed *deed,
                           tc_forward *ret)
{
    *ret = (tc_forward){.to = TC_EMPTY_SLICE};
    search s = {
        w,
        {domain_of(deed->mailbox), domain_of_caller(tc_worker_field(event, TC_FIELD_CALLER))},
        ret};
    for (size_t i = 0; i < TC_COUNT_OF(sends); i++)
        search_field(&s, event, (tc_field)sends[i]);
}
