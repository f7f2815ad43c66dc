#include "parsers/packet/deed.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

#define AUDIT_SUCCESS "0x8020000000000000"
#define AUDIT_FAILURE "0x8010000000000000"

static void add(tc_dialogue *d, tc_exchange_column column, const char *text)
{
    tc_exchange_add(&d->wire->out, column, tc_slice_of(text));
}

/* DOMAIN\user apart; user@domain stays one name, as it was typed. */
static void add_party(tc_dialogue *d, tc_slice name, tc_exchange_column user,
                      tc_exchange_column domain)
{
    size_t slash = tc_slice_find(name, '\\');
    if (slash != TC_NPOS) tc_exchange_add(&d->wire->out, domain, tc_slice_sub(name, 0, slash));
    tc_exchange_add(&d->wire->out, user, slash == TC_NPOS ? name : tc_octets_from(name, slash + 1));
}

static void begin_account(tc_dialogue *d, unsigned event, tc_outcome outcome)
{
    tc_exchange_begin(&d->wire->out, TC_EXCHANGE_ACCOUNT, d->time);
    tc_exchange_number(&d->wire->out, TC_ACCOUNT_EVENT, event);
    add(d, TC_ACCOUNT_CHANNEL, "Security");
    tc_dialogue_address(d, TC_ACCOUNT_COMPUTER, d->server);
    if (outcome == TC_OUTCOME_SUCCESS) add(d, TC_ACCOUNT_KEYWORDS, AUDIT_SUCCESS);
    if (outcome == TC_OUTCOME_FAILURE) add(d, TC_ACCOUNT_KEYWORDS, AUDIT_FAILURE);
    if (d->forwarded[0])
        add(d, TC_ACCOUNT_ADDRESS, d->forwarded);
    else
        tc_dialogue_address(d, TC_ACCOUNT_ADDRESS, d->client);
    tc_exchange_number(&d->wire->out, TC_ACCOUNT_PORT, d->client_port);
}

void tc_deed_logon(tc_dialogue *d, const char *protocol, const char *mechanism, tc_slice user,
                   tc_outcome outcome)
{
    if (user.len == 0) return;
    begin_account(d, outcome == TC_OUTCOME_FAILURE ? 4625 : 4624, outcome);
    add_party(d, user, TC_ACCOUNT_TARGET_USER, TC_ACCOUNT_TARGET_DOMAIN);
    add(d, TC_ACCOUNT_LOGON_TYPE, "8");
    if (outcome == TC_OUTCOME_FAILURE) {
        add(d, TC_ACCOUNT_STATUS, "0xc000006d");
        add(d, TC_ACCOUNT_SUB_STATUS, "0xc000006a");
    }
    add(d, TC_ACCOUNT_PACKAGE, mechanism);
    add(d, TC_ACCOUNT_PROCESS, protocol);
    tc_exchange_end(&d->wire->out);
}

void tc_deed_password(tc_dialogue *d, const char *protocol, const char *mechanism, bool reset,
                      tc_slice actor, tc_slice target, tc_outcome outcome)
{
    begin_account(d, reset ? 4724 : 4723, outcome);
    add_party(d, target, TC_ACCOUNT_TARGET_USER, TC_ACCOUNT_TARGET_DOMAIN);
    add_party(d, actor, TC_ACCOUNT_SUBJECT_USER, TC_ACCOUNT_SUBJECT_DOMAIN);
    add(d, TC_ACCOUNT_PACKAGE, mechanism);
    add(d, TC_ACCOUNT_PROCESS, protocol);
    tc_exchange_end(&d->wire->out);
}

static void add_status(tc_dialogue *d, uint32_t status, tc_exchange_column column)
{
    char text[16];
    if (status == 0) return;
    (void)snprintf(text, sizeof text, "0x%08" PRIx32, status);
    add(d, column, text);
}

void tc_deed_account_tell(tc_dialogue *d, const tc_deed_account *deed)
{
    tc_exchanges *e = &d->wire->out;
    begin_account(d, deed->event, deed->outcome);
    add_party(d, deed->target, TC_ACCOUNT_TARGET_USER, TC_ACCOUNT_TARGET_DOMAIN);
    tc_exchange_add(e, TC_ACCOUNT_TARGET_DOMAIN, deed->domain);
    tc_exchange_add(e, TC_ACCOUNT_TARGET_SID, deed->sid);
    add_party(d, deed->actor, TC_ACCOUNT_SUBJECT_USER, TC_ACCOUNT_SUBJECT_DOMAIN);
    if (deed->network_logon) add(d, TC_ACCOUNT_LOGON_TYPE, "3");
    add_status(d, deed->status, TC_ACCOUNT_STATUS);
    /* A server that refuses name and password alike says no more than that. */
    if (deed->network_logon)
        add_status(d, deed->status == 0xC000006D ? 0xC000006A : deed->status,
                   TC_ACCOUNT_SUB_STATUS);
    add(d, TC_ACCOUNT_PACKAGE, deed->mechanism);
    add(d, TC_ACCOUNT_PROCESS, deed->protocol);
    tc_exchange_add(e, TC_ACCOUNT_WORKSTATION, deed->workstation);
    if (deed->sealed) add(d, TC_ACCOUNT_SEALED, "yes");
    tc_exchange_end(e);
}

