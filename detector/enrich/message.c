/* System messages in message tracking. */
#include "detector/enrich/worker.h"

/* What a row's marks say, before its subject is read. */
typedef struct marks {
    bool null_path;        /* return-path <>: nobody is to answer */
    bool rule;             /* written by a mailbox rule of the server */
    tc_message_kind class; /* by message class; TC_MESSAGE_NONE if there is none of ours */
    bool certain;          /* it is a system message whatever the subject says */
} marks;

typedef struct row {
    const tc_event *event;
    tc_slice source, event_id, sender, subject, context;
    marks marks;
    tc_slice client; /* ClientType */
    bool webmail;    /* ... which is webmail */
} row;

/* -- columns -------------------------------------------------------------------------------- */

/* "Name:value" in the comma list of source-context; empty if it is not there. */
static tc_slice context_value(tc_slice context, tc_slice name)
{
    while (context.ptr != NULL) {
        tc_slice part = tc_slice_trim(tc_slice_split(context, ',', &context));
        if (part.len > name.len && part.ptr[name.len] == ':' && tc_slice_starts_ascii(part, name))
            return tc_slice_sub(part, name.len + 1, TC_NPOS);
    }
    return TC_EMPTY_SLICE;
}

static tc_message_kind class_kind(tc_slice message_class)
{
    static const struct {
        const char *begins;
        tc_message_kind kind;
    } classes[] = {
        {"IPM.Note.Rules.OofTemplate", TC_MESSAGE_OOF},
        {"IPM.Note.Rules.ExternalOofTemplate", TC_MESSAGE_OOF},
        {"IPM.Note.StorageQuotaWarning", TC_MESSAGE_QUOTA},
        {"IPM.Schedule.Meeting.Resp", TC_MESSAGE_MEETING},
        {"IPM.Schedule.Meeting.Canceled", TC_MESSAGE_MEETING},
        {"IPM.Notification.Meeting", TC_MESSAGE_MEETING},
        {"REPORT.IPM.Note.IPNRN", TC_MESSAGE_RECEIPT},
        {"REPORT.IPM.Note.IPNNRN", TC_MESSAGE_RECEIPT},
        {"IPM.Outlook.Recall", TC_MESSAGE_RECALL},
        {"IPM.Recall.Report", TC_MESSAGE_RECALL},
        {"REPORT.IPM.Note", TC_MESSAGE_NDR},
    };
    /* What nearly every message is: no longer than IPM.Note. */
    if (message_class.len <= 8) return TC_MESSAGE_NONE;
    for (size_t i = 0; i < TC_COUNT_OF(classes); i++)
        if (tc_slice_starts_ascii(message_class, tc_slice_of(classes[i].begins)))
            return classes[i].kind;
    return TC_MESSAGE_NONE;
}

static marks marks_of(const row *r)
{
    marks m = {.class = TC_MESSAGE_NONE};
    m.null_path = tc_slice_equal(tc_worker_field(r->event, TC_FIELD_MT_RETURN_PATH), TC_LIT("<>"));
    m.rule = tc_slice_equal_ascii(r->source, TC_LIT("MAILBOXRULE"));
    if (r->context.len > 0) m.class = class_kind(context_value(r->context, TC_LIT("MessageClass")));
    m.certain = m.class != TC_MESSAGE_NONE || (m.rule && m.null_path);
    return m;
}

/* -- whose it is ---------------------------------------------------------------------------- */

static bool is_own_domain(const tc_enricher *e, tc_slice address)
{
    size_t at = tc_slice_rfind(address, '@');
    if (at == TC_NPOS) return false;
    tc_slice domain = tc_slice_sub(address, at + 1, TC_NPOS);
    for (size_t i = 0; i < e->domain_count; i++) {
        tc_slice own = e->domains[i];
        if (!tc_slice_ends_ascii(domain, own)) continue;
        if (domain.len == own.len || domain.ptr[domain.len - own.len - 1] == '.') return true;
    }
    return false;
}

typedef enum ownership { NOT_OURS, PERHAPS_OURS, OURS } ownership;

/* A mailbox or its rules handed the message over: no stranger can do that. */
static bool is_submitted(const row *r)
{
    if (tc_slice_equal_ascii(r->event_id, TC_LIT("SUBMIT"))) return true;
    return tc_slice_equal_ascii(r->event_id, TC_LIT("RECEIVE")) &&
           (r->marks.rule || tc_slice_equal_ascii(r->source, TC_LIT("STOREDRIVER")));
}

/* Written by a mailbox of this organisation: a stranger's out-of-office speaks the stranger's
 * language. Exchange 2007 and 2010 do not log the direction; there a sender in an own domain proves
 * nothing, for anybody can write one. */
static ownership ownership_of(const tc_enricher *e, const row *r)
{
    tc_slice direction = tc_worker_field(r->event, TC_FIELD_MT_DIRECTIONALITY);
    if (tc_slice_equal_ascii(direction, TC_LIT("Originating"))) return OURS;
    if (tc_slice_equal_ascii(direction, TC_LIT("Incoming"))) return NOT_OURS;
    if (e->domain_count > 0 && !is_own_domain(e, r->sender)) return NOT_OURS;
    if (is_submitted(r)) return OURS;
    if (e->domain_count > 0 || r->marks.rule) return PERHAPS_OURS;
    return tc_slice_equal_ascii(r->source, TC_LIT("STOREDRIVER")) ? PERHAPS_OURS : NOT_OURS;
}

static bool is_service_address(tc_slice address, const tc_name *name)
{
    return name->form != TC_NAME_SMTP || tc_slice_starts_ascii(address, TC_LIT("postmaster@")) ||
           tc_slice_starts_ascii(address, TC_LIT("mailer-daemon@"));
}

/* The mailbox that the message speaks of: its sender; of a quota warning, which the server sends,
 * its one recipient. Empty if it speaks of none. */
static tc_slice mailbox_of(const row *r, tc_message_kind kind)
{
    tc_name name;
    tc_name_normalise(r->sender, &name);
    if (!is_service_address(r->sender, &name)) return r->sender;
    if (kind != TC_MESSAGE_QUOTA) return TC_EMPTY_SLICE;
    tc_slice recipient = tc_worker_field(r->event, TC_FIELD_MT_RECIPIENT_ADDRESS);
    tc_name_normalise(recipient, &name);
    bool one = tc_slice_find(recipient, ';') == TC_NPOS && !is_service_address(recipient, &name);
    return one ? recipient : TC_EMPTY_SLICE;
}

/* -- judging -------------------------------------------------------------------------------- */

typedef struct judged {
    tc_message_kind kind;
    uint8_t weight;
    tc_language_verdict verdict;
} judged;

/* Outlook and phones write answers in the client's language; webmail in the mailbox's. */
static uint8_t weight_of(tc_message_kind kind, bool webmail)
{
    switch (kind) {
    case TC_MESSAGE_OOF:
    case TC_MESSAGE_QUOTA:
        return 100;
    case TC_MESSAGE_MEETING:
    case TC_MESSAGE_RECEIPT:
    case TC_MESSAGE_RECALL:
        return webmail ? 100 : 20;
    case TC_MESSAGE_NDR:
    case TC_MESSAGE_NONE:
    case TC_MESSAGE_KIND_COUNT:
        break;
    }
    return 0;
}

static bool has_letters(tc_slice prefix)
{
    for (size_t i = 0; i < prefix.len && prefix.ptr[i] != ':'; i++)
        if ((uint8_t)((prefix.ptr[i] | 0x20) - 'a') < 26) return true;
    return false;
}

/* Whether the server wrote a prefix of which characters are lost. What has letters besides may be
 * somebody's own subject, where no message class says otherwise. */
static bool is_garbled(const row *r, const tc_language_verdict *verdict)
{
    return verdict->garbled &&
           (r->marks.class != TC_MESSAGE_NONE || !has_letters(tc_slice_trim(r->subject)));
}

/* False if the row is no system message, or none whose prefix can be read or was lost. */
static bool judge(tc_enrich_worker *w, const row *r, judged *ret)
{
    const marks *m = &r->marks;
    tc_arena_mark before = tc_arena_save(w->scratch);
    tc_language_judge(w->enricher->languages, w->scratch, r->subject, &ret->verdict);
    tc_arena_rewind(w->scratch, before);
    ret->kind = ret->verdict.kind;
    if (ret->verdict.quoted) return false;
    if (ret->kind == TC_MESSAGE_NONE) {
        /* Without a prefix there is nothing to read, unless no subject is logged at all: then that
         * is worth knowing. */
        ret->verdict.garbled = is_garbled(r, &ret->verdict);
        if (ret->verdict.script == TC_SCRIPT_NONE && !ret->verdict.garbled &&
            (!m->certain || r->subject.len > 0))
            return false;
        ret->kind = m->class != TC_MESSAGE_NONE ? m->class : TC_MESSAGE_OOF;
    }
    ret->weight = weight_of(ret->kind, r->webmail);
    /* An unknown prefix on a message that only its return path marks may be a client's receipt. */
    if (ret->verdict.kind == TC_MESSAGE_NONE && !m->certain)
        ret->weight = TC_MIN(ret->weight, weight_of(TC_MESSAGE_RECEIPT, false));
    return true;
}