void tc_deed_flow_begin(tc_dialogue *d)
{
    tc_exchanges *e = &d->wire->out;
    tc_exchange_begin(e, TC_EXCHANGE_FLOW, d->time);
    if (d->forwarded[0])
        add(d, TC_FLOW_C_IP, d->forwarded);
    else
        tc_dialogue_address(d, TC_FLOW_C_IP, d->client);
    tc_exchange_number(e, TC_FLOW_C_PORT, d->client_port);
    tc_dialogue_address(d, TC_FLOW_S_IP, d->server);
    tc_exchange_number(e, TC_FLOW_S_PORT, d->server_port);
    if (d->started) add(d, TC_FLOW_STARTED, d->started);
}

void tc_deed_sealed(tc_dialogue *d, const char *how)
{
    tc_deed_flow_begin(d);
    add(d, TC_FLOW_SEALED, how);
    tc_exchange_end(&d->wire->out);
}

/* -- messages ------------------------------------------------------------------------------- */

/* From the organisation's own machines to the world, or the other way: else it is not known. */
static const char *direction_of(const tc_dialogue *d)
{
    bool client = tc_ip_is_private(d->client), server = tc_ip_is_private(d->server);
    if (client == server) return "";
    return client ? "Originating" : "Incoming";
}

static bool is_automatic(const tc_mail *m)
{
    return tc_slice_starts_ascii(tc_slice_of(m->automatic), TC_LIT("auto-replied"));
}

static const char *system_of(const tc_deed_message *message, const tc_mail *m)
{
    tc_slice type = tc_slice_of(m->type), automatic = tc_slice_of(m->automatic);
    if (tc_slice_search_ascii(type, TC_LIT("multipart/report")) != TC_NPOS) return "report";
    if (is_automatic(m)) return "auto-replied";
    if (automatic.len > 0 && !tc_slice_starts_ascii(automatic, TC_LIT("no"))) return "automatic";
    if (message->has_return_path && message->return_path.len == 0) return "null-path";
    return m->suppress[0] || tc_slice_equal_ascii(tc_slice_of(m->precedence), TC_LIT("auto_reply"))
               ? "automatic"
               : "";
}

static void add_return_path(tc_dialogue *d, const tc_deed_message *message)
{
    if (!message->has_return_path) return;
    tc_slice path = message->return_path;
    tc_exchange_add(&d->wire->out, TC_MAIL_RETURN_PATH, path.len ? path : TC_LIT("<>"));
}

static void add_report(tc_dialogue *d, const tc_mail *m)
{
    char text[400];
    if (!m->recipient[0] && !m->action[0]) return;
    (void)snprintf(text, sizeof text, "%s %s %s", m->action, m->status, m->recipient);
    add(d, TC_MAIL_RECIPIENT_STATUS, text);
}

void tc_deed_mail(tc_dialogue *d, const tc_deed_message *message, const tc_mail *mail)
{
    char subject[TC_MAIL_TEXT], language[64];
    tc_exchanges *e = &d->wire->out;
    tc_mail_subject(mail, subject, sizeof subject, language, sizeof language);
    tc_slice sender = tc_mail_address(tc_slice_of(mail->from));
    tc_exchange_begin(e, TC_EXCHANGE_MAIL, d->time);
    if (d->forwarded[0])
        add(d, TC_MAIL_CLIENT_IP, d->forwarded);
    else
        tc_dialogue_address(d, TC_MAIL_CLIENT_IP, d->client);
    tc_dialogue_address(d, TC_MAIL_SERVER_IP, d->server);
    add(d, TC_MAIL_SOURCE, message->source);
    add(d, TC_MAIL_EVENT, message->event);
    tc_exchange_add(e, TC_MAIL_MESSAGE_ID, tc_slice_trim(tc_slice_of(mail->message_id)));
    tc_slice to =
        message->recipients.len ? message->recipients : tc_mail_address(tc_slice_of(mail->to));
    tc_exchange_add(e, TC_MAIL_RECIPIENTS, to);
    add(d, TC_MAIL_SUBJECT, subject);
    tc_exchange_add(e, TC_MAIL_SENDER, sender.len ? sender : message->return_path);
    add_return_path(d, message);
    add_report(d, mail);
    add(d, TC_MAIL_DIRECTION, direction_of(d));
    if (is_automatic(mail)) add(d, TC_MAIL_CONTEXT, "MessageClass:IPM.Note.Rules.OofTemplate");
    add(d, TC_MAIL_LANGUAGE, mail->language[0] ? mail->language : language);
    add(d, TC_MAIL_AUTOMATIC, mail->automatic);
    add(d, TC_MAIL_SYSTEM, system_of(message, mail));
    tc_exchange_end(e);
}