static TC_STATUS emit_message(tc_enrich_worker *w, const row *r, tc_slice mailbox, const judged *j,
                              ownership own)
{
    tc_observation *o = NULL;
    TC_TRY(tc_emit(w, r->event, TC_OBS_MESSAGE, &o));
    if (own == OURS) o->flags |= TC_OBS_FLAG_VOUCHED;
    if (j->verdict.garbled) o->flags |= TC_OBS_FLAG_GARBLED;
    o->weight_percent = j->weight;
    o->script = (uint8_t)j->verdict.script;
    o->certainty = j->verdict.certainty;
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_MAILBOX, mailbox));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_MESSAGE_ID,
                        tc_worker_field(r->event, TC_FIELD_MT_MESSAGE_ID)));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_VALUE, j->verdict.language));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_EXTRA, tc_slice_of(tc_message_kind_name(j->kind))));
    return tc_emit_text(w, o, TC_OBS_TEXT_CLIENT, r->client);
}

/* Copies, redundancy and bookkeeping: the same message once more. */
static bool is_bookkeeping(tc_slice event_id)
{
    static const char *const begins[] = {"HA", "NOTIFY", "AGENTINFO", "LOAD", "RESUBMIT", "DROP"};
    for (size_t i = 0; i < TC_COUNT_OF(begins); i++)
        if (tc_slice_starts_ascii(event_id, tc_slice_of(begins[i]))) return true;
    return false;
}

static TC_STATUS observe_system_message(tc_enrich_worker *w, row *r)
{
    judged j;
    r->marks = marks_of(r);
    if (!r->marks.null_path && !r->marks.rule && r->marks.class == TC_MESSAGE_NONE)
        return TC_SUCCESS;
    if (is_bookkeeping(r->event_id)) return TC_SUCCESS;
    ownership own = ownership_of(w->enricher, r);
    r->client = context_value(r->context, TC_LIT("ClientType"));
    r->webmail = tc_slice_equal_ascii(r->client, TC_LIT("OWA"));
    if (own == NOT_OURS || !judge(w, r, &j)) return TC_SUCCESS;
    tc_slice mailbox = mailbox_of(r, j.kind);
    return mailbox.len > 0 ? emit_message(w, r, mailbox, &j, own) : TC_SUCCESS;
}

/* -- facts ---------------------------------------------------------------------------------- */

/* What a mailbox submits carries its GUID beside the address that it sends as. */
static TC_STATUS observe_mailbox(tc_enrich_worker *w, const row *r)
{
    if (r->context.len < 36 || tc_slice_search(r->context, TC_LIT("Mailbox:")) == TC_NPOS)
        return TC_SUCCESS;
    tc_slice guid = context_value(r->context, TC_LIT("Mailbox"));
    if (guid.len != 36 || guid.ptr[8] != '-' || guid.ptr[13] != '-' || guid.ptr[18] != '-')
        return TC_SUCCESS;
    return tc_emit_alias(w, r->event, r->sender, guid);
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    row r = {.event = event,
             .source = tc_worker_field(event, TC_FIELD_MT_SOURCE),
             .event_id = tc_worker_field(event, TC_FIELD_MT_EVENT_ID),
             .sender = tc_worker_field(event, TC_FIELD_MT_SENDER_ADDRESS),
             .subject = tc_worker_field(event, TC_FIELD_MT_MESSAGE_SUBJECT),
             .context = tc_worker_field(event, TC_FIELD_MT_SOURCE_CONTEXT)};
    if (r.sender.len > 13 && (r.sender.ptr[0] | 0x20) == 'h' &&
        tc_slice_starts_ascii(r.sender, TC_LIT("HealthMailbox"))) {
        *ret_filtered = TC_REASON_PROBE;
        return TC_SUCCESS;
    }
    TC_TRY(observe_system_message(w, &r));
    return observe_mailbox(w, &r);
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_MAILBOX,
                        tc_worker_field(event, TC_FIELD_MT_SENDER_ADDRESS)));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_TARGET,
                        tc_worker_field(event, TC_FIELD_MT_RECIPIENT_ADDRESS)));
    return tc_emit_text(w, o, TC_OBS_TEXT_MESSAGE_ID,
                        tc_worker_field(event, TC_FIELD_MT_MESSAGE_ID));
}

const tc_family tc_family_message = {
    .name = "message",
    .label = {.service = "messagetracking"},
    .host_of = tc_message_host,
    .observe = observe,
    .describe = describe,
    .ecs = tc_ecs_message,
};