/* -- SASL ----------------------------------------------------------------------------------- */

/* "\0user\0password", with or without a name to act for. */
static bool plain_user(tc_slice message, char *out, size_t size)
{
    tc_slice rest, last;
    (void)tc_slice_split(message, 0, &rest);
    if (rest.ptr == NULL) return false;
    tc_slice user = tc_slice_split(rest, 0, &last);
    if (last.ptr == NULL) return false;
    tc_copy_text(out, size, user);
    return true;
}

/* What stands behind `before`, up to `end`. */
static bool user_behind(tc_slice message, tc_slice before, uint8_t end, char *out, size_t size)
{
    tc_slice rest;
    size_t at = tc_slice_search(message, before);
    if (at == TC_NPOS) return false;
    tc_copy_text(out, size, tc_slice_split(tc_octets_from(message, at + before.len), end, &rest));
    return true;
}

static bool decoded_user(tc_slice mechanism, tc_slice message, char *out, size_t size)
{
    tc_slice ntlm = tc_ntlm_find(message);
    if (ntlm.len > 0) return tc_ntlm_user(ntlm, out, size, NULL, 0);
    if (tc_slice_equal_ascii(mechanism, TC_LIT("PLAIN"))) return plain_user(message, out, size);
    if (tc_slice_equal_ascii(mechanism, TC_LIT("DIGEST-MD5")))
        return user_behind(message, TC_LIT("username=\""), '"', out, size);
    if (tc_slice_equal_ascii(mechanism, TC_LIT("XOAUTH2")))
        return user_behind(message, TC_LIT("user="), 1, out, size);
    if (tc_slice_equal_ascii(mechanism, TC_LIT("OAUTHBEARER")))
        return user_behind(message, TC_LIT("a="), ',', out, size);
    if (tc_slice_starts_ascii(mechanism, TC_LIT("SCRAM-")))
        return user_behind(message, TC_LIT("n="), ',', out, size);
    if (tc_slice_equal_ascii(mechanism, TC_LIT("CRAM-MD5"))) {
        size_t blank = tc_slice_rfind(message, ' ');
        tc_copy_text(out, size, tc_slice_sub(message, 0, blank == TC_NPOS ? 0 : blank));
        return out[0] != '\0';
    }
    if (!tc_slice_equal_ascii(mechanism, TC_LIT("LOGIN"))) return false;
    tc_copy_text(out, size, message);
    return message.len > 0;
}

void tc_sasl_begin(tc_sasl *sasl, tc_slice mechanism)
{
    *sasl = (tc_sasl){.messages = 0};
    tc_copy_text(sasl->mechanism, sizeof sasl->mechanism, mechanism);
}

void tc_sasl_take(tc_sasl *sasl, tc_slice base64)
{
    uint8_t bytes[8192];
    bool first = sasl->messages++ == 0;
    size_t length = tc_base64(base64, bytes, sizeof bytes);
    tc_slice message = tc_slice_make(bytes, length);
    if (tc_slice_equal(base64, TC_LIT("*"))) tc_sasl_anonymous(sasl);
    if (length > 0 && sasl->user[0] == '\0' && (first || tc_ntlm_find(message).len > 0))
        (void)decoded_user(tc_slice_of(sasl->mechanism), message, sasl->user, sizeof sasl->user);
    memset(bytes, 0, length);
}

void tc_sasl_prompt(tc_sasl *sasl, tc_slice base64)
{
    uint8_t bytes[64];
    size_t length = tc_base64(base64, bytes, sizeof bytes);
    if (tc_slice_equal_ascii(tc_slice_of(sasl->mechanism), TC_LIT("LOGIN")) &&
        tc_slice_starts_ascii(tc_slice_make(bytes, length), TC_LIT("pass")))
        sasl->messages++;
}

void tc_sasl_anonymous(tc_sasl *sasl)
{
    sasl->user[0] = '\0';
    sasl->messages++;
}

tc_slice tc_deed_response_code(tc_slice text)
{
    tc_slice rest, inner;
    text = tc_slice_trim(text);
    if (!tc_slice_starts(text, TC_LIT("["))) return TC_EMPTY_SLICE;
    inner = tc_slice_split(tc_octets_from(text, 1), ']', &rest);
    return tc_slice_split(inner, ' ', &rest);
}
